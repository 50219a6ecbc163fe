package io.splittune.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.splittune.codec.AdapterCompression;
import io.splittune.model.LoraConfig;
import io.splittune.model.LoraTarget;
import io.splittune.model.Precision;
import io.splittune.transport.StepId;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OptimizerConfigTest {
    private static final int BATCHES = 10;

    @Test
    void theRateRisesStepByStepThenFallsAsHalfACosineToZero() {
        TrainingConfig config = config(4, new OptimizerConfig.Schedule(1, true), 1);
        assertThat(rate(config, 1, 0)).isCloseTo(0.2 * 0.1, within(1e-12));
        assertThat(rate(config, 1, 8)).isCloseTo(0.2 * 0.9, within(1e-12));
        assertThat(rate(config, 2, 0)).isCloseTo(0.2, within(1e-12));
        assertThat(rate(config, 3, 5)).isCloseTo(0.2 * 0.5 * (1 + Math.cos(Math.PI / 2)), within(1e-12));
        assertThat(rate(config, 4, 9)).isCloseTo(0.2 * 0.5 * (1 + Math.cos(Math.PI * 2.9 / 3)), within(1e-12));
    }

    @Test
    void theRateDecaysFromRoundToRound() {
        TrainingConfig config = config(3, OptimizerConfig.Schedule.CONSTANT, 0.5);
        assertThat(rate(config, 1, 9)).isEqualTo(0.2);
        assertThat(rate(config, 3, 0)).isEqualTo(0.05);
    }

    @Test
    void aPeerThatDoesNotSayHowManyBatchesItHasGetsTheRoundsFirstRate() {
        TrainingConfig config = config(2, new OptimizerConfig.Schedule(0, true), 1);
        assertThat(config.learningRate(new StepId(2, 0, 7, 0), 0)).isCloseTo(0.1, within(1e-12));
    }

    @Test
    void aGradientIsScaledToTheLimitAsPytorchDoes() {
        OptimizerConfig limited =
                new OptimizerConfig(OptimizerConfig.Kind.SGD, 1, 0, 0, 1, OptimizerConfig.Schedule.CONSTANT, 2);
        assertThat(limited.clipFactor(16)).isCloseTo(2 / (4 + 1e-6), within(1e-15));
        assertThat(limited.clipFactor(1)).isEqualTo(1);
        assertThat(new OptimizerConfig(OptimizerConfig.Kind.SGD, 1, 0, 0, 1).clipFactor(1e9))
                .isEqualTo(1);
    }

    @Test
    void limitsMustBePositive() {
        assertThatThrownBy(() ->
                        new OptimizerConfig(OptimizerConfig.Kind.SGD, 1, 0, 0, 1, OptimizerConfig.Schedule.CONSTANT, 0))
                .hasMessageContaining("clipNorm (0.0) must be > 0");
        assertThatThrownBy(() -> new OptimizerConfig.Schedule(-1, false)).hasMessageContaining("warmupRounds (-1.0)");
    }

    private static double rate(TrainingConfig config, int round, int step) {
        return config.learningRate(new StepId(round, 0, step, 3), BATCHES);
    }

    private static TrainingConfig config(int rounds, OptimizerConfig.Schedule schedule, double decay) {
        OptimizerConfig optimizer =
                new OptimizerConfig(OptimizerConfig.Kind.SGD, 0.2, 0, 0, decay, schedule, Double.POSITIVE_INFINITY);
        LoraConfig lora = new LoraConfig(2, 2, 0, Set.of(LoraTarget.QKV), true);
        return new TrainingConfig(
                Scheme.SFT,
                rounds,
                1,
                8,
                8,
                Optional.empty(),
                false,
                optimizer,
                Tuning.LORA,
                lora,
                new AdapterCompression.Lossless(),
                Precision.FP32,
                1,
                Duration.ofSeconds(1));
    }
}
