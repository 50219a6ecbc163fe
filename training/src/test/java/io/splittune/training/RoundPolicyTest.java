package io.splittune.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.codec.AdapterCompression;
import io.splittune.core.RandomStreams;
import io.splittune.core.Ticker;
import io.splittune.core.UserException;
import io.splittune.model.AdapterState;
import io.splittune.model.HalfRange;
import io.splittune.tensor.testing.LeakChecked;
import io.splittune.transport.Blob;
import io.splittune.transport.InProcessTransport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a policy is asked, and what its answers do. */
@LeakChecked
class RoundPolicyTest {
    /** As over a network: a device has what it was sent. */
    private static final WeightDistribution SENT = new WeightDistribution() {
        @Override
        public String hash(HalfRange range) {
            return "";
        }

        @Override
        public Blob weights(HalfRange range) {
            throw new IllegalStateException("Nobody asks for them here.");
        }
    };

    /** Notes for which rounds it was asked. */
    private record Asked(RoundPolicy policy, List<Integer> rounds) implements RoundPolicy {
        @Override
        public List<DeviceDecision> decide(int round) {
            rounds.add(round);
            return policy.decide(round);
        }
    }

    private static RunSummary filed(TinyRun run, RoundPolicy policy, Path folder, boolean resume) throws IOException {
        return run.inProcess(
                2,
                policy,
                new FileRunStore(folder, 2, resume),
                List.of(new FileOptimizerStates(folder.resolve("a")), new FileOptimizerStates(folder.resolve("b"))));
    }

    @ParameterizedTest
    @EnumSource(names = {"SFT", "SL", "FL_LORA"})
    void isAskedOncePerRoundInOrder(Scheme scheme) throws IOException {
        Asked asked = new Asked(TinyRun.always(2, 2, TinyRun.NONE), new ArrayList<>());
        try (TinyRun run = TinyRun.of(scheme, 3)) {
            RunSummary summary = scheme.isSplit() ? run.inProcess(2, asked) : run.federated(2, asked);
            assertThat(summary.rounds()).hasSize(3);
            assertThat(asked.rounds()).containsExactly(1, 2, 3);
        }
    }

    @Test
    void aResumedRunAsksForItsOwnRoundsAlone(@TempDir Path folder) throws IOException {
        Asked asked = new Asked(TinyRun.always(2, 2, TinyRun.NONE), new ArrayList<>());
        try (TinyRun begun = TinyRun.of(Scheme.SFL, 2);
                TinyRun rest = TinyRun.of(Scheme.SFL, 4)) {
            filed(begun, asked.policy(), folder, false);
            filed(rest, asked, folder, true);
            assertThat(asked.rounds()).containsExactly(3, 4);
        }
    }

    @Test
    void aDeviceThatRestsIsSentNothingAndLeftOutOfTheAverage() throws IOException {
        try (TinyRun together = TinyRun.sft(1);
                TinyRun first = TinyRun.sft(1);
                TinyRun last = TinyRun.sft(1)) {
            RunSummary two = together.inProcess(3, TinyRun.only(3, 0, 2));
            AdapterState expected = TinyRun.fedAvg(List.of(
                    new TinyRun.Weighted(
                            first.inProcess(3, TinyRun.only(3, 0)).adapters().get(RunSummary.SHARED),
                            together.data(3).get(0).samples()),
                    new TinyRun.Weighted(
                            last.inProcess(3, TinyRun.only(3, 2)).adapters().get(RunSummary.SHARED),
                            together.data(3).get(2).samples())));
            assertThat(two.adapters().get(RunSummary.SHARED)).isEqualTo(expected);

            DeviceRound rested = two.rounds().get(0).devices().get(1);
            assertThat(rested.participated()).isFalse();
            assertThat(rested.dropped()).isFalse();
            assertThat(rested.samples()).isZero();
            assertThat(rested.steps()).isZero();
            assertThat(rested.loss()).isNaN();
            assertThat(rested.traffic()).isEqualTo(Traffic.NONE);
        }
    }

