package io.splittune.simulation;

import io.splittune.wireless.Channel;
import io.splittune.wireless.Device;
import io.splittune.wireless.FixedChannel;
import io.splittune.wireless.LinkState;
import io.splittune.wireless.SftSetting;
import io.splittune.wireless.SnrDb;
import io.splittune.wireless.Workload;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/** Devices of the paper's kind. */
final class Fleets {
    static final double SAMPLE_BYTES = 3 * 224 * 224;
    static final Workload WORKLOAD = new Workload(SftSetting.tuning(100));
    static final SchemeLoads LOADS = new SchemeLoads(WORKLOAD, SAMPLE_BYTES);

    private Fleets() {}

    static Fleet of(double... clocksHz) {
        List<Device> devices = new ArrayList<>();
        for (int n = 0; n < clocksHz.length; n++) {
            devices.add(SftSetting.device("d" + n, clocksHz[n]));
        }
        return new Fleet(devices, SftSetting.server(), 30e6, 1e3, 30e6);
    }

    static Fleet random(RandomGenerator random) {
        return of(random.doubles(1 + random.nextInt(8), 0.5e9, 1.5e9).toArray());
    }

    static Channel fixed(int devices) {
        return new FixedChannel(Collections.nCopies(devices, new SnrDb(17, 17)));
    }

    static LinkState link(RandomGenerator random) {
        return new LinkState(random.nextDouble(0.5, 8), random.nextDouble(0.5, 8));
    }
}
