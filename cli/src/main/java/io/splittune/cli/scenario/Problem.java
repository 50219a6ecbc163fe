package io.splittune.cli.scenario;

import io.splittune.core.UserException;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Makes the one-line messages about a scenario's values. */
final class Problem {
    private Problem() {}

    /**
     * A value that was read and is not allowed.
     *
     * @param value what was read
     * @param path the key's path, such as {@code split.cut}
     * @param expected what is allowed
     */
    static UserException wrongValue(Yaml value, String path, String expected) {
        return new UserException(start(value.place(), path) + "read " + value.shown() + ", expected " + expected);
    }

    /** As {@link #wrongValue(Yaml, String, String)}, with the nearest of the known texts. */
    static UserException wrongWord(Yaml value, String path, String expected, Collection<String> known) {
        Optional<String> nearest =
                value instanceof Yaml.Scalar scalar ? nearest(scalar.text(), known) : Optional.empty();
        return wrongValue(
                value,
                path,
                expected + nearest.map(word -> "; did you mean '" + word + "'?").orElse(""));
    }

    /**
     * A mistake in the relation of keys, or a key that is missing or unknown.
     *
     * @param place where to look
     * @param path the key's path
     * @param message what is wrong and what to do
     */
    static UserException at(Yaml.Place place, String path, String message) {
        return new UserException(start(place, path) + message);
    }

    private static String start(Yaml.Place place, String path) {
        return place.source() + ": " + path + (place.line() > 0 ? " (line " + place.line() + ")" : "") + ": ";
    }

    /**
     * Finds the known word that a misspelt one is likely to mean: letter case, hyphens and underscores do not count,
     * and at most a third of the letters may differ.
     */
    static Optional<String> nearest(String word, Collection<String> known) {
        String plain = plain(word);
        int allowed = (plain.length() + 2) / 3;
        String best = "";
        int bestDistance = Integer.MAX_VALUE;
        for (String candidate : known) {
            int distance = LevenshteinDistance.getDefaultInstance().apply(plain, plain(candidate));
            if (distance < bestDistance) {
                best = candidate;
                bestDistance = distance;
            }
        }
        return bestDistance <= allowed ? Optional.of(best) : Optional.empty();
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }
}
