package io.splittune.wireless;

import io.splittune.core.Check;

/**
 * Delay of a device's round in closed form: SFT eq. (11) to (18).
 *
 * <p>Every device has the whole server to itself; queues, overlap and jitter are the event simulator's. The
 * distribution (ED) is a broadcast over the whole band at the device's own downlink efficiency. A link in outage gives
 * infinite seconds. With b the device's bandwidth the total is affine in 1/b: {@code tau(b) = a + V / b}, see {@link
 * #fixedSeconds} and {@link #bandwidthWork}. Immutable and thread-safe.
 */
public final class RoundDelay {
    private final Workload workload;
    private final EdgeServer server;
    private final double totalBandwidthHz;

    /**
     * Takes what the devices share.
     *
     * @param workload operations and bytes
     * @param server where the other half runs
     * @param totalBandwidthHz W, positive
     */
    public RoundDelay(Workload workload, EdgeServer server, double totalBandwidthHz) {
        this.workload = workload;
        this.server = server;
        this.totalBandwidthHz = Check.positive(totalBandwidthHz, "totalBandwidthHz");
    }

    /** Returns operations and bytes. */
    public Workload workload() {
        return workload;
    }

    /** Returns the server. */
    public EdgeServer server() {
        return server;
    }

    /** Returns W in hertz. */
    public double totalBandwidthHz() {
        return totalBandwidthHz;
    }

    /**
     * Returns the same with the server at another clock.
     *
     * @param clockHz positive
     */
    public RoundDelay withServerClock(double clockHz) {
        return new RoundDelay(workload, server.withClock(clockHz), totalBandwidthHz);
    }

    /**
     * Returns the phases of a round.
     *
     * <p>Slips: eq. (18) has no number of mini-batches, yet (12) to (16) are per mini-batch; here CC, IT, SC, GT and DU
     * are multiplied by it, ED and LT come once (as printed: all once). Eq. (11), (13), (15), (17) divide bytes by
     * bit/s; here by eight bits. Eq. (16) calls the device's backward pass the server's and uses gamma_c for Phi_c^B.
     *
     * @param site the device
     * @param decision its cut, ratios and bandwidth
     * @param firstRound whether the frozen half is sent too (t = 1 in eq. 11)
     */
    public PhaseSeconds phases(DeviceSite site, SplitDecision decision, boolean firstRound) {
        int cut = decision.cut();
        double steps = steps(site);
        double uplink = decision.bandwidthHz() * site.link().uplinkBitsPerHz();
        double downlink = decision.bandwidthHz() * site.link().downlinkBitsPerHz();
        double frameBits = bits(workload.activationBytes());
        return new PhaseSeconds(
                distributionSeconds(site, cut, firstRound),
                steps * workload.deviceForwardFlops(cut) / site.hardware().flopsPerSecond(),
                steps * decision.activationRatio() * frameBits / uplink,
                steps * serverFlops(cut) / server.flopsPerSecond(),
                steps * decision.gradientRatio() * frameBits / downlink,
                steps * workload.deviceBackwardFlops(cut) / site.hardware().flopsPerSecond(),
                seconds(bits(workload.deviceAdapterBytes(cut)), uplink));
    }

    /**
     * Returns a, the part of the delay that bandwidth does not change: ED + CC + SC + DU.
     *
     * @param site the device
     * @param cut l
     * @param firstRound whether the frozen half is sent too
     */
    public double fixedSeconds(DeviceSite site, int cut, boolean firstRound) {
        double deviceFlops = workload.deviceForwardFlops(cut) + workload.deviceBackwardFlops(cut);
        return distributionSeconds(site, cut, firstRound)
                + steps(site)
                        * (deviceFlops / site.hardware().flopsPerSecond() + serverFlops(cut) / server.flopsPerSecond());
    }

    /**
     * Returns V, the band-seconds of IT, GT and LT: the delay is {@code a + V / b}.
     *
     * @param site the device
     * @param cut l
     * @param activationRatio beta of activations, in (0, 1]
     * @param gradientRatio beta of gradients, in (0, 1]
     * @return hertz times seconds; infinite in an outage
     */
    public double bandwidthWork(DeviceSite site, int cut, double activationRatio, double gradientRatio) {
        SplitDecision.checkRatio(activationRatio, "activationRatio");
        SplitDecision.checkRatio(gradientRatio, "gradientRatio");
        LinkState link = site.link();
        double frameBits = bits(workload.activationBytes());
        return steps(site)
                        * frameBits
                        * (activationRatio / link.uplinkBitsPerHz() + gradientRatio / link.downlinkBitsPerHz())
                + seconds(bits(workload.deviceAdapterBytes(cut)), link.uplinkBitsPerHz());
    }

    private double distributionSeconds(DeviceSite site, int cut, boolean firstRound) {
        long bytes = firstRound ? workload.deviceModelBytes(cut) : workload.deviceAdapterBytes(cut);
        return seconds(bits(bytes), totalBandwidthHz * site.link().downlinkBitsPerHz());
    }

    private double serverFlops(int cut) {
        return workload.serverForwardFlops(cut) + workload.serverBackwardFlops(cut);
    }

    private double steps(DeviceSite site) {
        return workload.setup().formulas() == Formulas.PRINTED ? 1 : site.iterations();
    }

    double bits(long bytes) {
        return bytes * workload.bitsPerByte();
    }

    /** Time to send; nothing takes no time even over a dead link. */
    static double seconds(double bits, double bitsPerSecond) {
        return bits == 0 ? 0 : bits / bitsPerSecond;
    }
}
