package io.splittune.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.codec.AdapterCompression;
import io.splittune.core.Ticker;
import io.splittune.core.UserException;
import io.splittune.model.AdapterState;
import io.splittune.model.FloatArray;
import io.splittune.tensor.testing.LeakChecked;
import io.splittune.transport.CutLink;
import io.splittune.transport.DeviceReport;
import io.splittune.transport.InProcessTransport;
import io.splittune.transport.Message;
import io.splittune.transport.SessionProtocol;
import io.splittune.transport.StepId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Devices that die, fall silent, lie, and come back. */
@LeakChecked
class FaultTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** What a faulty device does once its round has started. */
    private interface Fault {
        void strike(CutLink link, Message.RoundStart start) throws IOException;
    }

    private static final class Drops implements RunListener {
        final List<String> reasons = new CopyOnWriteArrayList<>();

        @Override
        public void onDrop(int round, String deviceId, String reason) {
            reasons.add(round + " " + deviceId + ": " + reason);
        }
    }

    private static CompletableFuture<Void> healthy(TinyRun run, InProcessTransport transport, int devices, int index) {
        return CompletableFuture.runAsync(
                () -> {
                    DeviceTask task =
                            new DeviceTask(run.config, run.data(devices).get(index), 2);
                    try (CutLink link = transport.connect()) {
                        new DeviceWorker(
                                        link,
                                        new DeviceWorker.Identity("device-" + index, "", Duration.ofMinutes(1)),
                                        new SharedWeights(task, run.model),
                                        OptimizerStates.NONE,
                                        run.gate,
                                        new RunListener() {},
                                        Ticker.system())
                                .run();
                    } catch (IOException failed) {
                        throw new IllegalStateException(failed);
                    }
                },
                TinyRun.THREADS);
    }

    private static CompletableFuture<Void> faulty(InProcessTransport transport, int index, Fault fault) {
        return CompletableFuture.runAsync(
                () -> {
                    try (CutLink link = transport.connect()) {
                        link.send(new Message.Hello(SessionProtocol.VERSION, "device-" + index, "", 0, Map.of()));
                        link.receive(Message.Welcome.class, PATIENCE);
                        link.send(new Message.WeightsRequest(false, 0));
                        fault.strike(link, link.receive(Message.RoundStart.class, PATIENCE));
                    } catch (IOException failed) {
                        throw new IllegalStateException(failed);
                    }
                },
                TinyRun.THREADS);
    }

    private static RunSummary run(TinyRun run, Drops drops, Fault fault) throws IOException {
        try (InProcessTransport transport = new InProcessTransport()) {
            List<CompletableFuture<Void>> devices = new ArrayList<>();
            devices.add(healthy(run, transport, 3, 0));
            devices.add(healthy(run, transport, 3, 1));
            CompletableFuture<Void> bad = faulty(transport, 2, fault);
            RunSummary summary = run.server(3, TinyRun.always(3, 2, TinyRun.NONE), RunStore.NONE, drops)
                    .run(transport.listener(), PATIENCE);
            devices.forEach(CompletableFuture::join);
            bad.join();
            return summary;
        }
    }

    private static void assertEndsWithout(Duration deviceTimeout, Fault fault, String reason) throws IOException {
        try (TinyRun run = new TinyRun(Scheme.SFT, 2, 0, deviceTimeout)) {
            Drops drops = new Drops();
            RunSummary summary = run(run, drops, fault);
            assertThat(drops.reasons).hasSize(1);
            assertThat(drops.reasons.get(0)).startsWith("1 device-2: ").contains(reason);
            assertThat(summary.rounds()).hasSize(2);
            assertThat(summary.rounds().get(1).devices())
                    .extracting(DeviceRound::dropped)
                    .containsExactly(false, false, true);
            assertThat(summary.rounds().get(1).loss()).isFinite();
        }
    }

    @Test
    void aDeviceThatDiesInARoundIsLeftOut() throws IOException {
        assertEndsWithout(PATIENCE, (link, start) -> link.close(), "closed");
    }

    @Test
    void aSilentDeviceIsLeftOutAfterTheTimeout() throws IOException {
        assertEndsWithout(
                Duration.ofSeconds(4),
                (link, start) ->
                        assertThatThrownBy(() -> link.receive(PATIENCE)).isInstanceOf(IOException.class),
                "did not come within");
    }

    @Test
    void aDamagedFrameIsLeftOut() throws IOException {
        assertEndsWithout(
                PATIENCE,
                (link, start) -> link.send(new Message.Activation(
                        new StepId(1, 0, 0, 0), new byte[40], new int[] {1, 17, 24}, new int[] {0}, true)),
                "frame");
    }

    @Test
    void aShapeThatWasNotAgreedIsLeftOut() throws IOException {
        assertEndsWithout(
                PATIENCE,
                (link, start) -> link.send(new Message.Activation(
                        new StepId(1, 0, 0, 0), new byte[40], new int[] {1, 100_000, 24}, new int[] {0}, true)),
                "than agreed");
    }

    @Test
    void anAdapterOfAnotherShapeIsLeftOut() throws IOException {
        byte[] other = new AdapterState(Map.of("head.bias", FloatArray.zeros(3))).toBytes();
        try (TinyRun run = TinyRun.of(Scheme.SFT, 1, new AdapterCompression.None())) {
            Drops drops = new Drops();
            run(
                    run,
                    drops,
                    (link, start) -> link.send(new Message.AdapterUpload(1, other, 5, new DeviceReport(0, 0, 0))));
            assertThat(drops.reasons)
                    .singleElement()
                    .asString()
                    .contains("the adapter of device device-2: the adapter lacks blocks.0");
        }
    }

    @Test
    void anAdapterBesideSomethingElseThanTheRoundsStartIsLeftOut() throws IOException {
        // The device sends the start back as it came, which goes beside nothing.
        assertEndsWithout(
                PATIENCE,
                (link, start) -> link.send(new Message.AdapterUpload(1, start.adapter(), 5, new DeviceReport(0, 0, 0))),
                "an adapter beside another one than this end holds");
    }

    @Test
    void aDeviceWithoutSamplesIsLeftOut() throws IOException {
        assertEndsWithout(
                PATIENCE,
                (link, start) -> link.send(new Message.AdapterUpload(1, start.adapter(), 0, new DeviceReport(0, 0, 0))),
                "samples of device device-2 (0) must be > 0");
    }

    @Test
    void whatAFailedDeviceDidIsNotHandedOn() throws IOException {
        try (TinyRun faulty = TinyRun.of(Scheme.SL, 2);
                TinyRun without = TinyRun.of(Scheme.SL, 2)) {
            RunSummary survived = run(faulty, new Drops(), FaultTest::diesAfterAStep);
            RunSummary rested = without.inProcess(3, TinyRun.only(3, 0, 1));
            assertThat(survived.rounds().get(0).devices().get(2).dropped()).isTrue();
            assertThat(survived.rounds().get(0).devices().get(2).steps()).isEqualTo(1);
            assertThat(survived.adapters()).isEqualTo(rested.adapters());
        }
    }

    /** Device 0 dies in the middle of its turn: devices 1 and 2 train as if it had rested, at cuts that move. */
    @Test
    void afterADeviceThatDiedInCardTheNextStartsWhereItStarted() throws IOException {
        RoundPolicy moving = CardTest.moving(3, TinyRun.NONE);
        RoundPolicy resting = round -> {
            List<DeviceDecision> decisions = new ArrayList<>(moving.decide(round));
            decisions.set(0, new DeviceDecision(decisions.get(0).cut(), TinyRun.NONE, false));
            return decisions;
        };
        try (TinyRun faulty = TinyRun.of(Scheme.CARD, 2);
                TinyRun without = TinyRun.of(Scheme.CARD, 2);
                InProcessTransport transport = new InProcessTransport()) {
            List<CompletableFuture<Void>> devices = List.of(
                    faulty(transport, 0, FaultTest::diesAfterAStep),
                    healthy(faulty, transport, 3, 1),
                    healthy(faulty, transport, 3, 2));
            RunSummary survived =
                    faulty.server(3, moving, RunStore.NONE, new Drops()).run(transport.listener(), PATIENCE);
            devices.forEach(CompletableFuture::join);
            assertThat(survived.rounds().get(0).devices().get(0).dropped()).isTrue();
            assertThat(survived.rounds().get(0).devices().get(0).steps()).isEqualTo(1);
            assertThat(survived.adapters())
                    .isEqualTo(without.inProcess(3, resting).adapters());
        }
    }

    private static void diesAfterAStep(CutLink link, Message.RoundStart start) throws IOException {
        byte[] frame = new CutCodec()
                .encodeActivation(
                        new float[17 * 24], new int[] {1, 17, 24}, TinyRun.NONE.activations(), new SplittableRandom(1))
                .frame();
        link.send(new Message.Activation(new StepId(1, 0, 0, 0), frame, new int[] {1, 17, 24}, new int[] {0}, true));
        link.receive(Message.Gradient.class, PATIENCE);
        link.close();
    }

    @Test
    void theAverageIsThatOfTheDevicesThatFinished() throws IOException {
        try (TinyRun faulty = TinyRun.sft(1);
                TinyRun alone = TinyRun.sft(1)) {
            RunSummary without = run(faulty, new Drops(), (link, start) -> link.close());
            List<TinyRun.Weighted> finished = new ArrayList<>();
            for (int index = 0; index < 2; index++) {
                finished.add(new TinyRun.Weighted(
                        single(alone, index), alone.data(3).get(index).samples()));
            }
            assertThat(without.adapters().get(RunSummary.SHARED)).isEqualTo(TinyRun.fedAvg(finished));
        }
    }

    /** One device of three training while the other two die at once: the average is its own adapter. */
    private static AdapterState single(TinyRun run, int index) throws IOException {
        try (InProcessTransport transport = new InProcessTransport()) {
            List<CompletableFuture<Void>> devices = new ArrayList<>();
            for (int other = 0; other < 3; other++) {
                devices.add(
                        other == index
                                ? healthy(run, transport, 3, other)
                                : faulty(transport, other, (link, start) -> link.close()));
            }
            RunSummary summary = run.server(3, TinyRun.always(3, 2, TinyRun.NONE), RunStore.NONE, new Drops())
                    .run(transport.listener(), PATIENCE);
            devices.forEach(CompletableFuture::join);
            return summary.adapters().get(RunSummary.SHARED);
        }
    }

    @Test
    void aDeviceThatComesBackTakesPartAgain() throws IOException {
        try (TinyRun run = TinyRun.sft(3);
                InProcessTransport transport = new InProcessTransport()) {
            List<CompletableFuture<Void>> devices = new CopyOnWriteArrayList<>();
            devices.add(healthy(run, transport, 2, 0));
            devices.add(faulty(transport, 1, (link, start) -> link.close()));
            RunListener returning = new RunListener() {
                @Override
                public void onRound(RoundRecord record) {
                    if (record.round() == 1) {
                        devices.add(healthy(run, transport, 2, 1));
                    }
                }
            };
            RunSummary summary = run.server(2, TinyRun.always(2, 2, TinyRun.NONE), RunStore.NONE, returning)
                    .run(transport.listener(), PATIENCE);
            devices.forEach(CompletableFuture::join);
            assertThat(summary.rounds().get(0).devices().get(1).dropped()).isTrue();
            assertThat(summary.rounds().get(2).devices().get(1).dropped()).isFalse();
        }
    }

    @Test
    void nobodyComingEndsTheRunWithOneLine() {
        try (TinyRun run = TinyRun.sft(1);
                InProcessTransport transport = new InProcessTransport()) {
            assertThatThrownBy(() -> run.server(2, TinyRun.always(2, 2, TinyRun.NONE), RunStore.NONE, new Drops())
                            .run(transport.listener(), Duration.ofMillis(50)))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("no device is connected");
        }
    }
}
