package io.splittune.benchmarks.simulation;

import io.splittune.core.RandomStreams;
import io.splittune.planner.BisectionBandwidth;
import io.splittune.planner.EqualBandwidth;
import io.splittune.simulation.DeviceSetting;
import io.splittune.simulation.Disturbance;
import io.splittune.simulation.EventOptions;
import io.splittune.simulation.Fleet;
import io.splittune.simulation.MonteCarlo;
import io.splittune.simulation.SchemeLoads;
import io.splittune.simulation.SchemeStatistics;
import io.splittune.simulation.ServerQueue;
import io.splittune.simulation.SimulatedScheme;
import io.splittune.training.Scheme;
import io.splittune.wireless.Channel;
import io.splittune.wireless.Device;
import io.splittune.wireless.RayleighChannel;
import io.splittune.wireless.SftSetting;
import io.splittune.wireless.SnrDb;
import io.splittune.wireless.Workload;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Rounds of SFT without training, over Rayleigh fading, 97.66 mini-batches a round, in one gigabyte: how cost grows with
 * devices and rounds. Uses all cores.
 *
 * <p>{@code 10000x1000} with the queue runs 980 million jobs; leave it out with {@code -p size=...} when time is short.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 2)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
@State(Scope.Benchmark)
public class SimulationBenchmark {
    private static final long SEED = 7;
    private static final double BANDWIDTH_HZ = 30e6;
    private static final int SAMPLE_BYTES = 3 * 224 * 224;

    /** Devices x rounds. */
    @Param({"100x1000", "1000x1000", "10000x100", "10000x1000"})
    public String size = "100x1000";

    /** What is simulated besides the closed form. */
    @Param({"plain", "disturbed", "queue", "bisection"})
    public String mode = "plain";

    private MonteCarlo monteCarlo = prepare(1, 1, EventOptions.CLOSED_FORM);
    private SimulatedScheme scheme = scheme(1, false);

    /** Prepares the fleet. */
    @Setup
    public void setUp() {
        String[] parts = size.split("x", -1);
        int devices = Integer.parseInt(parts[0]);
        EventOptions options = switch (mode) {
            case "queue" -> EventOptions.CLOSED_FORM.withQueue(ServerQueue.FIFO);
            case "disturbed" ->
                EventOptions.CLOSED_FORM.withDisturbance(new Disturbance(0.2, 0.1, 3, 0, Double.POSITIVE_INFINITY));
            default -> EventOptions.CLOSED_FORM;
        };
        monteCarlo = prepare(devices, Integer.parseInt(parts[1]), options);
        scheme = scheme(devices, mode.equals("bisection"));
    }

    private static MonteCarlo prepare(int count, int rounds, EventOptions options) {
        RandomStreams streams = new RandomStreams(SEED);
        List<Device> devices = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            devices.add(SftSetting.device("device-" + n, 0.5e9 + 1e9 * n / count));
        }
        Fleet fleet = new Fleet(devices, SftSetting.server(), BANDWIDTH_HZ, 1, BANDWIDTH_HZ);
        SnrDb snr = new SnrDb(SftSetting.SNR_DB, SftSetting.SNR_DB);
        Channel channel = new RayleighChannel(Collections.nCopies(count, snr), streams);
        return new MonteCarlo(
                new MonteCarlo.Setting(
                        fleet,
                        new SchemeLoads(new Workload(SftSetting.tuning(SftSetting.CLASSES)), SAMPLE_BYTES),
                        Collections.nCopies(count, SftSetting.ITERATIONS),
                        realization -> channel,
                        options,
                        rounds,
                        1),
                streams);
    }

    private static SimulatedScheme scheme(int count, boolean bisection) {
        double ratio = SftSetting.COMPRESSION_RATIO;
        return new SimulatedScheme(
                "sft",
                Scheme.SFT,
                Collections.nCopies(count, new DeviceSetting(SftSetting.CUT, ratio, ratio)),
                SimulatedScheme.Allocations.always(bisection ? new BisectionBandwidth() : new EqualBandwidth()));
    }

    /** All rounds of one training. */
    @Benchmark
    public SchemeStatistics simulate() {
        return monteCarlo.run(scheme);
    }
}
