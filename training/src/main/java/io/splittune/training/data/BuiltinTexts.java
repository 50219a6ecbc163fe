package io.splittune.training.data;

import io.splittune.core.Check;
import io.splittune.core.RandomStreams;
import io.splittune.core.RandomStreams.Purpose;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Texts made by rule: each from its own random stream, so it depends on the set, the split and its index alone. Text i is
 * of the kind i modulo the number of kinds.
 */
interface BuiltinTexts {
    /** The kinds of text, which are the classes. */
    List<String> kinds();

    /** Distinguishes the random streams of the sets. */
    long key();

    /** Makes a text of a kind. */
    TextSample.Content make(int kind, Words words);

    /** Returns a text. */
    default TextSample sample(Split split, int index) {
        // The data set is a fixed one, like a file: a run's seed does not change it.
        RandomGenerator random =
                new RandomStreams(20260102).stream(Purpose.SYNTHESIS, key(), split == Split.TRAIN ? 0 : 1, index);
        int kind = index % kinds().size();
        return new TextSample(make(kind, new Words(random)), Optional.of(kinds().get(kind)), Optional.empty());
    }

    /** Returns a built-in set. */
    static BuiltinTexts of(DataFormat format) {
        Check.require(format.isBuiltin() && format.isText(), "%s is no texts made by rule.", format);
        return format == DataFormat.MENUS ? new Menus() : new TalesSource();
    }

    /** Chance, and the words that both sets know. */
    final class Words {
        static final List<String> PLACES =
                List.of("river", "hill", "market", "forest", "harbor", "bridge", "lake", "station", "mill", "park");
        static final List<String> FOODS = List.of(
                "soup", "bread", "fish", "rice", "cake", "noodles", "beans", "pies", "salad", "cheese", "eggs",
                "pears");
        static final List<String> PRICES = List.of("low", "fair", "high");
        static final List<String> DAYS =
                List.of("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday");
        static final List<String> NUMBERS = List.of(
                "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
                "twelve");

        private static final List<String> FIRST = List.of(
                "Blue", "Red", "Old", "Quiet", "Silver", "Green", "Little", "Golden", "Warm", "White", "Bright",
                "Lucky", "Round", "Tall", "Wild", "Grey");
        private static final List<String> SECOND = List.of(
                "Fern", "Lamp", "Bell", "Anchor", "Owl", "Kettle", "Maple", "Fox", "Gate", "Moon", "Pear", "Stone",
                "Swan", "Wheel", "Rose", "Star");

        private final RandomGenerator random;

        Words(RandomGenerator random) {
            this.random = random;
        }

        <T> T pick(List<T> choices) {
            return choices.get(random.nextInt(choices.size()));
        }

        String pick(String... choices) {
            return choices[random.nextInt(choices.length)];
        }

        /** A number of at least {@code low}, at most {@code high}. */
        int number(int low, int high) {
            return low + random.nextInt(high - low + 1);
        }

        /** The name of a house or a boat. */
        String name() {
            return pick(FIRST) + " " + pick(SECOND);
        }

        /** Another one of the choices. */
        String other(List<String> choices, String than) {
            String picked = pick(choices);
            return picked.equals(than) ? choices.get((choices.indexOf(than) + 1) % choices.size()) : picked;
        }
    }
}
