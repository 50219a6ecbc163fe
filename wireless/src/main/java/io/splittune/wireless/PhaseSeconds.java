package io.splittune.wireless;

import io.splittune.core.Check;

/**
 * Seconds of a device's round by phase, SFT Fig. 4; infinite where a link carries nothing.
 *
 * <p>Slip: SFT names phases in two ways (TD and ED, IA and IT, CU and DU); these are the names of eq. (18).
 *
 * @param ed distribution of the device's half (once a round)
 * @param cc forward on the device
 * @param it activations up
 * @param sc forward and backward on the server
 * @param gt gradients down
 * @param du backward and update on the device
 * @param lt adapter up (once a round)
 */
public record PhaseSeconds(double ed, double cc, double it, double sc, double gt, double du, double lt) {
    /** No time at all. */
    public static final PhaseSeconds ZERO = new PhaseSeconds(0, 0, 0, 0, 0, 0, 0);

    /** Checks that nothing is negative or NaN. */
    public PhaseSeconds {
        check(ed, "ed");
        check(cc, "cc");
        check(it, "it");
        check(sc, "sc");
        check(gt, "gt");
        check(du, "du");
        check(lt, "lt");
    }

    private static void check(double seconds, String name) {
        Check.require(seconds >= 0, "%s (%s) must be >= 0.", name, seconds);
    }

    /** Returns the sum, SFT eq. (18). */
    public double total() {
        return ed + cc + it + sc + gt + du + lt;
    }

    /** Returns the seconds on the device's own processor. */
    public double deviceCompute() {
        return cc + du;
    }

    /** Returns the seconds on the air. */
    public double communication() {
        return ed + it + gt + lt;
    }

    /** Adds phase by phase. */
    public PhaseSeconds plus(PhaseSeconds other) {
        return new PhaseSeconds(
                ed + other.ed,
                cc + other.cc,
                it + other.it,
                sc + other.sc,
                gt + other.gt,
                du + other.du,
                lt + other.lt);
    }
}
