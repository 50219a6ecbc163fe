package io.splittune.simulation.report;

import io.splittune.core.Check;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Checks of names. */
final class Names {
    private static final Pattern FILE_NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,79}");

    private Names() {}

    static void requireFileName(String id) {
        Check.require(
                FILE_NAME.matcher(id).matches(),
                "id (%s) must be lower-case letters, digits and hyphens, at most 80.",
                id);
    }

    static void requireDifferent(List<String> names, String what) {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            Check.require(seen.add(name), "%s (%s) must have different names.", what, name);
        }
    }
}
