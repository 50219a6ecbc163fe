package io.splittune.planner;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Reads the files of tools/golden/planner.py. */
final class Golden {
    private Golden() {}

    /** The rows of a file: numbers by column. */
    static List<Map<String, double[]>> rows(String name) {
        try (InputStream file = Objects.requireNonNull(Golden.class.getResourceAsStream("/golden/" + name), name)) {
            List<String> lines = new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            String[] columns = lines.get(0).split(";", -1);
            List<Map<String, double[]>> rows = new ArrayList<>();
            for (String line : lines.subList(1, lines.size())) {
                String[] fields = line.split(";", -1);
                Map<String, double[]> row = new HashMap<>();
                for (int i = 0; i < columns.length; i++) {
                    row.put(
                            columns[i],
                            Arrays.stream(fields[i].split(" ", -1))
                                    .mapToDouble(Double::parseDouble)
                                    .toArray());
                }
                rows.add(row);
            }
            return rows;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static double number(Map<String, double[]> row, String column) {
        return numbers(row, column)[0];
    }

    static double[] numbers(Map<String, double[]> row, String column) {
        return Objects.requireNonNull(row.get(column), column);
    }
}
