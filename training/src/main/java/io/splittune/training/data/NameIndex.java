package io.splittune.training.data;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Numbers names as they come, and in the end by their order: whole numbers by size, other names by their characters. */
final class NameIndex {
    private static final String WHOLE_NUMBER = "-?[0-9]{1,18}";

    private final Map<String, Integer> numbers = new LinkedHashMap<>();

    /** Returns the number of a name, a new one for a new name. */
    int of(String name) {
        return numbers.computeIfAbsent(name, unused -> numbers.size());
    }

    int size() {
        return numbers.size();
    }

    boolean contains(String name) {
        return numbers.containsKey(name);
    }

    /** Returns the names in their order of appearance. */
    List<String> names() {
        return List.copyOf(numbers.keySet());
    }

    List<String> sorted() {
        boolean allNumbers = numbers.keySet().stream().allMatch(name -> name.matches(WHOLE_NUMBER));
        Comparator<String> order = allNumbers
                ? Comparator.<String>comparingLong(Long::parseLong).thenComparing(name -> name)
                : Comparator.naturalOrder();
        return numbers.keySet().stream().sorted(order).toList();
    }

    /** Returns for each number given out the place of its name in {@link #sorted}. */
    int[] ranks() {
        int[] ranks = new int[numbers.size()];
        List<String> sorted = sorted();
        for (int rank = 0; rank < ranks.length; rank++) {
            ranks[of(sorted.get(rank))] = rank;
        }
        return ranks;
    }
}
