package io.splittune.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.splittune.core.RandomStreams;
import io.splittune.testkit.Property;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventRoundTest {
    private static final RandomStreams STREAMS = new RandomStreams(7);
    private static final Disturbance ROUGH = new Disturbance(0.3, 0.3, 4, 0.2, 60);

    @Test
    void withoutQueueOverlapAndDisturbanceADelayIsTheSumOfTheStages() {
        Property.forAll(500, random -> {
            List<StageSeconds> devices = RandomRounds.devices(random);
            RoundTimeline round = run(EventOptions.CLOSED_FORM, devices);
            double last = 0;
            for (int n = 0; n < devices.size(); n++) {
                StageSeconds s = devices.get(n);
                double sum = s.ed() + s.iterations() * (s.cc() + s.it() + s.sc() + s.gt() + s.du()) + s.lt();
                assertThat(round.devices().get(n).delaySeconds()).isCloseTo(sum, within(1e-9 * Math.max(1, sum)));
                assertThat(round.devices().get(n).finished()).isTrue();
                last = Math.max(last, sum);
            }
            assertThat(round.seconds()).isCloseTo(last, within(1e-9 * Math.max(1, last)));
        });
    }

    @Test
    void aQueueThatNobodyStandsInChangesNothing() {
        Property.forAll(300, random -> {
            StageSeconds only = RandomRounds.devices(random).get(0);
            for (int parts : new int[] {1, 2, 7}) {
                EventOptions options = EventOptions.CLOSED_FORM.withMicroBatches(parts);
                RoundTimeline alone = run(options, List.of(only));
                RoundTimeline queued = run(options.withQueue(ServerQueue.FIFO), List.of(only));
                // Micro-batches of one device may wait for each other; the pipeline's closed form counts that in.
                assertThat(queued.seconds()).isCloseTo(alone.seconds(), within(1e-9 * Math.max(1, alone.seconds())));
                assertThat(queued.devices().get(0).batches()).isEqualTo(only.iterations());
            }
        });
    }

    @Test
    void twoDevicesAtOneServerAreServedInTurn() {
        // Both arrive at 3; the first is served until 5, the second until 7; gradient 1, update 1, adapter 1.
        StageSeconds device = new StageSeconds(1, 1, 1, 2, 1, 1, 1, 1);
        RoundTimeline round = run(EventOptions.CLOSED_FORM.withQueue(ServerQueue.FIFO), List.of(device, device));
        assertThat(round.devices().get(0).delaySeconds()).isEqualTo(8);
        assertThat(round.devices().get(1).delaySeconds()).isEqualTo(10);
        assertThat(round.devices().get(1).waitSeconds()).isEqualTo(2);
        assertThat(round.seconds()).isEqualTo(10);
        assertThat(round.serverBusySeconds()).isEqualTo(4);
    }

    @Test
    void overlapHidesTheShorterStagesBehindTheLongest() {
        // Four parts of 1 through stages of 1, 1, 0.5, 0.5: 3 for the first, 1 more for each of the others, then DU.
        StageSeconds device = new StageSeconds(0, 4, 4, 2, 2, 5, 0, 3);
        assertThat(run(EventOptions.CLOSED_FORM.withMicroBatches(4), List.of(device))
                        .seconds())
                .isCloseTo(3 * (3 + 3 + 5), within(1e-12));
    }

    @Test
    void aQueueMakesNoDeviceFasterAndOverlapWithoutQueueNoneSlower() {
        Property.forAll(300, random -> {
            List<StageSeconds> devices = RandomRounds.devices(random);
            int parts = 1 + random.nextInt(6);
            EventOptions overlap = EventOptions.CLOSED_FORM.withMicroBatches(parts);
            RoundTimeline plain = run(EventOptions.CLOSED_FORM, devices);
            RoundTimeline alone = run(overlap, devices);
            RoundTimeline queued = run(overlap.withQueue(ServerQueue.FIFO), devices);
            for (int n = 0; n < devices.size(); n++) {
                double delay = alone.devices().get(n).delaySeconds();
                assertThat(delay).isLessThanOrEqualTo(plain.devices().get(n).delaySeconds() * (1 + 1e-12));
                assertThat(queued.devices().get(n).delaySeconds()).isGreaterThanOrEqualTo(delay * (1 - 1e-12));
            }
        });
    }

    @Test
    void theServerComputesAsLongAsItsJobsTakeWithAndWithoutQueue() {
        Property.forAll(300, random -> {
            List<StageSeconds> devices = RandomRounds.devices(random);
            double work =
                    devices.stream().mapToDouble(s -> s.iterations() * s.sc()).sum();
            EventOptions options = EventOptions.CLOSED_FORM.withMicroBatches(1 + random.nextInt(5));
            RoundTimeline queued = run(options.withQueue(ServerQueue.FIFO), devices);
            assertThat(run(options, devices).serverBusySeconds()).isCloseTo(work, within(1e-9 * Math.max(1, work)));
            assertThat(queued.serverBusySeconds()).isCloseTo(work, within(1e-9 * Math.max(1, work)));
            assertThat(queued.serverBusySeconds()).isLessThanOrEqualTo(queued.seconds() * (1 + 1e-12));
        });
    }

    @Test
    void theQueueServesInOrderOfArrivalOneJobAtATimeAndNeverIdlesWhileSomeoneWaits() {
        Property.forAll(300, random -> {
            List<StageSeconds> devices = RandomRounds.devices(random);
            EventOptions options = new EventOptions(ServerQueue.FIFO, 1 + random.nextInt(5), ROUGH);
            List<double[]> jobs = new ArrayList<>();
            new EventRound(options, STREAMS)
                    .run(
                            StageTable.of(devices),
                            0,
                            1,
                            (n, arrival, start, end) -> jobs.add(new double[] {arrival, start, end}));
            for (int i = 0; i < jobs.size(); i++) {
                double[] job = jobs.get(i);
                double free = i == 0 ? 0 : jobs.get(i - 1)[2];
                assertThat(job[1]).isEqualTo(Math.max(free, job[0]));
                if (i > 0) {
                    assertThat(job[0]).isGreaterThanOrEqualTo(jobs.get(i - 1)[0]);
                }
            }
        });
    }

    @Test
    void theQueueAgreesWithABruteForceSimulationOfEveryEvent() {
        Property.forAll(200, random -> {
            List<StageSeconds> devices = RandomRounds.devices(random);
            int parts = 1 + random.nextInt(4);
            EventOptions options =
                    EventOptions.CLOSED_FORM.withQueue(ServerQueue.FIFO).withMicroBatches(parts);
            double[] expected = BruteForceRound.delaySeconds(devices, parts);
            RoundTimeline round = run(options, devices);
            for (int n = 0; n < devices.size(); n++) {
                assertThat(round.devices().get(n).delaySeconds())
                        .isCloseTo(expected[n], within(1e-9 * Math.max(1, expected[n])));
            }
        });
    }

    @Test
    void theSameSeedGivesTheSameRoundAndAnotherRealizationAnother() {
        List<StageSeconds> devices = fleet();
        EventRound round = new EventRound(new EventOptions(ServerQueue.FIFO, 2, ROUGH), STREAMS);
        RoundTimeline first = round.run(devices, 3, 5);
        assertThat(new EventRound(new EventOptions(ServerQueue.FIFO, 2, ROUGH), STREAMS).run(devices, 3, 5))
                .isEqualTo(first);
        assertThat(round.run(devices, 4, 5)).isNotEqualTo(first);
        assertThat(round.run(devices, 3, 6)).isNotEqualTo(first);
    }

    @Test
    void aDeviceKeepsItsDrawsWhateverTheOthersDo() {
        List<StageSeconds> devices = fleet();
        EventRound round = new EventRound(EventOptions.CLOSED_FORM.withDisturbance(ROUGH), STREAMS);
        RoundTimeline all = round.run(devices, 0, 1);
        RoundTimeline some = round.run(devices.subList(0, 4), 0, 1);
        assertThat(some.devices()).isEqualTo(all.devices().subList(0, 4));
    }

    @Test
    void jitterKeepsTheMeanOfAStage() {
        int devices = 40_000;
        StageTable table = new StageTable(devices);
        for (int n = 0; n < devices; n++) {
            table.set(n, new StageSeconds(1, 1, 1, 1, 1, 1, 1, 1));
        }
        double sigma = 0.5;
        EventOptions options =
                EventOptions.CLOSED_FORM.withDisturbance(new Disturbance(sigma, 0, 1, 0, Double.POSITIVE_INFINITY));
        RoundOutcome outcome = new EventRound(options, STREAMS).run(table, 0, 1, QueuedRound.JobListener.NONE);
        double mean = java.util.Arrays.stream(outcome.delaySeconds).average().orElseThrow();
        double standardError = Math.sqrt(7 * (Math.exp(sigma * sigma) - 1) / devices);
        assertThat(mean).isCloseTo(7, within(3 * standardError));
    }

    @Test
    void stragglersComputeSlowlyAndNothingElse() {
        StageSeconds device = new StageSeconds(1, 2, 3, 4, 5, 6, 7, 2);
        Disturbance all = new Disturbance(0, 1, 10, 0, Double.POSITIVE_INFINITY);
        RoundTimeline round = run(EventOptions.CLOSED_FORM.withDisturbance(all), List.of(device));
        assertThat(round.seconds()).isEqualTo(1 + 2 * (20 + 3 + 4 + 5 + 60) + 7);
    }

    @Test
    void aLostDeviceKeepsTheServerWaitingUntilTheDeadline() {
        StageSeconds device = new StageSeconds(1, 1, 1, 1, 1, 1, 1, 10);
        Disturbance all = new Disturbance(0, 0, 1, 1, 500);
        for (ServerQueue queue : ServerQueue.values()) {
            EventOptions options = EventOptions.CLOSED_FORM.withQueue(queue).withDisturbance(all);
            RoundTimeline round = run(options, List.of(device, device));
            assertThat(round.seconds()).isEqualTo(500);
            assertThat(round.devices()).noneMatch(DeviceTimeline::finished);
            assertThat(round.devices()).allMatch(d -> d.delaySeconds() < 52 && d.batches() < 10);
        }
    }

    @Test
    void lossesComeAsOftenAsAskedAndAtUniformTimes() {
        int devices = 20_000;
        StageTable table = new StageTable(devices);
        for (int n = 0; n < devices; n++) {
            table.set(n, new StageSeconds(0, 1, 0, 0, 0, 0, 0, 10));
        }
        EventOptions options = EventOptions.CLOSED_FORM.withDisturbance(new Disturbance(0, 0, 1, 0.25, 100));
        RoundOutcome outcome = new EventRound(options, STREAMS).run(table, 0, 1, QueuedRound.JobListener.NONE);
        int lost = 0;
        double sum = 0;
        for (int n = 0; n < devices; n++) {
            if (!outcome.finished[n]) {
                lost++;
                sum += outcome.delaySeconds[n];
            }
        }
        assertThat((double) lost / devices).isCloseTo(0.25, within(3 * Math.sqrt(0.25 * 0.75 / devices)));
        assertThat(sum / lost).isCloseTo(5, within(3 * 10 / Math.sqrt(12.0 * lost)));
    }

    @Test
    void whoIsLateIsCutOffAtTheDeadline() {
        StageSeconds quick = new StageSeconds(1, 1, 1, 1, 1, 1, 1, 2);
        StageSeconds slow = new StageSeconds(1, 9, 1, 1, 1, 1, 1, 2);
        Disturbance deadline = new Disturbance(0, 0, 1, 0, 20);
        for (ServerQueue queue : ServerQueue.values()) {
            EventOptions options = EventOptions.CLOSED_FORM.withQueue(queue).withDisturbance(deadline);
            RoundTimeline round = run(options, List.of(quick, slow));
            assertThat(round.seconds()).isEqualTo(20);
            assertThat(round.devices().get(0).finished()).isTrue();
            assertThat(round.devices().get(1).finished()).isFalse();
            assertThat(round.devices().get(1).delaySeconds()).isEqualTo(20);
            assertThat(round.devices().get(1).batches()).isEqualTo(1);
        }
    }

    @Test
    void valuesOutOfRangeAreRefused() {
        assertThatThrownBy(() -> new StageSeconds(0, Double.NaN, 0, 0, 0, 0, 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cc (NaN) must be finite and >= 0.");
        assertThatThrownBy(() -> new StageSeconds(0, 0, 0, 0, 0, 0, 0, -1)).hasMessage("iterations (-1) must be >= 0.");
        assertThatThrownBy(() -> new Disturbance(-1, 0, 1, 0, 1))
                .hasMessage("jitterSigma (-1.0) must lie in [0.0, 4.0].");
        assertThatThrownBy(() -> new Disturbance(0, 2, 1, 0, 1))
                .hasMessage("stragglerProbability (2.0) must lie in [0.0, 1.0].");
        assertThatThrownBy(() -> new Disturbance(0, 0, 0.5, 0, 1))
                .hasMessage("stragglerSlowdown (0.5) must be finite and >= 1.");
        assertThatThrownBy(() -> new Disturbance(0, 0, 1, 0.1, Double.POSITIVE_INFINITY))
                .hasMessage("deadlineSeconds must be finite when dropoutProbability (0.1) is > 0:"
                        + " a lost device never answers.");
        assertThatThrownBy(() -> new Disturbance(0, 0, 1, 0, Double.NaN))
                .hasMessage("deadlineSeconds (NaN) must be > 0.");
        assertThatThrownBy(() -> EventOptions.CLOSED_FORM.withMicroBatches(0))
                .hasMessage("microBatches (0) must lie in [1, 65536].");
    }

    private static RoundTimeline run(EventOptions options, List<StageSeconds> devices) {
        return new EventRound(options, STREAMS).run(devices, 0, 1);
    }

    private static List<StageSeconds> fleet() {
        List<StageSeconds> devices = new ArrayList<>();
        for (int n = 0; n < 30; n++) {
            devices.add(new StageSeconds(1, 0.5 + 0.1 * n, 1, 0.2, 0.7, 0.3, 1, 5));
        }
        return devices;
    }
}
