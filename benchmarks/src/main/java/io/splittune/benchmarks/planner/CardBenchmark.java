package io.splittune.benchmarks.planner;

import io.splittune.planner.CardJointPlanner;
import io.splittune.planner.CardOptions;
import io.splittune.planner.CardOptions.Extremes;
import io.splittune.planner.CardPlanner;
import io.splittune.planner.CompressionOption;
import io.splittune.planner.CompressionTable;
import io.splittune.planner.PlanResult;
import io.splittune.planner.PlannedDevice;
import io.splittune.planner.Problem;
import io.splittune.wireless.CardSetting;
import io.splittune.wireless.CardSetting.Layers;
import io.splittune.wireless.CardSetting.Traffic;
import io.splittune.wireless.Device;
import io.splittune.wireless.LinkState;
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
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** CARD at the size that it is meant for: 32 slices of LLaMA-3.2-1B, 31 cuts, unequal devices and links. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(3)
@State(Scope.Benchmark)
public class CardBenchmark {
    private static final long SEED = 12;
    private static final CardOptions OPTIONS =
            new CardOptions(CardSetting.WEIGHT, CardSetting.MIN_SERVER_CLOCK_HZ, Extremes.CORNER);

    private final Problem thousand = problem(1000);
    private final Problem few = problem(5);

    /** 1,000 devices, 31 cuts each. */
    @Benchmark
    public PlanResult card1000() {
        return new CardPlanner(OPTIONS).plan(thousand);
    }

    /** 5 devices at once, to a proven thousandth. */
    @Benchmark
    public PlanResult joint5() {
        return new CardJointPlanner(OPTIONS).plan(few);
    }

    private static Problem problem(int devices) {
        RandomGenerator random = new SplittableRandom(SEED);
        List<PlannedDevice> planned = new ArrayList<>(devices);
        for (int n = 0; n < devices; n++) {
            double clockHz = 0.3e9 + 1.2e9 * random.nextDouble();
            Device hardware = new Device("d" + n, 1024, 2, clockHz, 64L << 30, 0.2, 1e-27);
            LinkState link = CardSetting.link(4 + random.nextInt(12));
            planned.add(new PlannedDevice("d" + n, hardware, link, CardSetting.ITERATIONS, CardSetting.BANDWIDTH_HZ));
        }
        double ratio = CardSetting.COMPRESSION_RATIO;
        return new Problem(
                CardSetting.tuning(Layers.EQUAL_SLICES, Traffic.LIGHT),
                planned,
                CardSetting.server(),
                CardSetting.BANDWIDTH_HZ,
                1e4,
                IntStream.rangeClosed(1, 31).boxed().toList(),
                new CompressionTable(List.of(new CompressionOption(1, 3, ratio, ratio, 1))),
                0,
                false,
                OptionalDouble.empty());
    }
}
