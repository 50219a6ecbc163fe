package io.splittune.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.splittune.codec.Coder;
import io.splittune.codec.Compression;
import io.splittune.codec.FloatFormat;
import io.splittune.core.UserException;
import io.splittune.model.AdapterState;
import io.splittune.model.HalfRange;
import io.splittune.model.LoraTarget;
import io.splittune.tensor.testing.LeakChecked;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SFLAM: the embedding alone on the device, adapters or all weights, some of the devices. */
@LeakChecked
class SflamTest {
    private static final Set<LoraTarget> WITH_EMBEDDING = EnumSet.of(LoraTarget.PATCH_EMBED, LoraTarget.QKV);
    private static final HalfRange EMBEDDING = HalfRange.device(0);

    private static RoundPolicy all(int devices) {
        return TinyRun.always(devices, 0, TinyRun.NONE);
    }

    private static RoundPolicy only(OptionalDouble probability, Integer... participants) {
        return round -> IntStream.range(0, 3)
                .mapToObj(i -> new DeviceDecision(
                        0, TinyRun.NONE, List.of(participants).contains(i), probability))
                .toList();
    }

    private static TinyRun tuned(int rounds, Tuning tuning) {
        return TinyRun.of(Scheme.SFLAM, rounds, tuning, WITH_EMBEDDING);
    }

