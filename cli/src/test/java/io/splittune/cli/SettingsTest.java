package io.splittune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.splittune.cli.scenario.Scenario;
import io.splittune.cli.scenario.ScenarioReader;
import io.splittune.codec.Coder;
import io.splittune.codec.Compression;
import io.splittune.codec.FloatFormat;
import io.splittune.model.LoraTarget;
import io.splittune.model.Precision;
import io.splittune.training.CutCompression;
import io.splittune.training.DeviceDecision;
import io.splittune.training.OptimizerConfig;
import io.splittune.training.Scheme;
import io.splittune.training.TrainingConfig;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettingsTest {
    private static Scenario scenario(String... overrides) {
        return ScenarioReader.readText(
                "model: {checkpoint: 'builtin:vit-mini'}\ndata: {format: 'builtin:shapes'}\n",
                "s.yaml",
                Path.of("/"),
                List.of(overrides));
    }

    private static CutCompression compression(String... overrides) {
        Scenario scenario = scenario(overrides);
        return Settings.compression(scenario.compression(), Settings.precision(scenario));
    }

    @Test
    void everyTrainingKeyArrives() {
        TrainingConfig config = Settings.training(
                scenario(
                        "seed=9",
                        "training={rounds: 3, localEpochs: 2, batchSize: 5, microBatch: 8}",
                        "training.optimizer={kind: adamw, learningRate: 0.5, momentum: 0.25, weightDecay: 0.125, decay: 0.75}",
                        "lora={rank: 3, alpha: 6, dropout: 0.5, targets: [qkv, patch_embed], trainHead: false}",
                        "model.precision=bf16",
                        "server.deviceTimeoutSeconds=1.5"),
                Scheme.SFT);
        assertThat(config.rounds()).isEqualTo(3);
        assertThat(config.localEpochs()).isEqualTo(2);
        assertThat(config.batchSize()).isEqualTo(5);
        assertThat(config.microBatch()).as("at most a batch").isEqualTo(5);
        assertThat(config.optimizer())
                .isEqualTo(new OptimizerConfig(OptimizerConfig.Kind.ADAMW, 0.5, 0.25, 0.125, 0.75));
        assertThat(config.lora().rank()).isEqualTo(3);
        assertThat(config.lora().targets()).containsExactlyInAnyOrder(LoraTarget.QKV, LoraTarget.PATCH_EMBED);
        assertThat(config.lora().trainHead()).isFalse();
        assertThat(config.precision()).isEqualTo(Precision.BF16);
        assertThat(config.seed()).isEqualTo(9);
        assertThat(config.deviceTimeout().toMillis()).isEqualTo(1500);
    }

    @Test
    void uncompressedTensorsAreSentInThePrecisionOfTheModel() {
        assertThat(compression()).isEqualTo(CutCompression.none(FloatFormat.FP32));
        assertThat(compression("model.precision=bf16")).isEqualTo(CutCompression.none(FloatFormat.BF16));
        assertThat(compression("compression=bf16")).isEqualTo(CutCompression.none(FloatFormat.BF16));
    }

    @Test
    void maskIsSharedOnlyWhereThereIsOne() {
        Compression sparse = new Compression.Quantised(0.2, 7, Coder.ADAPTIVE);
        assertThat(compression("compression={activations: {}, gradients: {}}"))
                .isEqualTo(new CutCompression(sparse, sparse, true));
        assertThat(compression("compression={activations: {keep: 1}, gradients: {}}")
                        .shareMask())
                .isFalse();
        assertThat(compression("compression={gradients: {}}").shareMask()).isFalse();
        assertThat(compression("compression={activations: {}}").shareMask()).isFalse();
        assertThat(compression("compression={activations: {}, gradients: {shareMask: false}}")
                        .shareMask())
                .isFalse();
    }

    @Test
    void eachDeviceMayHaveItsOwnCut() {
        Scenario scenario = scenario("devices.count=2", "split.cut=[1, 3]");
        assertThat(Settings.fixedPolicy(scenario, Scheme.SFT, 6)
                        .decide(1)
                        .get(0)
                        .cut())
                .isEqualTo(1);
        assertThat(Settings.fixedPolicy(scenario, Scheme.SFT, 6)
                        .decide(9)
                        .get(1)
                        .cut())
                .isEqualTo(3);
        assertThat(Settings.fixedPolicy(scenario, Scheme.SFT, 6).decide(2))
                .hasSize(2)
                .allMatch(DeviceDecision::participates);
        assertThat(Settings.fixedPolicy(scenario, Scheme.SFT, 6).greatestCut(0)).isEmpty();
    }
}
