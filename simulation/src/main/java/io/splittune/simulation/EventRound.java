package io.splittune.simulation;

import io.splittune.core.RandomStreams;
import io.splittune.core.RandomStreams.Purpose;
import io.splittune.simulation.QueuedRound.JobListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * A discrete-event simulation of one round of split training on a virtual clock: parallel devices, one server.
 *
 * <p>Each device receives its adapters (ED), then runs its mini-batches one after another through CC, IT, SC, GT and DU,
 * then sends its adapters (LT). Without queue, overlap and disturbance its delay is SFT eq. (18) and the round's is eq.
 * (19). Without a queue no device waits for another, so the events need no order and a device costs O(1); with it the
 * jobs are run one by one (see {@link QueuedRound}).
 *
 * <p>Every draw comes from the stream of (realization, round, device), so neither the number of threads nor the other
 * devices matter. Immutable and thread-safe.
 */
public final class EventRound {
    private final EventOptions options;
    private final RandomStreams streams;

    /**
     * Sets up rounds.
     *
     * @param options queue, overlap, disturbances
     * @param streams where the disturbances come from
     */
    public EventRound(EventOptions options, RandomStreams streams) {
        this.options = Objects.requireNonNull(options, "options");
        this.streams = Objects.requireNonNull(streams, "streams");
    }

    /**
     * Simulates one round.
     *
     * @param devices undisturbed stage times of each device
     * @param realization which of several independent repetitions; keys the random draws
     * @param round which round; keys the random draws
     * @return the timeline, devices in the order given
     */
    public RoundTimeline run(List<StageSeconds> devices, long realization, long round) {
        StageTable table = StageTable.of(devices);
        RoundOutcome outcome = run(table, realization, round, JobListener.NONE);
        List<DeviceTimeline> timelines = new ArrayList<>(devices.size());
        for (int n = 0; n < devices.size(); n++) {
            timelines.add(new DeviceTimeline(
                    table.get(n),
                    outcome.delaySeconds[n],
                    outcome.waitSeconds[n],
                    outcome.batches[n],
                    outcome.finished[n]));
        }
        return new RoundTimeline(timelines, outcome.seconds(deadlineSeconds()), outcome.serverBusySeconds);
    }

    /** Simulates one round; the table is left with the disturbed times. */
    RoundOutcome run(StageTable table, long realization, long round, JobListener listener) {
        if (options.disturbance().isRandom()) {
            for (int n = 0; n < table.devices(); n++) {
                disturb(table, n, streams.stream(Purpose.DISTURBANCE, realization, round, n));
            }
        }
        RoundOutcome outcome = new RoundOutcome(table.devices());
        if (options.queue() == ServerQueue.FIFO) {
            new QueuedRound(table, outcome, options.microBatches(), deadlineSeconds(), listener).run();
        } else {
            for (int n = 0; n < table.devices(); n++) {
                runAlone(table, n, outcome);
            }
        }
        for (int n = 0; n < table.devices(); n++) {
            if (!outcome.finished[n]) {
                outcome.delaySeconds[n] = Math.min(deadlineSeconds(), table.leaveSeconds[n]);
            }
        }
        return outcome;
    }

    double deadlineSeconds() {
        return options.disturbance().deadlineSeconds();
    }

    private void runAlone(StageTable table, int n, RoundOutcome outcome) {
        double delay = table.aloneSeconds(n, options.microBatches());
        double end = Math.min(deadlineSeconds(), table.leaveSeconds[n]);
        if (delay <= end) {
            outcome.batches[n] = table.iterations[n];
            outcome.finish(n, delay);
        } else {
            double batches = Math.floor(Math.max(0, end - table.ed[n]) / table.cycleSeconds(n, options.microBatches()));
            outcome.batches[n] = (int) Math.min(table.iterations[n], batches);
        }
        outcome.serverBusySeconds += outcome.batches[n] * table.sc[n];
    }

    private void disturb(StageTable table, int n, RandomGenerator random) {
        Disturbance disturbance = options.disturbance();
        // Always three draws: switching one disturbance on does not move another.
        double straggler = random.nextDouble();
        double dropout = random.nextDouble();
        double leave = random.nextDouble();
        if (disturbance.jitterSigma() > 0) {
            table.ed[n] *= jitter(random);
            table.cc[n] *= jitter(random);
            table.it[n] *= jitter(random);
            table.sc[n] *= jitter(random);
            table.gt[n] *= jitter(random);
            table.du[n] *= jitter(random);
            table.lt[n] *= jitter(random);
        }
        if (straggler < disturbance.stragglerProbability()) {
            table.cc[n] *= disturbance.stragglerSlowdown();
            table.du[n] *= disturbance.stragglerSlowdown();
        }
        if (dropout < disturbance.dropoutProbability()) {
            table.leaveSeconds[n] = leave * table.aloneSeconds(n, options.microBatches());
        }
    }

    /** Draws a lognormal factor of mean 1. */
    private double jitter(RandomGenerator random) {
        double sigma = options.disturbance().jitterSigma();
        return Math.exp(sigma * random.nextGaussian() - sigma * sigma / 2);
    }
}
