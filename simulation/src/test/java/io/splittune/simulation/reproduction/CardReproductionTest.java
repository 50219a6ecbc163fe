package io.splittune.simulation.reproduction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.splittune.core.RandomStreams;
import io.splittune.simulation.report.Chart;
import io.splittune.simulation.report.LineChart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CardReproductionTest {
    private static Reproduction reproduction;
    private static Map<String, ReproductionRow> rows;

    @BeforeAll
    static void reproduce() {
        reproduction = new CardReproduction(new RandomStreams(1)).analytic();
        rows = reproduction.rows().stream().collect(Collectors.toMap(ReproductionRow::id, Function.identity()));
    }

    private static double ours(String id) {
        return rows.get("card." + id).ours();
    }

    @Test
    void theDefaultLiesInTheWindowInEveryStateOfTheChannel() {
        for (String state : List.of("good", "normal", "poor")) {
            assertThat(ours("fig4." + state + ".delay-cut")).isBetween(60.0, 75.0);
            assertThat(ours("fig4." + state + ".energy-cut")).isBetween(45.0, 58.0);
        }
        assertThat(ours("fig4.normal.delay-cut")).isCloseTo(64.3, within(0.5));
        assertThat(ours("fig4.normal.energy-cut")).isCloseTo(52.3, within(0.5));
        assertThat(ours("fig4.delay-over-server-only")).isBetween(1.0, 1.12);
    }

    /** Within one point of the rows that were recomputed independently; CQI draws differ. */
    @Test
    void theWeightMovesTheBalance() {
        double[][] expected = {{10, 58, 58}, {20, 64, 45}, {30, 70, 5}, {50, 74, 0}};
        for (double[] row : expected) {
            String id = "weight." + (int) row[0];
            assertThat(ours(id + ".delay-cut")).as(id).isCloseTo(row[1], within(1.0));
            assertThat(ours(id + ".energy-cut")).as(id).isCloseTo(row[2], within(3.0));
        }
    }

    @Test
    void bothPercentagesAreNotReproducedAtOnceAndSaidSo() {
        assertThat(ours("fig4.f-min-1ghz.delay-cut")).isCloseTo(70.8, within(1.0));
        assertThat(ours("fig4.f-min-1ghz.energy-cut")).isLessThan(45);
        assertThat(ours("fig4.benchmarks-at-f-max.energy-cut")).isBetween(85.0, 98.0);
        assertThat(reproduction.rows())
                .filteredOn(
                        row -> row.id().startsWith("card.fig4.") && row.paper().isPresent())
                .isNotEmpty()
                .allMatch(row -> row.status() == Status.UNEXPLAINED);
        assertThat(reproduction.notes()).anyMatch(note -> note.startsWith("70.8 % less delay and 53.1 %"));
        assertThat(reproduction.notes()).anyMatch(note -> note.contains("computing power of 1488.7 W"));
    }

    @Test
    void cutsAreAtTheEndsAndMoveWithTheChannelForTheSecondDevice() {
        assertThat(ours("fig3.cuts-at-ends.light")).isEqualTo(100);
        assertThat(ours("fig3.cuts-at-ends.heavy")).isEqualTo(100);
        assertThat(ours("fig3.rounds-at-31.device-2")).isBetween(50.0, 99.0);
        for (int device = 3; device <= 5; device++) {
            assertThat(ours("fig3.rounds-at-31.device-" + device)).isZero();
        }
    }

    @Test
    void theClockFallsWithSlowerDevicesAgainstTheFigure() {
        double[] limit = {1.00, 0.88, 0.72, 0.58, 0.40};
        for (int n = 0; n < limit.length; n++) {
            assertThat(ours("fig3.clock.device-" + (n + 1))).isCloseTo(limit[n], within(0.04));
        }
        ReproductionRow trend = rows.get("card.fig3.clock.slowest-over-fastest");
        assertThat(trend.ours()).isLessThan(0.5);
        assertThat(trend.status()).isEqualTo(Status.UNEXPLAINED);
    }

    @Test
    void oneDecisionForAllIsProvenAndSavesTimeAndEnergy() {
        assertThat(ours("ours.joint.gap")).isLessThanOrEqualTo(1e-3);
        assertThat(ours("ours.joint.round-saved")).isPositive();
        assertThat(ours("ours.joint.energy-saved")).isPositive();
    }

    @Test
    void theFiguresAreThere() {
        assertThat(reproduction.charts())
                .extracting(Chart::id)
                .containsExactly(
                        "card-fig3a-cuts", "card-fig3b-clocks", "card-fig4a-delay", "card-fig4b-energy", "card-pareto");
        LineChart cuts = (LineChart) reproduction.charts().get(0);
        assertThat(cuts.lines()).hasSize(5);
        assertThat(cuts.lines().get(1).ys()).contains(1.0, 31.0);
    }

    @Test
    void theSameSeedGivesTheSameNumbers() {
        assertThat(new CardReproduction(new RandomStreams(1)).analytic()).isEqualTo(reproduction);
    }

    @Test
    void filesAreWritten(@TempDir Path folder) throws IOException {
        new ReproductionFiles().write(folder, reproduction);
        assertThat(folder.resolve("report.html")).exists();
        assertThat(Files.readString(folder.resolve("plots/reproduction.csv"))).contains("card.fig4.normal.delay-cut");
        assertThat(folder.resolve("plots/card-pareto.csv")).exists();
    }
}
