package io.splittune.simulation.reproduction;

import io.splittune.core.RandomStreams;
import io.splittune.core.RandomStreams.Purpose;
import io.splittune.planner.SflamDevice;
import io.splittune.planner.SflamGoal;
import io.splittune.planner.SflamLimits;
import io.splittune.planner.SflamProblem;
import io.splittune.wireless.SflamFleet;
import io.splittune.wireless.SflamSetting;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** SFLAM's setting, drawn several times: fleets and gains. */
final class SflamDraws {
    /** What every number that rests on these draws must say. */
    static final String NOTE =
            "Reconstructed: the paper's formulas of objective and costs, T_max, clocks, path loss, kappa and q_max are lost or not given; ours stand in. ";

    private SflamDraws() {}

    /** A deadline in the id of a row. */
    static String label(double seconds) {
        return String.format(Locale.ROOT, "%.1fs", seconds).replace('.', '-');
    }

    /** The streams of a draw; the same draw has the same devices whatever their number. */
    static RandomStreams streams(RandomStreams streams, int draw) {
        return new RandomStreams(streams.streamSeed(Purpose.HARDWARE, draw));
    }

    /** A round with the same number of mini-batches for all: 1 where the paper's formulas are taken as they are. */
    static SflamProblem problem(RandomStreams streams, int devices, int blocks, double maxDelaySeconds) {
        SflamFleet fleet = SflamSetting.fleet(devices, streams);
        List<SflamDevice> planned =
                IntStream.range(0, devices).mapToObj(n -> device(fleet, n, 1)).toList();
        return problem(streams, fleet, planned, blocks, maxDelaySeconds);
    }

    /** A round of all local epochs, a block for each device. */
    static SflamProblem wholeRound(RandomStreams streams, int devices, double maxDelaySeconds) {
        SflamFleet fleet = SflamSetting.fleet(devices, streams);
        List<SflamDevice> planned = IntStream.range(0, devices)
                .mapToObj(n -> device(fleet, n, iterations(fleet.samples().get(n))))
                .toList();
        return problem(streams, fleet, planned, devices, maxDelaySeconds);
    }

    private static double iterations(int samples) {
        return SflamSetting.LOCAL_EPOCHS * Math.ceil((double) samples / SflamSetting.BATCH_SIZE);
    }

    private static SflamDevice device(SflamFleet fleet, int n, double iterations) {
        return new SflamDevice(
                fleet.devices().get(n).id(),
                fleet.devices().get(n),
                fleet.samples().get(n),
                iterations);
    }

    private static SflamProblem problem(
            RandomStreams streams, SflamFleet fleet, List<SflamDevice> devices, int blocks, double maxDelaySeconds) {
        return new SflamProblem(
                devices,
                fleet.server(),
                SflamSetting.workload(SflamTableTwo.CLASSES).batch(true),
                SflamSetting.gains(fleet, blocks, streams),
                0,
                SflamSetting.BLOCK_WIDTH_HZ,
                new SflamLimits(maxDelaySeconds, SflamSetting.MIN_BITS, SflamSetting.MAX_BITS),
                SflamGoal.RECONSTRUCTED);
    }
}