    @Test
    void aDeviceThatRestedBeforeAnInterruptionGoesOnAsIfThereHadBeenNone(@TempDir Path whole, @TempDir Path parts)
            throws IOException {
        RoundPolicy restsInTheSecond = round -> TinyRun.only(2, round == 2 ? new Integer[] {0} : new Integer[] {0, 1})
                .decide(round);
        try (TinyRun three = TinyRun.sft(3);
                TinyRun two = TinyRun.sft(2);
                TinyRun rest = TinyRun.sft(3)) {
            RunSummary uninterrupted = filed(three, restsInTheSecond, whole, false);
            filed(two, restsInTheSecond, parts, false);
            RunSummary resumed = filed(rest, restsInTheSecond, parts, true);
            assertThat(resumed.rounds().get(0).devices().get(1).participated()).isTrue();
            assertThat(resumed.adapters()).isEqualTo(uninterrupted.adapters());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SFT", "SL", "FL_LORA"})
    void aRoundWithoutDevicesChangesNothing(Scheme scheme) throws IOException {
        try (TinyRun run = TinyRun.of(scheme, 1)) {
            RunSummary summary =
                    scheme.isSplit() ? run.inProcess(2, TinyRun.only(2)) : run.federated(2, TinyRun.only(2));
            RoundRecord round = summary.rounds().get(0);
            assertThat(round.loss()).isNaN();
            assertThat(round.testLoss()).isEqualTo(summary.initialLoss());
            assertThat(round.traffic()).isEqualTo(Traffic.NONE);
        }
    }

    @Test
    void everyDeviceHasItsOwnTrafficAndSteps() throws IOException {
        try (TinyRun run = TinyRun.of(Scheme.SFT, 1, new AdapterCompression.None())) {
            RoundRecord round = run.inProcess(3, 2, TinyRun.PAPER).rounds().get(0);
            assertThat(round.devices().stream().map(DeviceRound::traffic).reduce(Traffic.NONE, Traffic::plus))
                    .isEqualTo(round.traffic());
            for (int device = 0; device < 3; device++) {
                DeviceRound record = round.devices().get(device);
                DeviceData data = run.data(3).get(device);
                assertThat(record.steps()).isEqualTo(data.batchCount());
                assertThat(record.traffic().activationRawBytes()).isEqualTo(data.samples() * 17L * 24 * 4);
                long adapterBytes = run.model
                        .initialAdapter(run.config.lora(), new RandomStreams(1))
                        .of(run.config.lora(), run.model.config(), HalfRange.device(2))
                        .toBytes()
                        .length;
                assertThat(record.traffic().modelBytesUp()).isEqualTo(adapterBytes);
                assertThat(record.traffic().modelBytesDown()).isEqualTo(adapterBytes);
            }
        }
    }

    /** Without momentum there is nothing that a new cut could make a device forget. */
    @Test
    void inProcessACutMayMoveFromRoundToRound(@TempDir Path folder) throws IOException {
        OptimizerConfig plain = new OptimizerConfig(OptimizerConfig.Kind.SGD, 0.05, 0, 0, 0.9);
        RoundPolicy moving = round -> TinyRun.always(2, round, TinyRun.NONE).decide(round);
        try (TinyRun run = new TinyRun(Scheme.SFT, 3, 0, Duration.ofSeconds(30), plain);
                TinyRun fixed = new TinyRun(Scheme.SFT, 3, 0, Duration.ofSeconds(30), plain)) {
            CutInvarianceTest.assertSameLosses(filed(run, moving, folder, false), fixed.inProcess(2, 2, TinyRun.NONE));
        }
    }

    @Test
    void aCutThatMovesMakesTheOptimiserStartAnewAlsoWhereItsStateIsOnDisk(@TempDir Path folder) throws IOException {
        RoundPolicy moving = round -> TinyRun.always(2, round, TinyRun.NONE).decide(round);
        try (TinyRun filed = TinyRun.sft(3);
                TinyRun unfiled = TinyRun.sft(3);
                TinyRun fixed = TinyRun.sft(3)) {
            RunSummary moved = filed(filed, moving, folder, false);
            assertThat(moved.adapters()).isEqualTo(unfiled.inProcess(2, moving).adapters());
            assertThat(TinyRun.losses(moved)[2]).isNotEqualTo(TinyRun.losses(fixed.inProcess(2, 1, TinyRun.NONE))[2]);
        }
    }

    private static RunSummary sent(TinyRun run, RoundPolicy policy) throws IOException {
        try (InProcessTransport transport = new InProcessTransport()) {
            return new TrainingServer(
                            run.config,
                            TinyRun.parties(2),
                            run.model,
                            SENT,
                            policy,
                            run.testSet(),
                            RunStore.NONE,
                            new RunListener() {},
                            run.gate,
                            Ticker.system())
                    .run(transport.listener(), Duration.ofMillis(50));
        }
    }

    @Test
    void decisionsMustFitTheRun() {
        try (TinyRun run = TinyRun.sft(1)) {
            assertThatThrownBy(() -> sent(run, TinyRun.always(3, 2, TinyRun.NONE)))
                    .hasMessage("3 decisions for 2 devices in round 1.");
            assertThatThrownBy(() -> sent(run, TinyRun.always(2, 4, TinyRun.NONE)))
                    .hasMessageContaining("cut in round 1 (4) must lie in [1, 3]");
            assertThatThrownBy(() -> run.federated(2, TinyRun.always(2, 1, TinyRun.NONE)))
                    .hasMessage("Scheme sft is not federated.");
        }
        try (TinyRun run = TinyRun.of(Scheme.FL, 1)) {
            assertThatThrownBy(() -> sent(run, TinyRun.always(2, 2, TinyRun.NONE)))
                    .hasMessage("Scheme fl has no cut.");
            assertThatThrownBy(() -> run.federated(2, TinyRun.always(3, 1, TinyRun.NONE)))
                    .hasMessage("3 decisions for 2 devices in round 1.");
        }
    }

    @Test
    void onlySflamCutsAfterTheEmbedding() {
        for (Scheme scheme : List.of(Scheme.SFT, Scheme.SL, Scheme.SFL, Scheme.CARD)) {
            try (TinyRun run = TinyRun.of(scheme, 1)) {
                assertThatThrownBy(() -> run.inProcess(2, 0, TinyRun.NONE))
                        .isInstanceOf(UserException.class)
                        .hasMessage("split.cut: read 0 for round 1, but scheme " + scheme.key()
                                + " needs a block on the device; only sflam cuts after the embedding (0)");
            }
        }
        try (TinyRun run = TinyRun.of(Scheme.SFLAM, 1)) {
            assertThatThrownBy(() -> sent(run, TinyRun.always(2, 1, TinyRun.NONE)))
                    .isInstanceOf(UserException.class)
                    .hasMessage("split.cut: read 1 for round 1, but scheme sflam cuts after the embedding: give 0");
        }
    }
}
