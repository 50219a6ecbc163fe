package io.splittune.planner;

import io.splittune.core.RandomStreams;
import io.splittune.wireless.Device;
import io.splittune.wireless.EdgeServer;
import io.splittune.wireless.FixedBlockGains;
import io.splittune.wireless.SflamFleet;
import io.splittune.wireless.SflamSetting;
import io.splittune.wireless.SplitBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Problems of SFLAM for tests. */
final class SflamProblems {
    static final EdgeServer SERVER = new EdgeServer(4000, 1.5, 3e9, 0, 0);

    private SflamProblems() {}

    /** The paper's setting, with our defaults. */
    static SflamProblem setting(int devices, int blocks, double maxDelaySeconds, long seed) {
        RandomStreams streams = new RandomStreams(seed);
        SflamFleet fleet = SflamSetting.fleet(devices, streams);
        List<SflamDevice> planned = IntStream.range(0, devices)
                .mapToObj(n -> new SflamDevice(
                        fleet.devices().get(n).id(),
                        fleet.devices().get(n),
                        fleet.samples().get(n),
                        1))
                .toList();
        return new SflamProblem(
                planned,
                fleet.server(),
                SflamSetting.workload(10).batch(true),
                SflamSetting.gains(fleet, blocks, streams),
                0,
                SflamSetting.BLOCK_WIDTH_HZ,
                limits(maxDelaySeconds),
                SflamGoal.RECONSTRUCTED);
    }

    static SflamLimits limits(double maxDelaySeconds) {
        return new SflamLimits(maxDelaySeconds, SflamSetting.MIN_BITS, SflamSetting.MAX_BITS);
    }

    /** A few devices and blocks in any proportion, with some pairs that cannot work. */
    static SflamProblem small(RandomGenerator random) {
        int devices = random.nextInt(1, 6);
        int blocks = random.nextInt(1, 5);
        double[][] gains = new double[devices][blocks];
        for (double[] row : gains) {
            for (int k = 0; k < blocks; k++) {
                row[k] = random.nextDouble() < 0.1 ? 0 : Math.pow(10, random.nextDouble(0, 3));
            }
        }
        return problem(gains, random.nextDouble(3, 8), random);
    }

    static SflamProblem problem(double[][] gains, double maxDelaySeconds, RandomGenerator random) {
        List<SflamDevice> devices = new ArrayList<>();
        for (int n = 0; n < gains.length; n++) {
            devices.add(
                    device(n, random.nextDouble(0.5e9, 1.5e9), random.nextDouble(0.5, 2), random.nextInt(100, 1000)));
        }
        return problem(devices, gains, maxDelaySeconds);
    }

    static SflamProblem problem(List<SflamDevice> devices, double[][] gains, double maxDelaySeconds) {
        return new SflamProblem(
                devices,
                SERVER,
                new SplitBatch(14.8e9, 0.05 * SERVER.flopsPerSecond(), 154e6, true),
                new FixedBlockGains(gains),
                0,
                20e6,
                limits(maxDelaySeconds),
                SflamGoal.RECONSTRUCTED);
    }

    static SflamDevice device(int index, double clockHz, double maxWatts, double samples) {
        String id = "d" + index;
        return new SflamDevice(id, new Device(id, 5, 1, clockHz, 4L << 30, maxWatts, 1e-28), samples, 1);
    }
}
