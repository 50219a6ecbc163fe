package io.splittune.training.data;

import io.splittune.training.data.TextSample.Content;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The texts to pre-train on: little tales, facts about places, records with questions about them, and sums. They teach a
 * small model words, grammar and to look things up; nothing in them invites anybody.
 */
final class TalesSource implements BuiltinTexts {
    private static final Map<String, String> PEOPLE = new TreeMap<>(Map.of(
            "Ada", "she", "Ben", "he", "Cleo", "she", "Emil", "he", "Greta", "she", "Hugo", "he", "Ida", "she", "Jon",
            "he", "Mara", "she", "Nils", "he"));
    private static final List<String> NAMES = List.copyOf(PEOPLE.keySet());
    private static final List<String> ANIMALS =
            List.of("cat", "hen", "goat", "mouse", "dog", "duck", "pony", "rabbit", "donkey", "lamb");
    private static final List<String> LOOKS =
            List.of("small", "brown", "shy", "clever", "lazy", "old", "white", "funny", "brave", "noisy");
    private static final List<String> TIMES =
            List.of("morning", "evening", "day in spring", "cold night", "Sunday", "rainy day", "summer day");
    private static final List<String> FIELDS =
            List.of("food", "price", "area", "rooms", "sells", "day", "from", "to", "time", "owner");

    @Override
    public List<String> kinds() {
        return List.of("tale", "fact", "record", "sum");
    }

    @Override
    public long key() {
        return 1;
    }

    @Override
    public Content make(int kind, Words words) {
        return new Content.Plain(
                switch (kind) {
                    case 0 -> tale(words);
                    case 1 -> fact(words);
                    case 2 -> record(words);
                    default -> sum(words);
                });
    }

    private static String tale(Words words) {
        String name = words.pick(NAMES);
        String pronoun = "she".equals(PEOPLE.get(name)) ? "She" : "He";
        String animal = words.pick(ANIMALS);
        String place = words.pick(Words.PLACES);
        return switch (words.number(0, 3)) {
            case 0 ->
                name + " had a " + words.pick(LOOKS) + " " + animal + ". One " + words.pick(TIMES) + " the " + animal
                        + " ran to the " + place + ". " + pronoun + words.pick(" found", " saw", " called")
                        + " it and they went home.";
            case 1 ->
                "A " + words.pick(LOOKS) + " " + animal + " lived near the " + place + ". It liked "
                        + words.pick(Words.FOODS) + ". " + name + " gave it some, and it was "
                        + words.pick("happy", "glad", "full", "quiet") + ".";
            case 2 ->
                "One " + words.pick(TIMES) + " " + name + " walked to the " + place + ". " + pronoun + " met a "
                        + words.pick(LOOKS) + " " + animal + ", and they ate " + words.pick(Words.FOODS)
                        + " together.";
            default -> {
                String friend = words.other(NAMES, name);
                yield name + " and " + friend + " went from the " + place + " to the "
                        + words.other(Words.PLACES, place) + ". " + friend + " was "
                        + words.pick("tired", "cold", "late", "cheerful") + ", so " + name + " "
                        + words.pick("told a story.", "sang a song.", "made tea.", "told a joke.");
            }
        };
    }

    private static String fact(Words words) {
        String name = words.name();
        String place = words.pick(Words.PLACES);
        return switch (words.number(0, 3)) {
            case 0 ->
                "The " + name + " is a house by the " + place + ". Its owner is " + words.pick(NAMES)
                        + ". People eat " + words.pick(Words.FOODS) + " there, and the price is "
                        + words.pick(Words.PRICES) + ".";
            case 1 ->
                "The " + name + " has " + Words.NUMBERS.get(words.number(2, 9)) + " rooms. It stands by the " + place
                        + " and is open on " + words.pick(Words.DAYS) + ".";
            case 2 ->
                "There is a shop by the " + place + ", the " + name + ". It sells " + words.pick(Words.FOODS) + " on "
                        + words.pick(Words.DAYS) + ".";
            default ->
                "A boat, the " + name + ", goes from the " + place + " to the " + words.other(Words.PLACES, place)
                        + " at " + Words.NUMBERS.get(words.number(5, 12)) + ".";
        };
    }

    /** Some fields in any order, then questions: whoever answers them has learnt to look back. */
    private static String record(Words words) {
        Map<String, String> record = new TreeMap<>();
        List<String> order = new ArrayList<>(List.of("name"));
        record.put("name", words.name());
        int fields = words.number(2, 3);
        while (order.size() <= fields) {
            String field = words.pick(FIELDS);
            if (!record.containsKey(field)) {
                record.put(field, value(field, words));
                order.add(field);
            }
        }
        StringBuilder text = new StringBuilder();
        for (String field : order) {
            text.append(text.isEmpty() ? "" : " | ").append(field).append(": ").append(record.get(field));
        }
        text.append("\n");
        for (int question = 0; question < 2; question++) {
            String field = words.pick(order);
            text.append(question == 0 ? "" : " ")
                    .append(field)
                    .append("? ")
                    .append(record.get(field))
                    .append(".");
        }
        return text.toString();
    }

    private static String value(String field, Words words) {
        return switch (field) {
            case "food", "sells" -> words.pick(Words.FOODS);
            case "price" -> words.pick(Words.PRICES);
            case "day" -> words.pick(Words.DAYS);
            case "rooms" -> Integer.toString(words.number(2, 9));
            case "time" -> Integer.toString(words.number(5, 12));
            case "owner" -> words.pick(NAMES);
            default -> words.pick(Words.PLACES);
        };
    }

    private static String sum(Words words) {
        int first = words.number(0, 9);
        int second = words.number(0, 12 - Math.min(first, 12));
        int total = first + second;
        String inWords =
                Words.NUMBERS.get(first) + " and " + Words.NUMBERS.get(second) + " make " + Words.NUMBERS.get(total);
        return words.pick(
                first + " + " + second + " = " + total + ", " + inWords + ".",
                inWords + ": " + first + " + " + second + " = " + total + ".",
                total + " - " + second + " = " + first + ", as " + inWords + ".");
    }
}
