package io.splittune.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.splittune.core.RandomStreams;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.testing.LeakChecked;
import org.junit.jupiter.api.Test;

@LeakChecked
class FullParametersTest {
    private static final HalfRange WHOLE = HalfRange.whole(TinyModel.DEPTH);

    @Test
    void trainingFromScratchFitsABatchAndMovesEveryTensor() {
        try (TransformerHalf whole =
                        TransformerHalf.random(TinyModel.CONFIG, WHOLE, Precision.FP32, new RandomStreams(1));
                FullParameters full = FullParameters.of(whole);
                Optimizer optimizer = Optimizer.adamW(full, 0.9, 0.999, 1e-8, 0.05)) {
            AdapterState start = full.snapshot();
            double first = 0;
            double last = 0;
            for (int step = 0; step < 50; step++) {
                last = TinyModel.step(whole, full, ForwardMode.train(step)).loss();
                first = step == 0 ? last : first;
                optimizer.step(5e-3);
                full.clearGradients();
            }
            assertThat(last).isLessThan(0.1 * first);
            full.snapshot()
                    .tensors()
                    .forEach((name, values) -> assertThat(values).as(name).isNotEqualTo(start.get(name)));
        }
    }

    @Test
    void snapshotIsACheckpointOfTheTrainedModel() {
        try (TransformerHalf random =
                        TransformerHalf.random(TinyModel.CONFIG, WHOLE, Precision.FP32, new RandomStreams(1));
                FullParameters full = FullParameters.of(random)) {
            full.load(TinyModel.weights(WHOLE));
            try (TransformerHalf saved = TransformerHalf.of(TinyModel.CONFIG, WHOLE, Precision.FP32, full.snapshot())) {
                TensorScope.within("test", () -> {
                    FloatArray trained = TinyModel.values(random.forward(TinyModel.pixels(), full, ForwardMode.eval()));
                    assertThat(TinyModel.values(saved.forward(TinyModel.pixels())))
                            .isEqualTo(trained);
                    return trained;
                });
            }
        }
    }
}
