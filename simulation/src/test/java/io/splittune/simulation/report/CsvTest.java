package io.splittune.simulation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvTest {
    @TempDir
    private Path folder;

    @Test
    void aFieldIsQuotedOnlyWhereItMustBe() {
        assertThat(Csv.field("plain text")).isEqualTo("plain text");
        assertThat(Csv.field("")).isEmpty();
        assertThat(Csv.field("a,b")).isEqualTo("\"a,b\"");
        assertThat(Csv.field("say \"x\"")).isEqualTo("\"say \"\"x\"\"\"");
        assertThat(Csv.field("two\nlines")).isEqualTo("\"two\nlines\"");
        assertThat(Csv.field("two\rlines")).isEqualTo("\"two\rlines\"");
        assertThat(Csv.field(" spaced")).isEqualTo("\" spaced\"");
    }

    @Test
    void numbersReadBackAsTheSameDouble() {
        for (double value : new double[] {0.1, 1.0 / 3, 1e-300, 1.7e308, -2.5, 123_456_789.25, 9e14, 1e15, 1e17}) {
            assertThat(Double.parseDouble(Csv.number(value))).isEqualTo(value);
        }
        assertThat(Csv.number(3)).isEqualTo("3");
        assertThat(Csv.number(-0.0)).isEqualTo("0");
        assertThat(Csv.number(Double.NaN)).isEmpty();
        assertThat(Csv.number(Double.POSITIVE_INFINITY)).isEmpty();
    }

    @Test
    void aTableIsWrittenWithItsColumnsFirstAndLinesEndedAsTheStandardWants() throws IOException {
        Table table = new Table(
                "t",
                "T",
                List.of("Name", "Delay (s)"),
                List.of(List.of(Cell.text("a,\"b\""), Cell.number(1.5, "2 s"))));

        Csv.write(folder.resolve("t.csv"), table);

        assertThat(Files.readString(folder.resolve("t.csv"))).isEqualTo("Name,Delay (s)\r\n\"a,\"\"b\"\"\",1.5\r\n");
    }

    @Test
    void aFailureWhileWritingLeavesTheFormerFile() throws IOException {
        Path file = folder.resolve("t.csv");
        Files.writeString(file, "before");
        Stream<List<Cell>> failing = Stream.of(1, 2).map(row -> {
            if (row == 2) {
                throw new UncheckedIOException(new IOException("no more"));
            }
            return List.of(Cell.number(row));
        });

        assertThatThrownBy(() -> Csv.write(file, List.of("a"), failing))
                .isInstanceOf(IOException.class)
                .hasMessage("no more");
        assertThat(file).hasContent("before");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }
}
