package io.splittune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.cli.scenario.Scenario;
import io.splittune.cli.scenario.ScenarioReader;
import io.splittune.codec.Coder;
import io.splittune.codec.Compression;
import io.splittune.codec.FloatFormat;
import io.splittune.codec.SampleCache;
import io.splittune.core.UserException;
import io.splittune.model.LlamaConfig;
import io.splittune.model.LoraConfig;
import io.splittune.model.LoraTarget;
import io.splittune.model.Precision;
import io.splittune.model.Rope;
import io.splittune.model.VitConfig;
import io.splittune.training.CutCompression;
import io.splittune.training.DeviceDecision;
import io.splittune.training.OptimizerConfig;
import io.splittune.training.SampleCacheConfig;
import io.splittune.training.Scheme;
import io.splittune.training.TrainingConfig;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettingsTest {
    private static final List<Double> HALF = List.of(0.5, 0.5, 0.5);
    private static final VitConfig VIT = new VitConfig(16, 8, 3, 16, 3, 2, 32, 2, 1e-6, true, HALF, HALF, List.of());
    private static final LlamaConfig LLAMA = new LlamaConfig(
            10, 8, 16, 3, 4, 2, 4, 32, 1e-5, Rope.of(10_000), false, false, false, true, 0, List.of(), -1, List.of());

    @Test
    void aVisionTransformersNamesStandForALlamasLayersToo() {
        LoraConfig lora = Settings.lora(scenario().lora(), LLAMA);
        assertThat(lora.targets())
                .containsExactlyInAnyOrder(
                        LoraTarget.Q_PROJ,
                        LoraTarget.K_PROJ,
                        LoraTarget.V_PROJ,
                        LoraTarget.O_PROJ,
                        LoraTarget.GATE_PROJ,
                        LoraTarget.UP_PROJ,
                        LoraTarget.DOWN_PROJ);
        assertThat(lora.trainHead()).as("a language model's words").isFalse();
        assertThat(Settings.lora(scenario().lora(), LLAMA.withClasses(2, List.of()))
                        .trainHead())
                .isTrue();
        assertThatThrownBy(
                        () -> Settings.lora(scenario("lora.targets=[up_proj]").lora(), VIT))
                .isInstanceOf(UserException.class)
                .hasMessage("lora.targets: read 'up_proj', this model has qkv, proj, fc1, fc2, patch_embed, head");
    }

    private static Scenario scenario(String... overrides) {
        return ScenarioReader.readText(
                "model: {checkpoint: 'builtin:vit-mini'}\ndata: {format: 'builtin:shapes'}\n",
                "s.yaml",
                Path.of("/"),
                List.of(overrides));
    }

    @Test
    void theQuantisersVariantsAndTheCacheReachTheRun() {
        Scenario scenario =
                scenario("compression={activations: {keep: 0.3, levels: 3, rounding: nearest, points: fitted},"
                        + " cache: {megabytes: 2, memoryMegabytes: 1, firstKeep: 0.5}}");
        Compression.Quantised usual = (Compression.Quantised)
                Settings.compression(scenario.compression(), Precision.FP32).activations();
        assertThat(usual)
                .isEqualTo(new Compression.Quantised(
                        0.3, 3, Coder.ADAPTIVE, Compression.Rounding.NEAREST, Compression.Points.FITTED));
        TrainingConfig config = Settings.training(scenario, Scheme.SFT, Settings.lora(scenario.lora(), VIT));
        assertThat(config.sampleCache())
                .contains(new SampleCacheConfig(
                        new SampleCache.Limits(2 << 20, 1 << 20),
                        new Compression.Quantised(
                                0.5, 15, Coder.ADAPTIVE, Compression.Rounding.NEAREST, Compression.Points.FITTED)));
    }

    private static CutCompression compression(String... overrides) {
        Scenario scenario = scenario(overrides);
        return Settings.compression(scenario.compression(), Settings.precision(scenario));
    }

    @Test
    void everyTrainingKeyArrives() {
        Scenario scenario = scenario(
                "seed=9",
                "training={rounds: 3, localEpochs: 2, batchSize: 5, microBatch: 8, recompute: true}",
                "training.optimizer={kind: adamw, learningRate: 0.5, momentum: 0.25, weightDecay: 0.125, decay: 0.75}",
                "training.optimizer.schedule=cosine",
                "training.optimizer.warmupRounds=0.5",
                "training.optimizer.clipNorm=2",
                "lora={rank: 3, alpha: 6, dropout: 0.5, targets: [qkv, patch_embed], trainHead: false}",
                "model.precision=bf16",
                "server.deviceTimeoutSeconds=1.5");
        TrainingConfig config = Settings.training(scenario, Scheme.SFT, Settings.lora(scenario.lora(), VIT));
        assertThat(config.recompute()).isTrue();
        assertThat(config.rounds()).isEqualTo(3);
        assertThat(config.localEpochs()).isEqualTo(2);
        assertThat(config.batchSize()).isEqualTo(5);
        assertThat(config.microBatch()).as("at most a batch").isEqualTo(5);
        assertThat(config.optimizer())
                .isEqualTo(new OptimizerConfig(
                        OptimizerConfig.Kind.ADAMW,
                        0.5,
                        0.25,
                        0.125,
                        0.75,
                        new OptimizerConfig.Schedule(0.5, true),
                        2));
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
