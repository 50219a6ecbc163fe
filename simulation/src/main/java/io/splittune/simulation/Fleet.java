package io.splittune.simulation;

import io.splittune.core.Check;
import io.splittune.wireless.Device;
import io.splittune.wireless.EdgeServer;
import java.util.List;
import java.util.Objects;

/**
 * Who computes and how much band they share.
 *
 * @param devices by index, at least one
 * @param server the other half's place
 * @param totalBandwidthHz W, positive
 * @param minBandwidthPerDeviceHz the least share of a device that sends, positive; for all devices together not above W
 * @param maxBandwidthPerDeviceHz what one device can use at most, not below the least
 */
public record Fleet(
        List<Device> devices,
        EdgeServer server,
        double totalBandwidthHz,
        double minBandwidthPerDeviceHz,
        double maxBandwidthPerDeviceHz) {
    /**
     * Copies and validates.
     *
     * @throws IllegalArgumentException if there is no device or a bandwidth is out of range
     */
    public Fleet {
        devices = List.copyOf(devices);
        Check.require(!devices.isEmpty(), "A fleet needs at least one device.");
        Objects.requireNonNull(server, "server");
        Check.positive(totalBandwidthHz, "totalBandwidthHz");
        Check.positive(minBandwidthPerDeviceHz, "minBandwidthPerDeviceHz");
        Check.require(
                minBandwidthPerDeviceHz * devices.size() <= totalBandwidthHz,
                "minBandwidthPerDeviceHz (%s) for %s devices is more than totalBandwidthHz (%s).",
                minBandwidthPerDeviceHz,
                devices.size(),
                totalBandwidthHz);
        Check.require(
                Double.isFinite(maxBandwidthPerDeviceHz) && maxBandwidthPerDeviceHz >= minBandwidthPerDeviceHz,
                "maxBandwidthPerDeviceHz (%s) must be finite and >= minBandwidthPerDeviceHz (%s).",
                maxBandwidthPerDeviceHz,
                minBandwidthPerDeviceHz);
    }

    /** Returns the bandwidth that each gets when all get the same. */
    public double equalBandwidthHz() {
        return Math.min(maxBandwidthPerDeviceHz, totalBandwidthHz / devices.size());
    }
}
