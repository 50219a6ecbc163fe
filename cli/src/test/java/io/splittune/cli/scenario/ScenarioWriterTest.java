package io.splittune.cli.scenario;

import static io.splittune.cli.scenario.Scenarios.MINIMAL;
import static io.splittune.cli.scenario.Scenarios.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.splittune.testkit.Property;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class ScenarioWriterTest {
    @Test
    void whatIsWrittenReadsBackTheSame() {
        for (Scenario scenario : List.of(
                read(MINIMAL),
                read(Scenarios.example()),
                read(MINIMAL, "split.cut=auto", "compression=auto"),
                read(MINIMAL, "compression=bf16", "name='12'"),
                read(MINIMAL, "compression.adapters=none"),
                read(MINIMAL, "compression={activations: {points: fitted}, cache: {memoryMegabytes: 0}}"),
                read(MINIMAL, "compression={adapters: {bits: 4}}"),
                read(MINIMAL, "compression.activations={bits: 4, beta: 0.07}", "training.scheme=[sft, sl]"),
                read(MINIMAL, "devices={list: [{snrDb: 3}, {clockHz: [1e9, 2e9]}]}", "split.cut=[1, 2]"),
                read("model: {shape: vit-b16, classes: 200}\ndata: {samplesPerDevice: 6250}\n"))) {
            String written = ScenarioWriter.toYaml(scenario);
            Scenario again = ScenarioReader.readText(written, "scenario.yaml", Path.of("/elsewhere"), List.of());
            assertThat(again).as(written).isEqualTo(scenario);
        }
    }

    @Test
    void numbersSurviveWriting() {
        Property.forAll(100, random -> {
            Scenario scenario = read(
                    MINIMAL,
                    "seed=" + random.nextLong(),
                    "network.bandwidthHz=" + positive(random),
                    "training.optimizer.learningRate=" + positive(random));
            assertThat(read(ScenarioWriter.toYaml(scenario))).isEqualTo(scenario);
        });
    }

    private static double positive(RandomGenerator random) {
        return Math.exp(random.nextDouble(-40, 40));
    }

    @Test
    void defaultsAreWrittenOut() {
        assertThat(ScenarioWriter.toYaml(read(MINIMAL)))
                .contains("rank: 16", "accuracyFloor: 0.98", "compression: none", "scheme: sft", "cut: 1")
                .doesNotContain("trainLimit");
    }
}
