package io.splittune.simulation.reproduction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.splittune.core.RandomStreams;
import io.splittune.simulation.report.Chart;
import io.splittune.simulation.report.LineChart;
import io.splittune.simulation.report.LineChart.Line;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SftReproductionTest {
    private static final Set<Double> HEADLINE_MINUTES = Set.of(178.8, 419.6, 906.9, 1071.1);

    private static Reproduction reproduction;
    private static Map<String, ReproductionRow> rows;

    @BeforeAll
    static void reproduce() {
        reproduction = new SftReproduction(new RandomStreams(1)).analytic();
        rows = reproduction.rows().stream().collect(Collectors.toMap(ReproductionRow::id, Function.identity()));
    }

    private static double ours(String id) {
        return rows.get("sft." + id).ours();
    }

    /** Half of the last printed digit, for ratios that are printed with two decimals. */
    @Test
    void everyDerivedCellOfTableThreeAgreesToATenthOfAPercent() {
        List<ReproductionRow> derived = reproduction.rows().stream()
                .filter(row -> row.id().startsWith("sft.table3.") && row.status() == Status.DERIVED)
                .toList();
        assertThat(derived).hasSize(19);
        for (ReproductionRow row : derived) {
            double tolerance = row.id().endsWith("printed-ratio")
                    ? 0.005
                    : 0.001 * row.paper().orElseThrow();
            assertThat(row.ours()).as(row.id()).isCloseTo(row.paper().orElseThrow(), within(tolerance));
        }
    }

    @Test
    void tableThreeHasEveryCellOfFourColumns() {
        for (String column : List.of("fl", "fl-lora", "sl", "sft")) {
            for (String cell : List.of("input", "activations", "model", "optimizer", "total")) {
                assertThat(rows).containsKey("sft.table3." + column + "." + cell);
            }
        }
    }

    @Test
    void whatTheSpecificationCannotExplainIsMarked() {
        assertThat(List.of(
                        "table3.fl.optimizer",
                        "table3.fl.total",
                        "table3.fl-lora.activations",
                        "table3.fl-lora.total",
                        "abstract.communication-saved",
                        "fig8.split-learning-total",
                        "fig8.split-learning-over-sft",
                        "fig9.communication-saved.equal-snr.5mhz"))
                .allSatisfy(
                        id -> assertThat(rows.get("sft." + id).status()).as(id).isEqualTo(Status.UNEXPLAINED));
        assertThat(List.of("table3.sft.activations", "table3.activations-rest", "fig8.ratio"))
                .allSatisfy(
                        id -> assertThat(rows.get("sft." + id).status()).as(id).isEqualTo(Status.FITTED));
        assertThat(ours("table3.fl.optimizer")).isCloseTo(327.88, within(0.01));
        assertThat(ours("table3.activations-rest")).isCloseTo(232.09, within(0.01));
    }

    @Test
    void theFittedPresetGivesTheFourMinutesWithinThreePercent() {
        for (String id : List.of("sft", "uncompressed", "fl-lora", "sl")) {
            ReproductionRow row = rows.get("sft.fig10.fitted." + id);
            assertThat(row.status()).isEqualTo(Status.FITTED);
            assertThat(row.quantity()).contains("fitted preset");
            assertThat(row.relativeDifference().orElseThrow()).as(id).isCloseTo(0, within(0.03));
        }
    }

    @Test
    void onlyRowsOfTheFittedPresetClaimTheMinutes() {
        List<String> claiming = reproduction.rows().stream()
                .filter(row -> row.paper().isPresent()
                        && HEADLINE_MINUTES.contains(row.paper().getAsDouble()))
                .map(ReproductionRow::id)
                .toList();
        assertThat(claiming).hasSize(4).allMatch(id -> id.startsWith("sft.fig10.fitted."));
        assertThat(reproduction.rows())
                .filteredOn(row -> row.quantity().contains("minutes"))
                .allMatch(row -> row.id().startsWith("sft.fig10."));
        assertThat(reproduction.rows())
                .filteredOn(row -> row.id().startsWith("sft.fig10.fitted."))
                .allMatch(row -> row.status() == Status.FITTED);
    }

    @Test
    void percentagesFollowFromTheMinutes() {
        assertThat(ours("fig10.printed.saved-by-compression")).isCloseTo(80.28, within(0.01));
        assertThat(ours("fig10.fitted.saved-against-uncompressed")).isCloseTo(80.2, within(1.0));
        assertThat(ours("fig10.fitted.saved-against-sl")).isCloseTo(83.3, within(1.0));
        assertThat(ours("fig10.fitted.saved-against-fl-lora")).isCloseTo(57.4, within(1.0));
    }

    @Test
    void memoryByCutCrossesTheLimitAfterTenBlocks() {
        assertThat(ours("fig6.cut-1")).isCloseTo(1041.5, within(0.1));
        assertThat(ours("fig6.cut-10")).isCloseTo(7974.8, within(0.1));
        assertThat(ours("fig6.largest-cut")).isEqualTo(10);
        assertThat(ours("fig6.federated-over-limit")).isGreaterThan(1);
    }

    /** Positions and fixed-width levels cost what the paper's round numbers say, whatever the values. */
    @Test
    void framesReachThePointsOfTwelveAndTwentyTimes() {
        assertThat(ours("fig7.ratio.without-lossless")).isCloseTo(12, within(0.6));
        assertThat(ours("fig7.ratio.with-lossless")).isCloseTo(20, within(1.0));
        assertThat(ours("fig7.ratio.golomb-frame")).isGreaterThan(ours("fig7.ratio.with-lossless"));
        assertThat(ours("fig7.ratio.adaptive-frame")).isGreaterThan(ours("fig7.ratio.golomb-frame"));
        assertThat(ours("fig8.ratio")).isCloseTo(14.75, within(0.75));
        assertThat(ours("fig8.remaining")).isCloseTo(6.78, within(0.01));
        assertThat(ours("abstract.communication-saved")).isCloseTo(93.22, within(0.01));
    }

    @Test
    void volumesFollowFromShapes() {
        assertThat(ours("introduction.volume")).isCloseTo(2.804, within(0.001));
        assertThat(ours("fig8.split-learning-total")).isCloseTo(144.58, within(0.01));
        assertThat(ours("fig8.round.sft") / ours("fig8.round.sft-uncompressed")).isCloseTo(0.069, within(0.001));
    }

    /** By hand: 12.5, 53.6, 48.7 and 70.9 per cent with other random fleets. */
    @Test
    void theGainOfDividingTheBandDependsOnTheChannel() {
        assertThat(ours("fig9.communication-saved.equal-snr.5mhz")).isCloseTo(12.5, within(1.0));
        assertThat(ours("fig9.communication-saved.equal-snr.30mhz")).isCloseTo(53.6, within(5.0));
        assertThat(ours("fig9.communication-saved.snr-spread-6db.5mhz")).isCloseTo(48.7, within(5.0));
        assertThat(ours("fig9.communication-saved.rayleigh.5mhz")).isCloseTo(70.9, within(6.0));
        assertThat(ours("fig9.sqp-over-exact")).isLessThan(1e-6);
    }

    @Test
    void betterDivisionsOfTheBandGiveShorterRoundsAtEveryBandwidth() {
        LineChart chart = (LineChart) chart("fig9-round-by-bandwidth");
        List<Line> lines = chart.lines();
        assertThat(lines)
                .extracting(Line::name)
                .containsExactly("Random shares", "Equal shares", "Algorithm 3 (SQP)", "Exact");
        for (int point = 0; point < lines.get(0).xs().size(); point++) {
            double exact = lines.get(3).ys().get(point);
            assertThat(lines.get(2).ys().get(point)).isCloseTo(exact, within(1e-6 * exact));
            assertThat(lines.get(1).ys().get(point)).isGreaterThan(exact);
            assertThat(lines.get(0).ys().get(point))
                    .isGreaterThan(lines.get(1).ys().get(point));
        }
    }

    @Test
    void eachStepOfOursSavesMore() {
        for (String queue : List.of("", ".queued")) {
            assertThat(ours("ours.codec" + queue)).isPositive();
            assertThat(ours("ours.overlap" + queue)).isGreaterThan(ours("ours.codec" + queue));
            assertThat(ours("ours.cuts" + queue)).isGreaterThan(ours("ours.overlap" + queue));
        }
    }

    /** Scripts hold on to these. */
    @Test
    void idsAreThoseThatScriptsKnow() throws IOException {
        String known = new String(
                SftReproductionTest.class.getResourceAsStream("sft-ids.txt").readAllBytes(), StandardCharsets.UTF_8);
        assertThat(reproduction.rows())
                .extracting(ReproductionRow::id)
                .containsExactlyElementsOf(known.lines().toList());
    }

    @Test
    void twoRowsOfOneIdAreRefused() {
        ReproductionRow row = rows.get("sft.fig8.ratio");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Reproduction("title", List.of(row, row), List.of(), List.of()))
                .withMessage("row id (sft.fig8.ratio) stands twice.");
    }

    @Test
    void aRowWithoutAPrintHasNoDifference() {
        assertThat(rows.get("sft.fig6.cut-1").relativeDifference()).isEmpty();
        assertThat(rows.get("sft.fig8.ratio").relativeDifference().orElseThrow())
                .isCloseTo(0.0388, within(0.001));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ReproductionRow("sft.x", "x", OptionalDouble.of(0), 1, Status.DERIVED, "note"))
                .withMessage("paper (0.0) of sft.x must be finite and not 0.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ReproductionRow("SFT x", "x", OptionalDouble.empty(), 1, Status.DERIVED, "note"))
                .withMessageStartingWith("id (SFT x)");
    }

    /** And the analytic rows of another run with the same seed are the same. */
    @Test
    void trainingsAddTheFiguresOfAccuracy() throws IOException {
        Reproduction trained = new SftReproduction(new RandomStreams(1)).with(new KnownTrainings());
        assertThat(trained.rows()).startsWith(reproduction.rows().toArray(ReproductionRow[]::new));
        List<ReproductionRow> added = new ArrayList<>(trained.rows());
        added.removeAll(reproduction.rows());
        assertThat(added).hasSize(10 + 1 + 16 + 2).allMatch(row -> row.status() == Status.TRAINED);
        Map<String, Double> values =
                added.stream().collect(Collectors.toMap(ReproductionRow::id, ReproductionRow::ours));
        assertThat(values).containsEntry("sft.fig5.trained.iid.sft", 90.0);
        assertThat(values.get("sft.fig5.trained.dirichlet.lost-by-compression")).isCloseTo(2, within(1e-9));
        assertThat(values.get("sft.fig3.trained.mean-squared-error")).isCloseTo(0, within(1e-9));
        assertThat(values.get("sft.fig7.trained.keep-20.bits-3"))
                .isCloseTo(100 * KnownTrainings.accuracy(0.2, 7), within(1e-9));
        assertThat(values).containsEntry("sft.fig7.trained.ratio.activations", 25.0);
        assertThat(trained.charts())
                .extracting(Chart::id)
                .contains(
                        "fig5-accuracy-iid",
                        "fig5-accuracy-dirichlet",
                        "fig7-accuracy-by-compression",
                        "fig3-cubic-fit");
        assertThat(trained.notes()).last().asString().endsWith("A known model.");
    }

    @Test
    void filesHoldTheTableTheFiguresAndAPage(@TempDir Path folder) throws IOException {
        new ReproductionFiles().write(folder, reproduction);
        String page = Files.readString(folder.resolve("report.html"));
        assertThat(page)
                .contains("sft.table3.sft.total", "fitted", "unexplained")
                .doesNotContain("http-equiv", "<script");
        assertThat(Files.readAllLines(folder.resolve("plots/reproduction.csv")))
                .hasSize(reproduction.rows().size() + 1);
        for (Chart chart : reproduction.charts()) {
            assertThat(folder.resolve("plots/" + chart.id() + ".csv")).exists();
        }
    }

    private static Chart chart(String id) {
        return reproduction.charts().stream()
                .filter(chart -> chart.id().equals(id))
                .findFirst()
                .orElseThrow();
    }
}
