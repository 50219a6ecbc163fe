package io.splittune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.splittune.cli.scenario.DeviceEntry;
import io.splittune.cli.scenario.Scenario;
import io.splittune.cli.scenario.ScenarioReader;
import io.splittune.cli.scenario.Span;
import io.splittune.simulation.reproduction.SftReproduction;
import io.splittune.wireless.DeviceSite;
import io.splittune.wireless.SftSetting;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReproduceCommandTest {
    private static final Path EXAMPLES = Path.of("..", "examples", "reproduce");

    @TempDir
    private Path folder;

    @Test
    void theTableIsJsonAndAReportWithFigures() {
        Cli run = Cli.run("reproduce", "sft", "--json", "--out", folder);
        JsonNode rows = rows(run);
        assertThat(rows).hasSizeGreaterThan(80);
        Set<String> ids = new HashSet<>();
        for (JsonNode row : rows) {
            assertThat(row.fieldNames())
                    .toIterable()
                    .containsExactly("id", "quantity", "paper", "ours", "relativeDifference", "status", "note");
            assertThat(ids.add(row.path("id").asText())).isTrue();
            assertThat(row.path("status").asText()).isIn("derived", "fitted", "unexplained");
            assertThat(row.path("ours").isNumber()).isTrue();
            assertThat(row.path("paper").isNull())
                    .isEqualTo(row.path("relativeDifference").isNull());
        }
        assertThat(folder.resolve("report.html")).isNotEmptyFile();
        assertThat(folder.resolve("plots/reproduction.csv")).isNotEmptyFile();
        assertThat(folder.resolve("plots/fig10-minutes.csv")).isNotEmptyFile();
    }

    @Test
    void theOtherPapersSayWhatIsTheirsAndWhatStandsIn() {
        JsonNode card = rows(Cli.run("reproduce", "card", "--json"));
        assertThat(card.findValuesAsText("status")).containsOnly("derived", "unexplained");
        assertThat(ours(card, "Fig. 4(a): delay cut against device-only, Good channel (%)"))
                .isBetween(60.0, 75.0);
        assertThat(ours(card, "Fig. 4(b): server energy cut against server-only, Good channel (%)"))
                .isBetween(45.0, 58.0);
        JsonNode sflam = rows(Cli.run("reproduce", "sflam", "--json"));
        assertThat(sflam.findValuesAsText("status")).containsOnly("derived", "reconstructed", "unexplained");
        assertThat(ours(sflam, "Table I: compute (G), federated, ViT-B/32")).isCloseTo(558.99, within(0.005));
    }

    private static double ours(JsonNode rows, String quantity) {
        for (JsonNode row : rows) {
            if (row.path("quantity").asText().equals(quantity)) {
                return row.path("ours").asDouble();
            }
        }
        throw new AssertionError(quantity + " is not among the rows");
    }

    private static JsonNode rows(Cli run) {
        JsonNode rows = run.json();
        assertThat(rows.isArray()).isTrue();
        return rows;
    }

    @Test
    void anotherPaperIsRefused() {
        assertThat(Cli.run("reproduce", "megatron").mistake())
                .isEqualTo("splittune reproduce: PAPER: read 'megatron', expected one of sft, card, sflam");
    }

    @Test
    void whatIsForTrainingsNeedsThem() {
        assertThat(Cli.run("reproduce", "sft", "--data", folder).mistake())
                .isEqualTo("splittune reproduce: --data: is for trainings; add --train");
        assertThat(Cli.run("reproduce", "sft", "--set", "seed=2").mistake())
                .isEqualTo("splittune reproduce: --set: is for trainings; add --train");
    }

    @Test
    void missingDataIsNamedBeforeAnythingIsTrained() {
        assertThat(Cli.run("reproduce", "sft", "--train", "--data", folder).mistake())
                .startsWith("splittune reproduce: --data: ")
                .endsWith("train.bin is missing; expected a folder with CIFAR-100's train.bin and test.bin");
    }

    /** People read the examples, the command reads its own copies. */
    @Test
    void theTrainingExamplesAreWhatTheCommandTrains() throws IOException {
        for (String paper : List.of("sft", "card", "sflam")) {
            try (InputStream own = SftReproduction.class.getResourceAsStream(paper + "-training.yaml")) {
                assertThat(Files.readAllBytes(EXAMPLES.resolve(paper).resolve("training.yaml")))
                        .isEqualTo(own.readAllBytes());
            }
        }
    }

    @Test
    void cardAndSflamAreTrained() {
        for (String paper : List.of("card", "sflam")) {
            JsonNode rows = rows(Cli.run(
                    "reproduce",
                    paper,
                    "--train",
                    "--json",
                    "--out",
                    folder.resolve(paper),
                    "--set",
                    "data.trainLimit=20",
                    "--set",
                    "data.testLimit=10",
                    "--set",
                    "training.rounds=1"));
            assertThat(rows.findValuesAsText("status")).contains("trained");
            assertThat(folder.resolve(paper).resolve("trainings/" + (paper.equals("card") ? "card" : "local-0.1")))
                    .isDirectoryContaining("glob:**metrics.jsonl");
        }
    }

    @Test
    void theFittedExampleHasTheFittedClocks() {
        Scenario scenario = ScenarioReader.read(EXAMPLES.resolve("sft").resolve("fitted-fleet.yaml"), List.of());
        List<Span> clocks = scenario.devices().list().orElseThrow().stream()
                .map(DeviceEntry::clockHz)
                .map(clock -> clock.orElseThrow())
                .toList();
        assertThat(clocks)
                .extracting(Span::low)
                .containsExactlyElementsOf(SftSetting.fittedFleet().stream()
                        .map(DeviceSite::hardware)
                        .map(device -> device.clockHz())
                        .toList());
        assertThat(scenario.network().bandwidthHz()).isEqualTo(SftSetting.BANDWIDTH_HZ);
    }
}
