package io.splittune.simulation.reproduction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.splittune.core.RandomStreams;
import io.splittune.simulation.report.Chart;
import io.splittune.simulation.report.LineChart;
import io.splittune.simulation.report.LineChart.Line;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SflamReproductionTest {
    private static Reproduction reproduction;
    private static Map<String, ReproductionRow> rows;

    @BeforeAll
    static void reproduce() {
        reproduction = new SflamReproduction(new RandomStreams(1)).analytic();
        rows = reproduction.rows().stream().collect(Collectors.toMap(ReproductionRow::id, Function.identity()));
    }

    private static double ours(String id) {
        return rows.get("sflam." + id).ours();
    }

    /** Half of the last printed digit, but for 333.64, which is cut off instead of rounded. */
    @Test
    void everyDerivedCellOfBothTablesHasThePrintedDigits() {
        List<ReproductionRow> derived = reproduction.rows().stream()
                .filter(row -> row.status() == Status.DERIVED)
                .toList();
        assertThat(derived).hasSize(6 + 15);
        for (ReproductionRow row : derived) {
            double last = row.id().equals("sflam.table1.fl-vit.communication") ? 0.01 : 0.0051;
            assertThat(row.ours()).as(row.id()).isCloseTo(row.paper().orElseThrow(), within(last));
        }
    }

    @Test
    void cellsThatDoNotFollowAreMarkedAndSayWhy() {
        assertThat(reproduction.rows())
                .filteredOn(row -> row.status() == Status.UNEXPLAINED)
                .extracting(ReproductionRow::id)
                .containsExactly(
                        "sflam.table1.cl.communication",
                        "sflam.table1.sfl.communication",
                        "sflam.table1.fl-vit.memory",
                        "sflam.table1.fl-resnet.memory",
                        "sflam.table2.vit-b16.memory");
        assertThat(ours("table1.cl.communication")).isEqualTo(36.75);
        assertThat(ours("table1.sfl.communication")).isEqualTo(27.375);
    }

    @Test
    void whatRestsOnLostFormulasSaysSoAndClaimsNoNumberOfThePaper() {
        assertThat(reproduction.rows())
                .filteredOn(row -> row.id().startsWith("sflam.fig") || row.id().startsWith("sflam.ours"))
                .isNotEmpty()
                .allSatisfy(row -> {
                    assertThat(row.status()).isEqualTo(Status.RECONSTRUCTED);
                    assertThat(row.note()).startsWith("Reconstructed: ");
                    assertThat(row.paper()).isEmpty();
                });
        assertThat(reproduction.charts()).extracting(Chart::title).allMatch(title -> title.endsWith("(reconstructed)"));
    }

    @Test
    void stagesNeverLowerEfficiencyAndTheChoiceOfBlocksSavesMost() {
        for (Line line : chart("fig4-efficiency-by-stage").lines()) {
            assertThat(line.ys()).as(line.name()).isSorted();
        }
        for (String deadline : List.of("2-5s", "5-0s", "8-0s")) {
            String id = "fig4.stages." + deadline + ".";
            assertThat(ours(id + "power-joules")).isLessThan(ours(id + "start-joules"));
            assertThat(ours(id + "blocks-joules")).isLessThan(ours(id + "quantisation-joules"));
        }
        assertThat(ours("fig4.stages.2-5s.participants")).isLessThan(10);
        assertThat(ours("fig4.stages.8-0s.participants")).isEqualTo(10);
    }

    @Test
    void energyFallsAndBitsAndEfficiencyRiseWithTheDeadline() {
        List<Double> joules = chart("fig4-energy-by-deadline").lines().get(0).ys();
        for (int i = 1; i < joules.size(); i++) {
            assertThat(joules.get(i)).isLessThan(joules.get(i - 1));
        }
        assertThat(ours("fig4.8-0s.sflam.bits")).isGreaterThan(ours("fig4.2-5s.sflam.bits"));
        assertThat(chart("fig4-efficiency-by-deadline").lines().get(0).ys()).isSorted();
    }

    @Test
    void theProposedSpendsLessThanItsBaselinesAndLiesNearTheOptimum() {
        for (String deadline : List.of("2-5s", "5-0s")) {
            for (String baseline : List.of("ep", "rb", "nq")) {
                String id = "fig4." + deadline + ".";
                assertThat(ours(id + "sflam.efficiency")).isGreaterThan(ours(id + baseline + ".efficiency"));
                assertThat(ours(id + "sflam.joules")).isLessThan(ours(id + baseline + ".joules"));
            }
        }
        assertThat(ours("ours.gap")).isBetween(0.0, 10.0);
        assertThat(ours("ours.gap-by-utility")).isCloseTo(0, within(1e-9));
    }

    /** The orders of section VII-C. */
    @Test
    void schemesStandInThePapersOrder() {
        assertThat(ours("fig5.fl.seconds")).isGreaterThan(ours("fig5.sl.seconds"));
        assertThat(ours("fig5.sl.seconds")).isGreaterThan(ours("fig5.sfl.seconds"));
        assertThat(ours("fig5.sfl.seconds")).isGreaterThan(ours("fig5.sflam.seconds"));
        assertThat(ours("fig5.fl.joules")).isGreaterThan(ours("fig5.sfl.joules"));
        assertThat(ours("fig5.sfl.joules")).isGreaterThan(ours("fig5.sflam.joules"));
        assertThat(ours("fig5.fl.air-seconds")).isLessThan(ours("fig5.sfl.air-seconds"));
        assertThat(ours("fig5.sfl.air-seconds")).isLessThan(ours("fig5.sl.air-seconds"));
        assertThat(ours("fig5.sflam.air-joules")).isLessThan(ours("fig5.sfl.air-joules"));
        assertThat(ours("fig5.sflam-full-power.air-seconds")).isLessThan(ours("fig5.sfl.air-seconds"));
    }

    /** Scripts hold on to these. */
    @Test
    void idsAreThoseThatScriptsKnow() throws IOException {
        String known = new String(
                SflamReproductionTest.class.getResourceAsStream("sflam-ids.txt").readAllBytes(),
                StandardCharsets.UTF_8);
        assertThat(reproduction.rows())
                .extracting(ReproductionRow::id)
                .containsExactlyElementsOf(known.lines().toList());
    }

    @Test
    void filesHoldTheTableAndTheFigures(@TempDir Path folder) throws IOException {
        new ReproductionFiles().write(folder, reproduction);
        assertThat(Files.readString(folder.resolve("report.html"))).contains("sflam.table2.vit-b16.memory");
        assertThat(reproduction.charts())
                .hasSize(3 + 3 + 6)
                .allSatisfy(chart -> assertThat(folder.resolve("plots/" + chart.id() + ".csv"))
                        .exists());
    }

    private static LineChart chart(String id) {
        return (LineChart) reproduction.charts().stream()
                .filter(chart -> chart.id().equals(id))
                .findFirst()
                .orElseThrow();
    }
}