    private static AdapterState trained(RunSummary summary) {
        return summary.model()
                .orElseGet(() -> summary.adapters().values().iterator().next());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void adaptersOfOneDeviceAreThoseOfTheUnsplitModel(boolean adapterOnTheDevice) throws IOException {
        Set<LoraTarget> targets = adapterOnTheDevice ? WITH_EMBEDDING : TinyRun.IN_BLOCKS;
        try (TinyRun split = TinyRun.of(Scheme.SFLAM, 3, Tuning.LORA, targets);
                TinyRun whole = TinyRun.of(Scheme.CENTRAL, 3, Tuning.LORA, targets)) {
            RunSummary ours = split.inProcess(1, all(1));
            RunSummary reference = whole.unsplit(1);
            CutInvarianceTest.assertSameLosses(ours, reference);
            CutInvarianceTest.assertSameTensors(trained(ours), trained(reference));
            DeviceRound device = ours.rounds().get(0).devices().get(0);
            assertThat(device.cut()).isZero();
            assertThat(device.traffic().activationRawBytes()).isEqualTo(44L * 17 * 24 * Float.BYTES);
            assertThat(ours.model()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void allWeightsAreThoseOfFederatedLearning(int devices) throws IOException {
        try (TinyRun split = tuned(3, Tuning.FULL);
                TinyRun whole = TinyRun.of(Scheme.FL, 3)) {
            RunSummary ours = split.inProcess(devices, all(devices));
            RunSummary reference = whole.federated(devices, all(devices));
            CutInvarianceTest.assertSameLosses(ours, reference);
            CutInvarianceTest.assertSameTensors(trained(ours), trained(reference));
            assertThat(ours.initialLoss()).isEqualTo(reference.initialLoss());
            assertThat(ours.finalAccuracy()).isEqualTo(reference.finalAccuracy());
            assertThat(ours.adapters()).isEmpty();
            // Every weight has moved, on the device and on the server.
            AdapterState base = split.model.half(HalfRange.whole(TinyRun.DEPTH)).weights();
            trained(ours)
                    .tensors()
                    .forEach((name, values) -> assertThat(values).as(name).isNotEqualTo(base.get(name)));
        }
    }

    @Test
    void whatTravelsWithAllWeightsIsTheEmbedding() throws IOException {
        try (TinyRun run = tuned(1, Tuning.FULL)) {
            DeviceRound device =
                    run.inProcess(2, all(2)).rounds().get(0).devices().get(1);
            long embedding = run.model.half(EMBEDDING).weights().toBytes().length;
            // Without loss, four fifths of a plain file.
            assertThat(device.traffic().modelBytesDown()).isBetween(embedding * 6 / 10, embedding * 9 / 10);
            assertThat(device.traffic().modelBytesUp()).isBetween(embedding * 4 / 10, embedding * 9 / 10);
        }
    }

    @ParameterizedTest
    @EnumSource
    void thoseWhoDoNotTakePartAreNotAveraged(Tuning tuning) throws IOException {
        OptionalDouble none = OptionalDouble.empty();
        try (TinyRun run = tuned(1, tuning)) {
            RunSummary two = run.inProcess(3, only(none, 0, 2));
            AdapterState expected = TinyRun.fedAvg(List.of(
                    new TinyRun.Weighted(
                            trained(run.inProcess(3, only(none, 0))),
                            run.data(3).get(0).samples()),
                    new TinyRun.Weighted(
                            trained(run.inProcess(3, only(none, 2))),
                            run.data(3).get(2).samples())));
            assertThat(trained(two)).isEqualTo(expected);
            assertThat(two.rounds().get(0).devices().get(1).participated()).isFalse();
            assertThat(two.rounds().get(0).devices().get(1).traffic()).isEqualTo(Traffic.NONE);
        }
    }

    @ParameterizedTest
    @EnumSource
    void probabilitiesCorrectForThoseWhoDoNotTakePart(Tuning tuning) throws IOException {
        OptionalDouble none = OptionalDouble.empty();
        try (TinyRun run = tuned(1, tuning)) {
            AdapterState start = new TrainedTensors(run.config, run.model.config()).initial(run.model);
            AdapterState ours = trained(run.inProcess(3, only(OptionalDouble.of(0.4), 0, 2)));
            AdapterState first = trained(run.inProcess(3, only(none, 0)));
            AdapterState last = trained(run.inProcess(3, only(none, 2)));
            double first2All = run.data(3).get(0).samples() / 44.0 / 0.4;
            double last2All = run.data(3).get(2).samples() / 44.0 / 0.4;
            ours.tensors().forEach((name, values) -> {
                for (int i = 0; i < values.size(); i++) {
                    double w = start.get(name).get(i);
                    double moved = w
                            + first2All * (first.get(name).get(i) - w)
                            + last2All * (last.get(name).get(i) - w);
                    assertThat((double) values.get(i)).as(name).isCloseTo(moved, within(1e-6));
                }
            });
        }
    }

    /** SFLAM eq. (8) with the signs counted: d (q + 1) + 64 bits of a tensor; docs/wire-format.md says what is around. */
    @Test
    void framesFollowTheBitsOfTheQuantiser() throws IOException {
        int frames = 5 * 3 + 2; // 44 samples: batches of 8 in parts of 3, 3, 2, and one of 3 and 1
        long values = 44L * 17 * 24;
        long header = 36 + 2; // and the last, broken byte of two sections
        try (TinyRun run = TinyRun.of(Scheme.SFLAM, 1)) {
            for (int q = 2; q <= 16; q++) {
                Compression bits = new Compression.Quantised(1, (1 << q) - 1, Coder.RAW);
                CutCompression up = new CutCompression(bits, new Compression.None(FloatFormat.FP32), false);
                RunSummary summary = run.inProcess(1, TinyRun.always(1, 0, up));
                double stated = (values * (q + 1) + frames * 64.0) / 8;
                assertThat((double) summary.traffic().activationFrameBytes())
                        .as("q = %s", q)
                        .isBetween(stated, stated + frames * (header - 8));
                assertThat(summary.traffic().gradientFrameBytes())
                        .isGreaterThan(summary.traffic().gradientRawBytes());
                assertThat(TinyRun.losses(summary)[0]).isFinite();
            }
        }
    }

    @Test
    void aRunOfAdaptersResumesAndOneOfAllWeightsRefusesTo(@TempDir Path whole, @TempDir Path parts) throws IOException {
        try (TinyRun three = tuned(3, Tuning.LORA);
                TinyRun two = tuned(2, Tuning.LORA);
                TinyRun full = tuned(3, Tuning.FULL)) {
            RunSummary uninterrupted = filed(three, whole, false);
            filed(two, parts, false);
            assertThatThrownBy(() -> filed(full, parts, true))
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith("training.tuning: a run that trains all weights keeps no checkpoints");
            assertThat(filed(three, parts, true).adapters()).isEqualTo(uninterrupted.adapters());
        }
    }

    @Test
    void aRunOfAllWeightsKeepsNothing(@TempDir Path folder) throws IOException {
        try (TinyRun full = tuned(1, Tuning.FULL)) {
            filed(full, folder, false);
            assertThat(folder).isEmptyDirectory();
        }
    }

    private static RunSummary filed(TinyRun run, Path folder, boolean resume) throws IOException {
        return run.inProcess(
                2,
                all(2),
                new FileRunStore(folder, 2, resume),
                List.of(new FileOptimizerStates(folder.resolve("a")), new FileOptimizerStates(folder.resolve("b"))));
    }

    @Test
    void onlySflamAndFederatedLearningTrainAllWeights() {
        for (Scheme scheme : EnumSet.complementOf(EnumSet.of(Scheme.SFLAM, Scheme.FL))) {
            assertThatThrownBy(() -> TinyRun.of(scheme, 1, Tuning.FULL, TinyRun.IN_BLOCKS))
                    .isInstanceOf(UserException.class)
                    .hasMessage("training.tuning: read full, but scheme " + scheme.key()
                            + " trains adapters only; give lora, or one of the schemes sflam and fl");
        }
    }

    @Test
    void someProbabilitiesAreRefusedBeforeAnybodyTrains() {
        List<DeviceDecision> mixed = List.of(
                new DeviceDecision(0, TinyRun.NONE, true, OptionalDouble.of(0.5)),
                new DeviceDecision(0, TinyRun.NONE, true));
        try (TinyRun run = TinyRun.of(Scheme.FL, 1)) {
            assertThatThrownBy(() -> run.federated(2, round -> mixed))
                    .hasMessageStartingWith("1 of 2 devices that take part have a participation probability");
        }
    }

    @Test
    void aRoundWithoutDevicesChangesNothing() throws IOException {
        List<DeviceDecision> rest = Collections.nCopies(2, new DeviceDecision(0, TinyRun.NONE, false));
        try (TinyRun run = tuned(1, Tuning.FULL)) {
            RunSummary summary = run.inProcess(2, round -> rest);
            assertThat(summary.rounds().get(0).loss()).isNaN();
            assertThat(summary.rounds().get(0).testLoss()).isEqualTo(summary.initialLoss());
        }
    }
}
