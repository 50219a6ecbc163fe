package io.splittune.cli;

import io.splittune.cli.scenario.DeviceEntry;
import io.splittune.cli.scenario.HardwareSection;
import io.splittune.cli.scenario.Scenario;
import io.splittune.cli.scenario.ServerSection;
import io.splittune.cli.scenario.Span;
import io.splittune.core.RandomStreams;
import io.splittune.core.RandomStreams.Purpose;
import io.splittune.wireless.Device;
import io.splittune.wireless.EdgeServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A scenario's hardware, with what is given as a range drawn.
 *
 * @param devices by index
 * @param maxBandwidthsHz of each device, by index
 * @param server at its highest clock
 */
record CostFleet(List<Device> devices, List<Double> maxBandwidthsHz, EdgeServer server) {
    /** Keeps the draws of clocks apart from those of planners. */
    private static final long CLOCKS = "clock".hashCode();

    /** Copies the lists. */
    CostFleet {
        devices = List.copyOf(devices);
        maxBandwidthsHz = List.copyOf(maxBandwidthsHz);
    }

    /** Draws the hardware: the same for the same seed, each device apart from the others. */
    static CostFleet of(Scenario scenario, RandomStreams streams) {
        int count = scenario.devices().count();
        List<String> names = Devices.names(count);
        List<Device> devices = new ArrayList<>(count);
        List<Double> caps = new ArrayList<>(count);
        for (int n = 0; n < count; n++) {
            Optional<DeviceEntry> own = DataSizes.entry(scenario, n);
            double part = streams.stream(Purpose.PLANNER, CLOCKS, n).nextDouble();
            devices.add(device(names.get(n), scenario.devices().hardware(), own, part));
            caps.add(own.flatMap(DeviceEntry::maxBandwidthHz)
                    .orElse(scenario.network().maxBandwidthPerDeviceHz()));
        }
        return new CostFleet(devices, caps, server(scenario.server()));
    }

    private static Device device(String id, HardwareSection shared, Optional<DeviceEntry> own, double part) {
        Span clock = pick(own, DeviceEntry::clockHz, shared.clockHz());
        return new Device(
                id,
                pick(own, DeviceEntry::cores, shared.cores()),
                pick(own, DeviceEntry::flopsPerCycle, shared.flopsPerCycle()),
                clock.low() + part * (clock.high() - clock.low()),
                pick(own, DeviceEntry::memoryBytes, shared.memoryBytes()),
                pick(own, DeviceEntry::maxPowerWatts, shared.maxPowerWatts()),
                pick(own, DeviceEntry::switchedCapacitance, shared.switchedCapacitance()));
    }

    private static <T> T pick(Optional<DeviceEntry> own, Function<DeviceEntry, Optional<T>> key, T shared) {
        return own.flatMap(key).orElse(shared);
    }

    private static EdgeServer server(ServerSection server) {
        return new EdgeServer(
                server.cores(),
                server.flopsPerCycle(),
                server.clockHz().high(),
                server.switchedCapacitance(),
                server.maxPowerWatts());
    }
}
