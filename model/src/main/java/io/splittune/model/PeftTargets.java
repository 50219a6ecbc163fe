package io.splittune.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.splittune.core.UserException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Which modules have a low-rank pair, by PEFT's rules (0.21): a text is a regular expression over whole names; a list
 * has ends of names, and layers may be chosen among what they match; what is excluded or trained whole has none.
 *
 * @param wanted the test of target_modules, with the chosen layers
 * @param excluded the test of exclude_modules and modules_to_save
 */
record PeftTargets(Predicate<String> wanted, Predicate<String> excluded) {
    /**
     * Reads the rules from an {@code adapter_config.json}.
     *
     * @param place names the file in messages
     * @throws UserException when a regular expression or a list is none
     */
    static PeftTargets of(JsonNode json, String place) {
        Predicate<String> wanted = byName(json, "target_modules", place);
        if (json.path("target_modules").isArray()) {
            wanted = wanted.and(layers(json, place));
        }
        Predicate<String> excluded = byName(json, "exclude_modules", place);
        for (String whole : PeftConfig.texts(json, "modules_to_save", place)) {
            excluded = excluded.or(matching("(^|.*\\.)" + whole + "($|\\..*)", "modules_to_save in " + place));
        }
        return new PeftTargets(wanted, excluded);
    }

    /** Returns whether a module has a pair; named as in the adapter's keys. */
    boolean contain(String module) {
        return wanted.test(module) && !excluded.test(module);
    }

    private static Predicate<String> byName(JsonNode json, String key, String place) {
        if (json.path(key).isTextual()) {
            return matching(json.path(key).asText(), key + " in " + place);
        }
        List<String> ends = PeftConfig.texts(json, key, place);
        return module -> ends.stream().anyMatch(end -> module.equals(end) || module.endsWith("." + end));
    }

    private static Predicate<String> layers(JsonNode json, String place) {
        JsonNode chosen = json.path("layers_to_transform");
        if (chosen.isMissingNode() || chosen.isNull() || (chosen.isArray() && chosen.isEmpty())) {
            return module -> true;
        }
        List<Integer> layers = new ArrayList<>();
        if (chosen.isArray()) {
            chosen.forEach(layer -> layers.add(layer.asInt(-1)));
        } else {
            layers.add(chosen.asInt(-1));
        }
        List<Pattern> patterns = new ArrayList<>();
        JsonNode names = json.path("layers_pattern");
        List<String> stated = names.isTextual() && !names.asText().isEmpty()
                ? List.of(names.asText())
                : PeftConfig.texts(json, "layers_pattern", place);
        for (String name : stated) {
            patterns.add(pattern("(?:|.*?\\.)" + name + "\\.(?<idx>\\d+)\\..*", "layers_pattern in " + place));
        }
        if (patterns.isEmpty()) {
            patterns.add(Pattern.compile(".*?\\.[^.]*\\.(?<idx>\\d+)\\..*"));
        }
        return module -> layer(patterns, module).filter(layers::contains).isPresent();
    }

    private static Optional<Integer> layer(List<Pattern> patterns, String module) {
        for (Pattern pattern : patterns) {
            Matcher matcher = pattern.matcher(module);
            if (matcher.matches()) {
                String number = matcher.group("idx");
                return number.length() > 9 ? Optional.empty() : Optional.of(Integer.valueOf(number));
            }
        }
        return Optional.empty();
    }

    private static Predicate<String> matching(String expression, String place) {
        Pattern pattern = pattern(expression, place);
        return module -> pattern.matcher(module).matches();
    }

    /**
     * Compiles a regular expression of Python's.
     *
     * @param place names it in the message
     */
    static Pattern pattern(String expression, String place) {
        try {
            return Pattern.compile(expression.replace("(?P<", "(?<"));
        } catch (PatternSyntaxException e) {
            throw new UserException(
                    place + ": '" + expression.replaceAll("\\p{Cntrl}", " ") + "' is no regular expression ("
                            + e.getDescription() + ").",
                    e);
        }
    }
}
