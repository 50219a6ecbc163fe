package io.splittune.planner;

import io.splittune.planner.CardOptions.Extremes;
import io.splittune.wireless.CardSetting;
import io.splittune.wireless.CardSetting.Layers;
import io.splittune.wireless.CardSetting.Traffic;
import io.splittune.wireless.Device;
import io.splittune.wireless.EdgeServer;
import io.splittune.wireless.LinkState;
import io.splittune.wireless.TuningSetup;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** CARD's problems. */
final class CardProblems {
    static final CardOptions PAPER =
            new CardOptions(CardSetting.WEIGHT, CardSetting.MIN_SERVER_CLOCK_HZ, Extremes.CORNER);

    private CardProblems() {}

    static CompressionTable compression(double ratio) {
        return new CompressionTable(List.of(new CompressionOption(1, 3, ratio, ratio, 1)));
    }

    static Problem paper(Layers layers, int cqi) {
        List<PlannedDevice> devices = CardSetting.devices().stream()
                .map(device -> new PlannedDevice(
                        device.id(), device, CardSetting.link(cqi), CardSetting.ITERATIONS, CardSetting.BANDWIDTH_HZ))
                .toList();
        return of(CardSetting.tuning(layers, Traffic.LIGHT), devices, CardSetting.server());
    }

    static Problem of(TuningSetup tuning, List<PlannedDevice> devices, EdgeServer server) {
        return new Problem(
                tuning,
                devices,
                server,
                CardSetting.BANDWIDTH_HZ,
                1e4,
                IntStream.range(1, tuning.model().layers()).boxed().toList(),
                compression(CardSetting.COMPRESSION_RATIO),
                0,
                false,
                OptionalDouble.empty());
    }

    /** Devices slower and faster than the server, links good and bad, all cuts or some. */
    static Problem random(RandomGenerator random, int mostDevices, int mostCuts) {
        TuningSetup tuning = CardSetting.tuning(
                random.nextBoolean() ? Layers.REAL : Layers.EQUAL_SLICES,
                random.nextBoolean() ? Traffic.LIGHT : Traffic.HEAVY);
        List<PlannedDevice> devices = new ArrayList<>();
        int count = 1 + random.nextInt(mostDevices);
        for (int n = 0; n < count; n++) {
            double clockHz = Math.exp(random.nextDouble(Math.log(1e8), Math.log(4e9)));
            Device hardware = new Device("d" + n, 1024, 2, clockHz, 64L << 30, 0.2, 1e-26);
            LinkState link = new LinkState(random.nextDouble(0.15, 5.5), random.nextDouble(0.15, 5.5));
            devices.add(new PlannedDevice("d" + n, hardware, link, random.nextDouble(0.5, 20), 1e8));
        }
        List<Integer> cuts = new ArrayList<>(
                IntStream.range(1, tuning.model().layers()).boxed().toList());
        while (cuts.size() > mostCuts) {
            cuts.remove(random.nextInt(cuts.size()));
        }
        return new Problem(
                tuning,
                devices,
                new EdgeServer(3072, 2, random.nextDouble(1e9, 3e9), random.nextDouble(1e-28, 1e-24), 20),
                1e8,
                1e4,
                cuts,
                compression(1 - 0.99 * random.nextDouble()),
                0,
                false,
                OptionalDouble.empty());
    }

    static CardOptions options(RandomGenerator random, Problem problem) {
        return new CardOptions(
                random.nextDouble(),
                problem.server().clockHz() * random.nextDouble(0.05, 1),
                random.nextBoolean() ? Extremes.CORNER : Extremes.BOX);
    }
}
