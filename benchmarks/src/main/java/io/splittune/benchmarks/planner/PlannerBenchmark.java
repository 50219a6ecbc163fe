package io.splittune.benchmarks.planner;

import io.splittune.planner.BandwidthDemand;
import io.splittune.planner.BisectionBandwidth;
import io.splittune.planner.CompressionOption;
import io.splittune.planner.CompressionTable;
import io.splittune.planner.ExactPlanner;
import io.splittune.planner.HeterogeneousPlanner;
import io.splittune.planner.Plan;
import io.splittune.planner.PlanResult;
import io.splittune.planner.PlannedDevice;
import io.splittune.planner.Problem;
import io.splittune.planner.SqpBandwidth;
import io.splittune.planner.TwoTimescalePlanner;
import io.splittune.wireless.Device;
import io.splittune.wireless.EdgeServer;
import io.splittune.wireless.LinkState;
import io.splittune.wireless.ModelShapes;
import io.splittune.wireless.TuningSetup;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
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
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Planners at the sizes that they are meant for: ViT-L/16, twelve cuts, forty compressions, unequal devices and
 * links.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(3)
@State(Scope.Benchmark)
public class PlannerBenchmark {
    private static final long SEED = 11;
    private static final double BAND_PER_DEVICE_HZ = 4e6;
    private static final int SEVERAL = 200;

    private final Problem few = problem(8, true);
    private final Problem thousand = problem(1000, true);
    private final Problem tenThousand = problem(10_000, true);
    private final Problem tenThousandTradeOff = problem(10_000, false);
    private final Plan former = (Plan) new ExactPlanner().plan(tenThousand);
    private BandwidthDemand demand = demand(SEVERAL);

    /** Another demand for each trial. */
    @Setup
    public void prepare() {
        demand = demand(SEVERAL);
    }

    /** 10,000 devices. */
    @Benchmark
    public PlanResult exact10000() {
        return new ExactPlanner().plan(tenThousand);
    }

    /** 10,000 devices, and a table where all forty options are worth trying. */
    @Benchmark
    public PlanResult exact10000TradeOff() {
        return new ExactPlanner().plan(tenThousandTradeOff);
    }

    /** 10,000 devices, the small timescale. */
    @Benchmark
    public PlanResult reallocate10000() {
        return new ExactPlanner().reallocate(tenThousand, former);
    }

    /** 1,000 devices. */
    @Benchmark
    public PlanResult heterogeneous1000() {
        return new HeterogeneousPlanner().plan(thousand);
    }

    /** 8 devices. */
    @Benchmark
    public PlanResult twoTimescale8() {
        return new TwoTimescalePlanner().plan(few);
    }

    /** The band alone, 200 devices. */
    @Benchmark
    public double[] sqp200() {
        return new SqpBandwidth().allocate(demand);
    }

    /** The band alone, 200 devices. */
    @Benchmark
    public double[] bisection200() {
        return new BisectionBandwidth().allocate(demand);
    }

    private static Problem problem(int devices, boolean ratiosRiseTogether) {
        RandomGenerator random = new SplittableRandom(SEED);
        List<PlannedDevice> planned = new ArrayList<>(devices);
        for (int n = 0; n < devices; n++) {
            double clockHz = 0.5e9 + 1e9 * random.nextDouble();
            Device hardware = new Device("d" + n, 256, 4, clockHz, 64L << 30, 0.5, 1e-28);
            LinkState link = LinkState.ofSnrDb(5 + 20 * random.nextDouble(), 5 + 20 * random.nextDouble());
            planned.add(new PlannedDevice("d" + n, hardware, link, 98, 10 * BAND_PER_DEVICE_HZ));
        }
        return new Problem(
                TuningSetup.of(ModelShapes.named("vit-l16", 100, 0), 64),
                planned,
                new EdgeServer(2048, 4, 3e9, 1e-28, 20),
                BAND_PER_DEVICE_HZ * devices,
                0.01 * BAND_PER_DEVICE_HZ,
                IntStream.rangeClosed(1, 12).boxed().toList(),
                table(ratiosRiseTogether),
                0.9,
                false,
                OptionalDouble.empty());
    }

    private static CompressionTable table(boolean ratiosRiseTogether) {
        List<CompressionOption> options = new ArrayList<>();
        for (int keep = 1; keep <= 8; keep++) {
            for (int bits = 1; bits <= 5; bits++) {
                double ratio = keep / 10.0 * (bits + 4) / 32;
                double gradient = ratiosRiseTogether ? 0.6 * ratio : 0.004 / ratio;
                options.add(new CompressionOption(
                        keep / 10.0, (1 << bits) - 1, ratio, Math.min(1, gradient), 1 - 0.01 / ratio / 10));
            }
        }
        return new CompressionTable(options);
    }

    private static BandwidthDemand demand(int devices) {
        RandomGenerator random = new SplittableRandom(SEED);
        double totalHz = devices * BAND_PER_DEVICE_HZ;
        return new BandwidthDemand(
                random.doubles(devices, 100, 400).toArray(),
                random.doubles(devices, 1e8, 2e9).toArray(),
                0.01 * BAND_PER_DEVICE_HZ,
                random.doubles(devices, 2 * BAND_PER_DEVICE_HZ, 50 * BAND_PER_DEVICE_HZ)
                        .toArray(),
                totalHz);
    }
}
