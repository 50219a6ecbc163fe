package io.splittune.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
    private static final Path EXAMPLES = Path.of("..", "examples", "reproduce", "sft");

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

    private static JsonNode rows(Cli run) {
        JsonNode rows = run.json();
        assertThat(rows.isArray()).isTrue();
        return rows;
    }

    @Test
    void anotherPaperIsRefused() {
        assertThat(Cli.run("reproduce", "megatron").mistake())
                .isEqualTo("splittune reproduce: PAPER: read 'megatron', expected sft");
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

    /** People read the examples, the command reads its own copy. */
    @Test
    void theTrainingExampleIsWhatTheCommandTrains() throws IOException {
        try (InputStream own = SftReproduction.class.getResourceAsStream("sft-training.yaml")) {
            assertThat(Files.readAllBytes(EXAMPLES.resolve("training.yaml"))).isEqualTo(own.readAllBytes());
        }
    }

    @Test
    void theFittedExampleHasTheFittedClocks() {
        Scenario scenario = ScenarioReader.read(EXAMPLES.resolve("fitted-fleet.yaml"), List.of());
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
