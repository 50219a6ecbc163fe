package io.splittune.planner;

import io.splittune.core.Check;
import java.util.Arrays;

/**
 * What the devices of a round gain from bandwidth: device n takes {@code a_n + V_n / b_n} seconds.
 *
 * <p>SFT's eq. (34b) lets b reach 0, where a delay is infinite; here every device has a positive least share.
 * Immutable and thread-safe.
 */
public final class BandwidthDemand implements BandwidthLimits {
    /** What a sum of shares may exceed the band by: rounding of the sum. */
    private static final double ROUNDING = 1e-9;

    private final double[] fixedSeconds;
    private final double[] workHzSeconds;
    private final double[] capsHz;
    private final double minimumHz;
    private final double totalHz;

    /**
     * Checks and copies.
     *
     * @param fixedSeconds a, one per device, finite and not negative
     * @param workHzSeconds V, one per device, finite and not negative
     * @param minimumHz the least share of every device, positive
     * @param capsHz the greatest share of each device, at least the minimum; a cap above the band means the band
     * @param totalHz W, at least the sum of the minima
     * @throws IllegalArgumentException if there is no device, the lengths differ, or a value is out of its range
     */
    public BandwidthDemand(
            double[] fixedSeconds, double[] workHzSeconds, double minimumHz, double[] capsHz, double totalHz) {
        int devices = fixedSeconds.length;
        Check.require(devices > 0, "A band needs at least one device.");
        Check.require(
                workHzSeconds.length == devices && capsHz.length == devices,
                "fixedSeconds (%s), workHzSeconds (%s) and capsHz (%s) must be of one length.",
                devices,
                workHzSeconds.length,
                capsHz.length);
        this.fixedSeconds = fixedSeconds.clone();
        this.workHzSeconds = workHzSeconds.clone();
        this.minimumHz = Check.positive(minimumHz, "minimumHz");
        this.totalHz = Check.positive(totalHz, "totalHz");
        this.capsHz = capsHz.clone();
        Check.require(
                devices * minimumHz <= totalHz * (1 + ROUNDING),
                "totalHz (%s) must be >= the devices' least shares, %s x %s.",
                totalHz,
                devices,
                minimumHz);
        for (int n = 0; n < devices; n++) {
            Check.notNegative(fixedSeconds[n], "fixedSeconds");
            Check.notNegative(workHzSeconds[n], "workHzSeconds");
            Check.require(capsHz[n] >= minimumHz, "capsHz (%s) must be >= minimumHz (%s).", capsHz[n], minimumHz);
            this.capsHz[n] = Math.max(minimumHz, Math.min(capsHz[n], totalHz));
        }
    }

    /** Returns the number of devices. */
    public int size() {
        return fixedSeconds.length;
    }

    /** Returns a of a device in seconds. */
    public double fixedSeconds(int device) {
        return fixedSeconds[device];
    }

    /** Returns V of a device in hertz times seconds. */
    public double workHzSeconds(int device) {
        return workHzSeconds[device];
    }

    @Override
    public double capHz(int device) {
        return capsHz[device];
    }

    @Override
    public double minimumHz() {
        return minimumHz;
    }

    @Override
    public double totalHz() {
        return totalHz;
    }

    /**
     * Returns the delay of one device.
     *
     * @param device its index
     * @param bandwidthHz its share, positive
     */
    public double delaySeconds(int device, double bandwidthHz) {
        return fixedSeconds[device] + workHzSeconds[device] / bandwidthHz;
    }

    /**
     * Returns the round's delay, that of the slowest device: SFT eq. (19).
     *
     * @param bandwidthsHz shares, positive
     */
    public double delaySeconds(double[] bandwidthsHz) {
        double slowest = 0;
        for (int n = 0; n < size(); n++) {
            slowest = Math.max(slowest, delaySeconds(n, bandwidthsHz[n]));
        }
        return slowest;
    }

    /** Says whether some division lets every device end within {@code seconds}. */
    boolean fitsWithin(double seconds) {
        double sum = 0;
        for (int n = 0; n < size(); n++) {
            double need = neededHz(workHzSeconds[n], seconds - fixedSeconds[n]);
            if (need > capsHz[n]) {
                return false;
            }
            sum += Math.max(minimumHz, need);
            if (sum > totalHz) {
                return false;
            }
        }
        return true;
    }

    /** The band that a work needs to end in time; infinite when there is no time. */
    static double neededHz(double workHzSeconds, double seconds) {
        if (workHzSeconds == 0) {
            return seconds >= 0 ? 0 : Double.POSITIVE_INFINITY;
        }
        return seconds > 0 ? workHzSeconds / seconds : Double.POSITIVE_INFINITY;
    }

    /** The same limits for some of the devices and a part of the band. */
    BandwidthDemand of(int[] devices, double partHz) {
        return new BandwidthDemand(
                pick(fixedSeconds, devices), pick(workHzSeconds, devices), minimumHz, pick(capsHz, devices), partHz);
    }

    double[] caps(int[] devices) {
        return pick(capsHz, devices);
    }

    private static double[] pick(double[] values, int[] indices) {
        return Arrays.stream(indices).mapToDouble(n -> values[n]).toArray();
    }
}
