package io.splittune.planner;

import io.splittune.core.Check;
import io.splittune.wireless.EdgeServer;
import io.splittune.wireless.LinkState;
import io.splittune.wireless.TuningSetup;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What a planner decides about: SFT problem P, eq. (27).
 *
 * <p>Slips resolved: A_th is the accuracy that is needed at least, not a "maximum accuracy" (27b); memory may be
 * filled, the print has "&lt;" (27c); l runs from 1 to L - 1 (28f), not to L.
 *
 * @param tuning the model and how it is tuned
 * @param devices at least one, with distinct ids
 * @param server where the other half runs
 * @param totalBandwidthHz W, positive
 * @param minBandwidthPerDeviceHz the least share of every device, positive
 * @param cuts allowed l, each from 1 to L - 1, without repetition
 * @param compressions the grid over (rho, E)
 * @param accuracyFloor A_th, relative to no compression, not negative
 * @param firstRound whether the devices' frozen halves are sent too (t = 1 in eq. 11)
 * @param maxDelaySeconds a deadline for the round, where there is one; positive
 */
public record Problem(
        TuningSetup tuning,
        List<PlannedDevice> devices,
        EdgeServer server,
        double totalBandwidthHz,
        double minBandwidthPerDeviceHz,
        List<Integer> cuts,
        CompressionTable compressions,
        double accuracyFloor,
        boolean firstRound,
        OptionalDouble maxDelaySeconds) {
    /** Checks and copies. */
    public Problem {
        devices = List.copyOf(devices);
        cuts = List.copyOf(cuts);
        Check.require(!devices.isEmpty(), "A plan needs at least one device.");
        Set<String> ids = new HashSet<>();
        for (PlannedDevice device : devices) {
            Check.require(ids.add(device.id()), "The device id '%s' stands twice.", device.id());
        }
        Check.positive(totalBandwidthHz, "totalBandwidthHz");
        Check.positive(minBandwidthPerDeviceHz, "minBandwidthPerDeviceHz");
        Check.require(!cuts.isEmpty(), "A plan needs at least one allowed cut.");
        for (int cut : cuts) {
            Check.inRange(cut, 1, tuning.model().layers() - 1, "cuts");
        }
        Check.require(new HashSet<>(cuts).size() == cuts.size(), "The allowed cuts %s must not repeat.", cuts);
        Check.notNegative(accuracyFloor, "accuracyFloor");
        maxDelaySeconds.ifPresent(seconds -> Check.positive(seconds, "maxDelaySeconds"));
    }

    /**
     * Returns the same problem in another round: what the small timescale plans for.
     *
     * @param links one per device, in order
     * @param first whether that is the first round
     */
    public Problem inRound(List<LinkState> links, boolean first) {
        Check.require(
                links.size() == devices.size(), "There are %s links for %s devices.", links.size(), devices.size());
        List<PlannedDevice> moved = new ArrayList<>(links.size());
        for (int n = 0; n < links.size(); n++) {
            moved.add(devices.get(n).with(links.get(n)));
        }
        return of(moved, accuracyFloor, first);
    }

    /**
     * Returns the same problem for some devices alone, such as those that have a link in a round.
     *
     * @param some at least one
     */
    public Problem withDevices(List<PlannedDevice> some) {
        return of(some, accuracyFloor, firstRound);
    }

    /**
     * Returns the same problem with another least accuracy.
     *
     * @param floor A_th, not negative; 0 allows every compression
     */
    public Problem withAccuracyFloor(double floor) {
        return of(devices, floor, firstRound);
    }

    private Problem of(List<PlannedDevice> others, double floor, boolean first) {
        return new Problem(
                tuning,
                others,
                server,
                totalBandwidthHz,
                minBandwidthPerDeviceHz,
                cuts,
                compressions,
                floor,
                first,
                maxDelaySeconds);
    }
}
