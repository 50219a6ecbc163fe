package io.splittune.wireless;

import io.splittune.core.Check;

/**
 * Energy of a device's round from its phases.
 *
 * <p>SFT has no energy model; the forms are those of SFLAM eq. (10) and (15): computing draws kappa f^3, sending draws
 * the radio's power. The device computes in CC and DU and sends in IT and LT; the server computes in SC and sends in ED
 * and GT. The server's power is spread evenly over the band, so a device with a share b / W of the band answers for
 * that share of the power, in the broadcast too: summed over devices that share the whole band, ED is paid once.
 * Immutable and thread-safe.
 */
public final class EnergyModel {
    private final EdgeServer server;
    private final double totalBandwidthHz;

    /**
     * Takes what the devices share.
     *
     * @param server its powers
     * @param totalBandwidthHz W, positive
     */
    public EnergyModel(EdgeServer server, double totalBandwidthHz) {
        this.server = server;
        this.totalBandwidthHz = Check.positive(totalBandwidthHz, "totalBandwidthHz");
    }

    /**
     * Returns the energy of a round.
     *
     * @param hardware the device's powers
     * @param bandwidthHz b, not negative; W at most, but for rounding
     * @param phases how long each phase took
     */
    public RoundEnergy of(Device hardware, double bandwidthHz, PhaseSeconds phases) {
        return of(hardware, bandwidthHz, hardware.txPowerWatts(), server.clockHz(), phases);
    }

    /**
     * Returns the energy of a round in which the device's transmit power and the server's clock were decided.
     *
     * @param hardware the device's processor; its own transmit power is not read
     * @param bandwidthHz b, not negative; W at most, but for rounding
     * @param txPowerWatts P, drawn while the device sends, not negative
     * @param serverClockHz f_s while the server works for the device, positive
     * @param phases how long each phase took
     */
    public RoundEnergy of(
            Device hardware, double bandwidthHz, double txPowerWatts, double serverClockHz, PhaseSeconds phases) {
        Check.notNegative(bandwidthHz, "bandwidthHz");
        Check.notNegative(txPowerWatts, "txPowerWatts");
        return new RoundEnergy(
                joules(hardware.computePowerWatts(), phases.cc() + phases.du()),
                joules(txPowerWatts, phases.it() + phases.lt()),
                joules(server.computePowerWatts(serverClockHz), phases.sc()),
                joules(server.txPowerWatts() * bandwidthHz / totalBandwidthHz, phases.ed() + phases.gt()));
    }

    /** No power for ever is no energy, not NaN. */
    private static double joules(double watts, double seconds) {
        return watts == 0 ? 0 : watts * seconds;
    }
}
