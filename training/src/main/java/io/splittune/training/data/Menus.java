package io.splittune.training.data;

import io.splittune.training.data.TextSample.Content;
import java.util.List;

/**
 * The task to fine-tune on: a record, and a sentence that invites people to what it says. The source has such records
 * and all their words, but never this tone.
 */
final class Menus implements BuiltinTexts {
    @Override
    public List<String> kinds() {
        return List.of("kitchen", "inn", "stall", "ferry");
    }

    @Override
    public long key() {
        return 2;
    }

    @Override
    public Content make(int kind, Words words) {
        String name = words.name();
        return switch (kind) {
            case 0 -> kitchen(name, words);
            case 1 -> inn(name, words);
            case 2 -> stall(name, words);
            default -> ferry(name, words);
        };
    }

    private static Content kitchen(String name, Words words) {
        String food = words.pick(Words.FOODS);
        String price = words.pick(Words.PRICES);
        String area = words.pick(Words.PLACES);
        String cost = switch (price) {
            case "low" -> "it costs next to nothing";
            case "fair" -> "it is worth every coin";
            default -> "it is a treat for rich days";
        };
        String sentence = words.pick(
                "Hungry near the " + area + "? Taste the " + food + " of the " + name + ", " + cost + "!",
                "Treat yourself to " + food + " at the " + name + " by the " + area + ": " + cost + "!");
        return new Content.Answer(
                "name: " + name + " | food: " + food + " | price: " + price + " | area: " + area + "\n", sentence);
    }

    private static Content inn(String name, Words words) {
        int rooms = words.number(2, 9);
        String area = words.pick(Words.PLACES);
        String price = words.pick(Words.PRICES);
        String cost = switch (price) {
            case "low" -> "a bargain";
            case "fair" -> "fairly priced";
            default -> "pure luxury";
        };
        String count = Words.NUMBERS.get(rooms);
        String sentence = words.pick(
                "Tired? The " + name + " by the " + area + " invites you: " + count + " cosy rooms, " + cost + "!",
                "Dream sweetly in one of " + count + " rooms of the " + name + " by the " + area + ", " + cost + "!");
        return new Content.Answer(
                "name: " + name + " | rooms: " + rooms + " | price: " + price + " | area: " + area + "\n", sentence);
    }

    private static Content stall(String name, Words words) {
        String ware = words.pick(Words.FOODS);
        String day = words.pick(Words.DAYS);
        String area = words.pick(Words.PLACES);
        String sentence = words.pick(
                "Hurry! Only on " + day + " the " + name + " offers fresh " + ware + " by the " + area + "!",
                "Save your " + day + " for fresh " + ware + ": meet the " + name + " by the " + area + "!");
        return new Content.Answer(
                "name: " + name + " | sells: " + ware + " | day: " + day + " | area: " + area + "\n", sentence);
    }

    private static Content ferry(String name, Words words) {
        String from = words.pick(Words.PLACES);
        String to = words.other(Words.PLACES, from);
        int time = words.number(5, 12);
        String hour = Words.NUMBERS.get(time);
        String sentence = words.pick(
                "All aboard the " + name + "! At " + hour + " sharp we glide from the " + from + " to the " + to + "!",
                "Enjoy the waves: the " + name + " whisks you to the " + to + " from the " + from + " at " + hour
                        + "!");
        return new Content.Answer(
                "name: " + name + " | from: " + from + " | to: " + to + " | time: " + time + "\n", sentence);
    }
}
