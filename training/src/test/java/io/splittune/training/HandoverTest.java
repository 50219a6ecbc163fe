package io.splittune.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.core.UserException;
import io.splittune.model.AdapterState;
import io.splittune.model.FloatArray;
import io.splittune.model.HalfRange;
import io.splittune.model.OptimizerState;
import io.splittune.tensor.testing.LeakChecked;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@LeakChecked
class HandoverTest {
    private static final Map<String, long[]> SHAPES = Map.of("head.bias", new long[] {2});
    private static final AdapterState ADAPTER =
            new AdapterState(Map.of("head.bias", FloatArray.of(new float[] {1, 2}, 2)));

    private static Handover with(long steps, String moment, int size) {
        AdapterState moments = new AdapterState(Map.of(moment, FloatArray.zeros(size)));
        return new Handover(ADAPTER, Optional.of(new OptimizerState(steps, moments)));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, (1L << 24) + 1, (1L << 40) + 12_345})
    void readsBackWithItsCountOfSteps(long steps) {
        Handover handover = with(steps, "head.bias.momentum_buffer", 2);
        assertThat(Handover.of(handover.together(), SHAPES)).isEqualTo(handover);
    }

    @Test
    void withoutAnOptimiserItIsThePlainAdapter() {
        Handover plain = new Handover(ADAPTER, Optional.empty());
        assertThat(plain.together()).isEqualTo(ADAPTER);
        assertThat(Handover.of(ADAPTER, SHAPES)).isEqualTo(plain);
    }

    @Test
    void whatAPeerSentMustFit() {
        assertThatThrownBy(() -> with(1, "head.bias.momentum_buffer", 3).requireShapes(SHAPES, TinyRun.SGD, "d"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("the optimiser of d: head.bias.momentum_buffer has shape [3]");
        assertThatThrownBy(() -> with(1, "other.momentum_buffer", 2).requireShapes(SHAPES, TinyRun.SGD, "d"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("lacks head.bias.momentum_buffer");
        with(1, "head.bias.momentum_buffer", 2).requireShapes(SHAPES, TinyRun.SGD, "d");
    }

    @Test
    void halvesMustHaveMadeTheSameSteps() {
        Handover server = new Handover(
                new AdapterState(Map.of()), Optional.of(new OptimizerState(3, new AdapterState(Map.of()))));
        Handover device = with(2, "head.bias.momentum_buffer", 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> device.and(server))
                .withMessage("The device's optimiser made 2 steps, the server's 3.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Handover(ADAPTER, Optional.empty()).and(server))
                .withMessage("Only one half has an optimiser's state.");
        AdapterState damaged = new AdapterState(Map.of("optimizer.steps", FloatArray.zeros(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> Handover.of(damaged, SHAPES));
    }

    @ParameterizedTest
    @EnumSource
    void momentsAreNamedAsTheOptimiserNamesThem(OptimizerConfig.Kind kind) {
        try (TinyRun run = TinyRun.of(Scheme.SFT, 1, kind);
                TrainableState state = new TrainedTensors(run.config, run.model.config()).state(HalfRange.device(2))) {
            assertThat(state.optimizerSnapshot().moments().tensors().keySet().stream()
                            .map(name ->
                                    name.substring(Handover.parameterOf(name).length() + 1))
                            .collect(Collectors.toSet()))
                    .containsExactlyInAnyOrderElementsOf(run.config.optimizer().moments());
        }
    }
}
