package io.splittune.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.splittune.codec.AdapterCompression;
import io.splittune.core.RandomStreams;
import io.splittune.model.AdapterState;
import io.splittune.model.HalfRange;
import io.splittune.tensor.testing.LeakChecked;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Split learning without averages, and the schemes that leave compression out. */
@LeakChecked
class SequentialTest {
    @ParameterizedTest
    @EnumSource
    void oneDeviceAloneTrainsAsInSplitFineTuningWithoutCompression(OptimizerConfig.Kind kind) throws IOException {
        try (TinyRun sequential = TinyRun.of(Scheme.SL, 3, kind);
                TinyRun parallel = TinyRun.of(Scheme.SFT, 3, kind)) {
            RunSummary ours = sequential.inProcess(1, 2, TinyRun.PAPER);
            RunSummary reference = parallel.inProcess(1, 2, TinyRun.NONE);
            assertThat(TinyRun.losses(ours)).isEqualTo(TinyRun.losses(reference));
            assertThat(ours.adapters()).isEqualTo(reference.adapters());
            assertThat(ours.finalAccuracy()).isEqualTo(reference.finalAccuracy());
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyDeviceGoesOnWhereTheOneBeforeStopped(OptimizerConfig.Kind kind) throws IOException {
        try (TinyRun run = TinyRun.of(Scheme.SL, 2, kind)) {
            AdapterState handedOn = run.inProcess(3, 1, TinyRun.NONE).adapters().get(RunSummary.SHARED);
            assertSame(handedOn, oneOptimiserThroughAllData(run, 3));
        }
    }

    /** The whole model in one place, trained on one device's data after another's. */
    private static AdapterState oneOptimiserThroughAllData(TinyRun run, int devices) {
        HalfRange whole = HalfRange.whole(TinyRun.DEPTH);
        RandomStreams streams = new RandomStreams(run.config.seed());
        try (TrainableState state = new TrainedTensors(run.config, run.model.config()).state(whole)) {
            state.load(run.model.initialAdapter(run.config.lora(), streams));
            List<DeviceData> data = run.data(devices);
            for (int round = 1; round <= run.config.rounds(); round++) {
                for (int device = 0; device < devices; device++) {
                    new Unsplit(run.model.half(whole), state, run.config, new StepStreams(streams, device), run.gate)
                            .trainRound(round, data.get(device), new RunListener() {});
                }
            }
            return state.snapshot();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theOptimiserIsHandedOnAcrossDifferentCuts(OptimizerConfig.Kind kind) throws IOException {
        RoundPolicy different = round -> List.of(
                new DeviceDecision(1, TinyRun.NONE, true),
                new DeviceDecision(3, TinyRun.NONE, true),
                new DeviceDecision(2, TinyRun.NONE, true));
        try (TinyRun run = TinyRun.of(Scheme.SL, 2, kind);
                TinyRun same = TinyRun.of(Scheme.SL, 2, kind)) {
            assertSame(
                    run.inProcess(3, different).adapters().get(RunSummary.SHARED),
                    same.inProcess(3, 2, TinyRun.NONE).adapters().get(RunSummary.SHARED));
        }
    }

    /** Two orders of summation in fp32 matrix products. */
    private static void assertSame(AdapterState ours, AdapterState reference) {
        assertThat(ours.tensors().keySet()).isEqualTo(reference.tensors().keySet());
        ours.tensors().forEach((name, array) -> {
            for (int i = 0; i < array.size(); i++) {
                assertThat(array.get(i)).as(name).isCloseTo(reference.get(name).get(i), within(2e-5f));
            }
        });
    }

    @Test
    void theOptimiserThatIsHandedOnIsCounted() throws IOException {
        try (TinyRun sequential = TinyRun.of(Scheme.SL, 2, new AdapterCompression.None());
                TinyRun parallel = TinyRun.of(Scheme.SFT, 2, new AdapterCompression.None())) {
            DeviceRound first = sequential
                    .inProcess(2, 2, TinyRun.NONE)
                    .rounds()
                    .get(1)
                    .devices()
                    .get(0);
            DeviceRound plain = parallel.inProcess(2, 2, TinyRun.NONE)
                    .rounds()
                    .get(1)
                    .devices()
                    .get(0);
            // One moment per value, and a longer header.
            assertThat((double) first.traffic().modelBytesDown())
                    .isBetween(
                            1.9 * plain.traffic().modelBytesDown(),
                            2.6 * plain.traffic().modelBytesDown());
            assertThat(first.traffic().modelBytesUp()).isEqualTo(first.traffic().modelBytesDown());
            assertThat(first.traffic().activationFrameBytes())
                    .isEqualTo(plain.traffic().activationFrameBytes());
        }
    }

    @Test
    void splitFederatedLearningIsSplitFineTuningWithoutCompression() throws IOException {
        try (TinyRun federated = TinyRun.of(Scheme.SFL, 2);
                TinyRun reference = TinyRun.sft(2)) {
            RunSummary ours = federated.inProcess(3, 2, TinyRun.PAPER);
            RunSummary plain = reference.inProcess(3, 2, TinyRun.NONE);
            assertThat(TinyRun.losses(ours)).isEqualTo(TinyRun.losses(plain));
            assertThat(ours.adapters()).isEqualTo(plain.adapters());
            assertThat(ours.traffic()).isEqualTo(plain.traffic());
            assertThat(ours.rounds().get(0).devices())
                    .extracting(DeviceRound::compression)
                    .containsOnly(TinyRun.NONE.activations());
        }
    }
}
