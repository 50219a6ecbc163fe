package io.splittune.cli.scenario;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Strict reading of single values. */
final class Scalars {
    private static final String BUILT_IN = "builtin:";
    // YAML 1.1's truth words, which YAML 1.2 reads as text.
    private static final Map<String, String> FORMER_TRUTH_WORDS =
            Map.of("yes", "true", "on", "true", "y", "true", "no", "false", "off", "false", "n", "false");

    private Scalars() {}

    static boolean truth(Yaml node, String path) {
        if (node instanceof Yaml.Scalar scalar) {
            if (scalar.kind() == Yaml.Kind.BOOLEAN) {
                return scalar.text().equalsIgnoreCase("true");
            }
            String meant = FORMER_TRUTH_WORDS.get(scalar.text().toLowerCase(Locale.ROOT));
            if (meant != null) {
                throw Problem.wrongValue(node, path, "true or false; did you mean '" + meant + "'?");
            }
        }
        throw Problem.wrongValue(node, path, "true or false");
    }

    static Object constant(Class<?> type, Yaml node, String path) {
        List<String> words = Words.all(type);
        if (node instanceof Yaml.Scalar scalar) {
            int index = words.indexOf(scalar.text());
            if (index >= 0) {
                return type.getEnumConstants()[index];
            }
        }
        throw Problem.wrongWord(node, path, "one of " + String.join(", ", words), words);
    }

    static String text(Key key, Yaml node, String path) {
        List<String> allowed = Arrays.asList(key.oneOf());
        String expected = allowed.isEmpty() ? "text" : "one of " + String.join(", ", allowed);
        if (!(node instanceof Yaml.Scalar scalar)
                || scalar.kind() == Yaml.Kind.NOTHING
                || scalar.text().isBlank()) {
            throw Problem.wrongValue(node, path, expected);
        }
        if (scalar.kind() != Yaml.Kind.TEXT) {
            throw Problem.wrongValue(
                    node, path, expected + (allowed.isEmpty() ? "; put it in quotes if it is meant as text" : ""));
        }
        if (!allowed.isEmpty() && allowed.stream().noneMatch(word -> matches(word, scalar.text()))) {
            throw Problem.wrongWord(node, path, expected, allowed);
        }
        return scalar.text();
    }

    private static boolean matches(String allowed, String text) {
        if (!allowed.endsWith("*")) {
            return allowed.equals(text);
        }
        String beginning = allowed.substring(0, allowed.length() - 1);
        return text.startsWith(beginning) && text.length() > beginning.length();
    }

    /** Reads a file or folder and makes it absolute; {@code builtin:NAME} stays as it is. */
    static String file(Key key, Yaml node, String path, Path folder) {
        String text = text(key, node, path);
        if (text.startsWith(BUILT_IN)) {
            return text;
        }
        try {
            return folder.resolve(text).toAbsolutePath().normalize().toString();
        } catch (InvalidPathException e) {
            throw Problem.wrongValue(node, path, "a path; " + e.getReason());
        }
    }

    static int wholeNumber(Key key, Yaml node, String path) {
        return (int) wholeNumber(key, Integer.MIN_VALUE, Integer.MAX_VALUE, node, path);
    }

    static long longNumber(Key key, Yaml node, String path) {
        return wholeNumber(key, Long.MIN_VALUE, Long.MAX_VALUE, node, path);
    }

    private static long wholeNumber(Key key, long least, long greatest, Yaml node, String path) {
        String expected = range("a whole number", key);
        BigDecimal number = parse(node).orElseThrow(() -> Problem.wrongValue(node, path, expected));
        try {
            long whole = number.longValueExact();
            if (whole < least || whole > greatest || !inRange((double) whole, key)) {
                throw Problem.wrongValue(node, path, expected + (whole > greatest ? " and at most " + greatest : ""));
            }
            return whole;
        } catch (ArithmeticException e) {
            throw Problem.wrongValue(node, path, expected);
        }
    }

    static double number(Key key, Yaml node, String path) {
        String expected = range("a number", key);
        double number =
                parse(node).map(BigDecimal::doubleValue).orElseThrow(() -> Problem.wrongValue(node, path, expected));
        if (!Double.isFinite(number) || !inRange(number, key)) {
            throw Problem.wrongValue(node, path, expected);
        }
        return number;
    }

    private static boolean inRange(double number, Key key) {
        return number >= key.min() && number > key.above() && number <= key.max() && number < key.below();
    }

    private static Optional<BigDecimal> parse(Yaml node) {
        if (!(node instanceof Yaml.Scalar scalar)) {
            return Optional.empty();
        }
        String text = scalar.text();
        try {
            if (scalar.kind() == Yaml.Kind.INTEGER && text.startsWith("0x")) {
                return Optional.of(new BigDecimal(new BigInteger(text.substring(2), 16)));
            } else if (scalar.kind() == Yaml.Kind.INTEGER && text.startsWith("0o")) {
                return Optional.of(new BigDecimal(new BigInteger(text.substring(2), 8)));
            } else if (scalar.kind() == Yaml.Kind.INTEGER || scalar.kind() == Yaml.Kind.DECIMAL) {
                return Optional.of(new BigDecimal(text));
            }
        } catch (NumberFormatException e) {
            return Optional.empty(); // .inf and .nan, which no key allows
        }
        return Optional.empty();
    }

    /** Returns the words for a key's range: {@code a number > 0}, {@code a whole number in [1, 65535]}. */
    static String range(String what, Key key) {
        boolean low = Double.isFinite(key.min()) || Double.isFinite(key.above());
        boolean high = Double.isFinite(key.max()) || Double.isFinite(key.below());
        String lowText = Double.isFinite(key.min()) ? plain(key.min()) : plain(key.above());
        String highText = Double.isFinite(key.max()) ? plain(key.max()) : plain(key.below());
        if (low && high) {
            return what + " in " + (Double.isFinite(key.min()) ? "[" : "(") + lowText + ", " + highText
                    + (Double.isFinite(key.max()) ? "]" : ")");
        } else if (low) {
            return what + (Double.isFinite(key.min()) ? " >= " : " > ") + lowText;
        } else if (high) {
            return what + (Double.isFinite(key.max()) ? " <= " : " < ") + highText;
        }
        return what;
    }

    private static String plain(double number) {
        return Double.isFinite(number)
                ? new BigDecimal(number).stripTrailingZeros().toPlainString()
                : "";
    }
}
