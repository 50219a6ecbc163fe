package io.splittune.benchmarks.planner;

import io.splittune.core.RandomStreams;
import io.splittune.planner.SflamDevice;
import io.splittune.planner.SflamGoal;
import io.splittune.planner.SflamLimits;
import io.splittune.planner.SflamPlan;
import io.splittune.planner.SflamPlanner;
import io.splittune.planner.SflamProblem;
import io.splittune.wireless.BlockGains;
import io.splittune.wireless.FixedBlockGains;
import io.splittune.wireless.SflamFleet;
import io.splittune.wireless.SflamSetting;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** SFLAM's planner: 500 devices, 100 blocks, bits from 4 to 16. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(3)
@State(Scope.Benchmark)
public class SflamBenchmark {
    private static final int DEVICES = 500;
    private static final int BLOCKS = 100;
    private static final double DEADLINE_SECONDS = 5;

    private final RandomStreams streams = new RandomStreams(11);
    private final SflamFleet fleet = SflamSetting.fleet(DEVICES, streams);
    private final SflamProblem setting = problem(SflamSetting.gains(fleet, BLOCKS, streams));
    private final SflamProblem unlike = problem(unlikeGains());

    /** The paper's setting with our channel. */
    @Benchmark
    public SflamPlan descent500x100() {
        return SflamPlanner.proposed().solve(setting);
    }

    /** The exact optimum of the same. */
    @Benchmark
    public SflamPlan joint500x100() {
        return SflamPlanner.joint().solve(setting);
    }

    /** Gains that have nothing in common between the blocks, so that no device can be set aside before the matching. */
    @Benchmark
    public SflamPlan descent500x100UnlikeBlocks() {
        return SflamPlanner.proposed().solve(unlike);
    }

    private SflamProblem problem(BlockGains gains) {
        List<SflamDevice> devices = IntStream.range(0, DEVICES)
                .mapToObj(n -> new SflamDevice(
                        fleet.devices().get(n).id(),
                        fleet.devices().get(n),
                        fleet.samples().get(n),
                        1))
                .toList();
        return new SflamProblem(
                devices,
                fleet.server(),
                SflamSetting.workload(10).batch(true),
                gains,
                0,
                SflamSetting.BLOCK_WIDTH_HZ,
                new SflamLimits(DEADLINE_SECONDS, SflamSetting.MIN_BITS, SflamSetting.MAX_BITS),
                SflamGoal.RECONSTRUCTED);
    }

    private static BlockGains unlikeGains() {
        RandomGenerator random = new SplittableRandom(11);
        double[][] gains = new double[DEVICES][BLOCKS];
        for (double[] row : gains) {
            for (int k = 0; k < BLOCKS; k++) {
                row[k] = Math.pow(10, random.nextDouble(-1, 3));
            }
        }
        return new FixedBlockGains(gains);
    }
}
