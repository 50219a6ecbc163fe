package io.splittune.simulation.report;

import io.splittune.core.AtomicFiles;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** CSV files as RFC 4180 has them, in UTF-8, numbers with a point whatever the locale. */
public final class Csv {
    private Csv() {}

    /**
     * Writes a table, its columns' names first.
     *
     * @param file appears whole or not at all
     * @param table what is written
     * @throws IOException when writing fails
     */
    public static void write(Path file, Table table) throws IOException {
        write(file, table.columns(), table.rows().stream());
    }

    /**
     * Writes rows as they come, so that they need not be in memory at once.
     *
     * @param file appears whole or not at all
     * @param columns names
     * @param rows consumed once
     * @throws IOException when writing fails
     */
    static void write(Path file, List<String> columns, Stream<List<Cell>> rows) throws IOException {
        AtomicFiles.write(file, out -> {
            Writer writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
            line(writer, columns);
            try {
                rows.forEach(row -> line(writer, row.stream().map(Cell::exact).toList()));
            } catch (UncheckedIOException failure) {
                throw failure.getCause();
            }
            writer.flush();
        });
    }

    /** Returns a field, in quotes where it holds a comma, a quote, a line break or outer spaces. */
    public static String field(String text) {
        boolean plain = text.equals(text.strip())
                && text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    /** Returns a number that reads back as the same double; whole ones bare, empty for what is not finite. */
    public static String number(double value) {
        if (!Double.isFinite(value)) {
            return "";
        }
        boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
        return whole ? Long.toString((long) value) : Double.toString(value);
    }

    private static void line(Writer writer, List<String> fields) {
        try {
            for (int i = 0; i < fields.size(); i++) {
                writer.write(i == 0 ? "" : ",");
                writer.write(field(fields.get(i)));
            }
            writer.write("\r\n");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
