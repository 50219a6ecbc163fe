package io.splittune.wireless;

import io.splittune.core.Check;
import io.splittune.core.RandomStreams;
import io.splittune.core.RandomStreams.Purpose;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The setting of the SFLAM paper's simulations (section VII-A), for reproduction. What the paper does not give is ours
 * and says so; nothing that rests on it is the paper's number.
 */
public final class SflamSetting {
    /** b; given. */
    public static final int BATCH_SIZE = 128;

    /** N; read from the authors' released code. */
    public static final int DEVICES = 50;

    /** K; the released code's participants of a round, taken for the number of blocks. */
    public static final int BLOCKS = 10;

    /** Local epochs of a round; read from the authors' released code. */
    public static final int LOCAL_EPOCHS = 5;

    /** B, the width of a resource block; given. */
    public static final double BLOCK_WIDTH_HZ = 20e6;

    /** Nearest place of a device; given. */
    public static final double NEAREST_METRES = 50;

    /** Farthest place of a device; given. */
    public static final double FARTHEST_METRES = 1000;

    /** Least of the devices' greatest powers; given. */
    public static final double LEAST_MAX_POWER_WATTS = 0.5;

    /** Greatest of them; given. */
    public static final double GREATEST_MAX_POWER_WATTS = 2;

    /** f_s; given. */
    public static final double SERVER_CLOCK_HZ = 3e9;

    /** D_n; given. */
    public static final double DEVICE_FLOPS_PER_CYCLE = 1;

    /** q_min; given. */
    public static final int MIN_BITS = 4;

    /** q_max; not given in the paper: our default. */
    public static final int MAX_BITS = 16;

    /** N0, thermal noise; not given in the paper: our default. */
    public static final double NOISE_DBM_PER_HZ = -174;

    /** kappa in W/Hz^3; not given in the paper: our default. */
    public static final double SWITCHED_CAPACITANCE = 1e-28;

    /** Slowest clock of a device; not given in the paper: our default. */
    public static final double SLOWEST_CLOCK_HZ = 0.5e9;

    /** Fastest clock of a device; not given in the paper: our default. */
    public static final double FASTEST_CLOCK_HZ = 1.5e9;

    /** Path loss, without shadowing; not given in the paper: our default. */
    public static final PathLoss PATH_LOSS = LogDistancePathLoss.MACRO_2GHZ;

    private static final int LEAST_SERVER_CORES = 2560;

    private static final int GREATEST_SERVER_CORES = 5120;
    private static final int LEAST_CORES = 4;
    private static final int GREATEST_CORES = 6;
    private static final int LEAST_SAMPLES = 400;
    private static final int GREATEST_SAMPLES = 500;
    private static final long MEMORY_BYTES = 4L << 30;
    private static final int SERVER_KEY = -1;

    private SflamSetting() {}

    /** Returns ViT-B/32; given. */
    public static VitShape model(int classes) {
        return (VitShape) ModelShapes.named("vit-b32", classes, 1);
    }

    /** Returns the workload of Table II: patches alone on the link, multiply-adds of the forward pass. */
    public static SflamWorkload workload(int classes) {
        return SflamWorkload.printed(model(classes), BATCH_SIZE);
    }

    /**
     * Draws a fleet; a device is the same whatever the number of devices.
     *
     * <p>Given: distances of 50 to 1000 m (uniform over the distance: ours), powers of 0.5 to 2 W, a server of 3 GHz and 1
     * to 2 operations a cycle. Reconstructed: 4 to 6 cores, as the named phone chip has; 2560 to 5120 server cores, as
     * the named cards have. Read from the released code: 400 to 500 samples. Not given: clocks and kappa.
     *
     * @param count devices, positive
     * @param streams where the draws come from
     */
    public static SflamFleet fleet(int count, RandomStreams streams) {
        Check.positive(count, "count");
        List<Device> devices = new ArrayList<>(count);
        List<Double> distances = new ArrayList<>(count);
        List<Integer> samples = new ArrayList<>(count);
        for (int n = 0; n < count; n++) {
            RandomGenerator random = streams.stream(Purpose.HARDWARE, n);
            int cores = random.nextInt(LEAST_CORES, GREATEST_CORES + 1);
            double clockHz = random.nextDouble(SLOWEST_CLOCK_HZ, FASTEST_CLOCK_HZ);
            double powerWatts = random.nextDouble(LEAST_MAX_POWER_WATTS, GREATEST_MAX_POWER_WATTS);
            samples.add(random.nextInt(LEAST_SAMPLES, GREATEST_SAMPLES + 1));
            devices.add(new Device(
                    "device-" + (n + 1),
                    cores,
                    DEVICE_FLOPS_PER_CYCLE,
                    clockHz,
                    MEMORY_BYTES,
                    powerWatts,
                    SWITCHED_CAPACITANCE));
            distances.add(random.nextDouble(NEAREST_METRES, FARTHEST_METRES));
        }
        return new SflamFleet(devices, distances, samples, server(streams));
    }

    /** The server's energy is not modelled, so it draws no power here. */
    private static EdgeServer server(RandomStreams streams) {
        RandomGenerator random = streams.stream(Purpose.HARDWARE, SERVER_KEY);
        int cores = random.nextInt(LEAST_SERVER_CORES, GREATEST_SERVER_CORES + 1);
        return new EdgeServer(cores, random.nextDouble(1, 2), SERVER_CLOCK_HZ, 0, 0);
    }

    /**
     * Returns the gains of a fleet: 128.1 + 37.6 log10(d / km) dB and Rayleigh fading, -174 dBm/Hz; not given in the
     * paper: our default.
     *
     * @param fleet the devices
     * @param blocks K, positive
     * @param streams where the fading comes from
     */
    public static BlockGains gains(SflamFleet fleet, int blocks, RandomStreams streams) {
        return new FadingBlockGains(
                PATH_LOSS, fleet.distancesMetres(), blocks, BLOCK_WIDTH_HZ, NOISE_DBM_PER_HZ, streams);
    }
}
