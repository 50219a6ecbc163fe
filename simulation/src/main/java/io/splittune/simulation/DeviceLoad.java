package io.splittune.simulation;

import static io.splittune.core.Check.notNegative;

import io.splittune.wireless.Device;
import io.splittune.wireless.LinkState;
import io.splittune.wireless.PhaseSeconds;

/**
 * What a device's round asks of processors and links, whatever these are.
 *
 * @param deviceForwardFlops operations in CC
 * @param serverFlops operations in SC
 * @param deviceBackwardFlops operations in DU
 * @param bytes what crosses the air
 * @param batches mini-batches that CC, IT, SC, GT and DU are spread over evenly, 0 or more
 */
public record DeviceLoad(
        double deviceForwardFlops, double serverFlops, double deviceBackwardFlops, PhaseBytes bytes, int batches) {
    /** A device that stays out of the round. */
    public static final DeviceLoad NONE = new DeviceLoad(0, 0, 0, PhaseBytes.ZERO, 0);

    /**
     * Validates.
     *
     * @throws IllegalArgumentException if a value is negative, NaN or infinite
     */
    public DeviceLoad {
        notNegative(deviceForwardFlops, "deviceForwardFlops");
        notNegative(serverFlops, "serverFlops");
        notNegative(deviceBackwardFlops, "deviceBackwardFlops");
        notNegative(batches, "batches");
    }

    /**
     * Returns the phases of the round without queue, overlap and disturbance: SFT eq. (11) to (17).
     *
     * @param device its processor
     * @param link its link; infinite seconds where something is to be sent and the link carries nothing
     * @param bandwidthHz b, for all but the broadcast
     * @param serverFlopsPerSecond its speed while it works for the device
     * @param totalBandwidthHz W, for the broadcast
     */
    PhaseSeconds phases(
            Device device, LinkState link, double bandwidthHz, double serverFlopsPerSecond, double totalBandwidthHz) {
        double uplink = bandwidthHz * link.uplinkBitsPerHz();
        double downlink = bandwidthHz * link.downlinkBitsPerHz();
        return new PhaseSeconds(
                seconds(bytes.ed(), totalBandwidthHz * link.downlinkBitsPerHz()),
                deviceForwardFlops / device.flopsPerSecond(),
                seconds(bytes.it(), uplink),
                serverFlops / serverFlopsPerSecond,
                seconds(bytes.gt(), downlink),
                deviceBackwardFlops / device.flopsPerSecond(),
                seconds(bytes.lt(), uplink));
    }

    /** Returns V in hertz times seconds: what the device's bandwidth is for takes V / b. Infinite in an outage. */
    double bandwidthWork(LinkState link) {
        return seconds(bytes.it() + bytes.lt(), link.uplinkBitsPerHz()) + seconds(bytes.gt(), link.downlinkBitsPerHz());
    }

    /** Nothing takes no time even over a dead link. */
    private static double seconds(double bytes, double bitsPerSecond) {
        return bytes == 0 ? 0 : bytes * Byte.SIZE / bitsPerSecond;
    }
}
