package io.splittune.planner;

import io.splittune.wireless.Device;
import io.splittune.wireless.EdgeServer;
import io.splittune.wireless.LinkState;
import io.splittune.wireless.ModelShapes;
import io.splittune.wireless.TuningSetup;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Problems with ViT-B/16. */
final class Problems {
    static final TuningSetup TUNING = TuningSetup.of(ModelShapes.named("vit-b16", 100, 0), 64);
    static final EdgeServer SERVER = new EdgeServer(2048, 4, 3e9, 1e-28, 20);
    static final long ROOMY = 16L << 30;

    private Problems() {}

    static PlannedDevice device(String id, double clockHz, double snrDb, long memoryBytes) {
        Device hardware = new Device(id, 256, 4, clockHz, memoryBytes, 0.5, 1e-28);
        return new PlannedDevice(id, hardware, LinkState.ofSnrDb(snrDb, snrDb), 98, 30e6);
    }

    /** Clocks from 0.5 to 1.5 GHz, as in the paper, 17 dB, all cuts, a small table. */
    static Problem paper() {
        List<PlannedDevice> devices = new ArrayList<>();
        for (int n = 0; n < 8; n++) {
            devices.add(device("d" + n, 0.5e9 + n / 7.0 * 1e9, 17, 8L << 30));
        }
        return of(devices, table());
    }

    static CompressionTable table() {
        return new CompressionTable(List.of(
                CompressionOption.uncompressed(),
                new CompressionOption(0.5, 255, 0.17, 0.13, 0.997),
                new CompressionOption(0.3, 15, 0.074, 0.05, 0.99),
                new CompressionOption(0.2, 7, 0.048, 0.03, 0.981),
                new CompressionOption(0.1, 3, 0.02, 0.012, 0.93)));
    }

    static Problem of(List<PlannedDevice> devices, CompressionTable table) {
        List<Integer> cuts = IntStream.range(1, 12).boxed().toList();
        return new Problem(TUNING, devices, SERVER, 30e6, 1e4, cuts, table, 0.98, false, OptionalDouble.empty());
    }

    /** Unequal devices, links, caps and memories; every device can hold some cut, and some option reaches the floor. */
    static Problem random(RandomGenerator random, int mostDevices, int mostCuts, int mostOptions) {
        List<PlannedDevice> devices = new ArrayList<>();
        int count = 1 + random.nextInt(mostDevices);
        for (int n = 0; n < count; n++) {
            devices.add(randomDevice(random, n, count));
        }
        List<Integer> cuts = new ArrayList<>(List.of(1));
        while (cuts.size() < 1 + random.nextInt(mostCuts)) {
            int cut = 2 + random.nextInt(10);
            if (!cuts.contains(cut)) {
                cuts.add(cut);
            }
        }
        CompressionTable table = randomTable(random, 1 + random.nextInt(mostOptions));
        double floor = table.mostAccurate().accuracy() - 0.2 * random.nextDouble();
        boolean first = random.nextBoolean();
        return new Problem(TUNING, devices, SERVER, 30e6, 1e4, cuts, table, floor, first, OptionalDouble.empty());
    }

    private static PlannedDevice randomDevice(RandomGenerator random, int n, int count) {
        long memory = (long) ((1.2 + 9 * random.nextDouble()) * (1L << 30));
        Device hardware =
                new Device("d" + n, 256, 4, (0.3 + 3 * random.nextDouble()) * 1e9, memory, random.nextDouble(), 1e-28);
        LinkState link = LinkState.ofSnrDb(30 * random.nextDouble() - 3, 30 * random.nextDouble());
        double cap = random.nextInt(3) == 0 ? 30e6 / count * (0.3 + 2 * random.nextDouble()) : 60e6;
        return new PlannedDevice("d" + n, hardware, link, 1 + 100 * random.nextDouble(), cap);
    }

    /** Ratios that need not rise together, accuracies that need not follow them. */
    static CompressionTable randomTable(RandomGenerator random, int options) {
        List<CompressionOption> list = new ArrayList<>();
        for (int i = 0; i < options; i++) {
            list.add(new CompressionOption(
                    1 - random.nextDouble(),
                    1 + random.nextInt(255),
                    1 - random.nextDouble(),
                    1 - random.nextDouble(),
                    0.7 + 0.3 * random.nextDouble()));
        }
        return new CompressionTable(list);
    }

    static Problem withFloor(Problem p, double floor) {
        return new Problem(
                p.tuning(),
                p.devices(),
                p.server(),
                p.totalBandwidthHz(),
                p.minBandwidthPerDeviceHz(),
                p.cuts(),
                p.compressions(),
                floor,
                p.firstRound(),
                p.maxDelaySeconds());
    }

    static Problem withDeadline(Problem p, double seconds) {
        return new Problem(
                p.tuning(),
                p.devices(),
                p.server(),
                p.totalBandwidthHz(),
                p.minBandwidthPerDeviceHz(),
                p.cuts(),
                p.compressions(),
                p.accuracyFloor(),
                p.firstRound(),
                OptionalDouble.of(seconds));
    }

    static Problem withLeastShare(Problem p, double hertz) {
        return new Problem(
                p.tuning(),
                p.devices(),
                p.server(),
                p.totalBandwidthHz(),
                hertz,
                p.cuts(),
                p.compressions(),
                p.accuracyFloor(),
                p.firstRound(),
                p.maxDelaySeconds());
    }
}
