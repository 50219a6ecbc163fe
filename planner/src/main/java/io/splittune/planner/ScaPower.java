package io.splittune.planner;

/**
 * SFLAM's Algorithm 1: successive convex approximation with the tangents (26) of the energy f and (27) of the time
 * {@code g(p) = A / log2(1 + gamma p)}.
 *
 * <p>The formulas are reconstructed: they are lost in the text we have. Slip: f is concave, so its tangent is an upper
 * bound as the method needs; g is convex, so its tangent is a lower bound and the linearised set holds powers that miss
 * the deadline. Here a step that would leave the feasible powers is halved until it does not, which keeps every iterate
 * feasible. As f rises, the linearised optimum is where the tangent of g meets the time.
 */
public final class ScaPower implements PowerControl {
    /** Far below the 1e-6 that the closed form is met to; the halving at least halves the error in each step. */
    private static final double RELATIVE_STEP = 1e-12;

    private static final int MOST_ITERATIONS = 200;

    @Override
    public double watts(double bitsPerHertz, double gainToNoise, double seconds, double maxWatts) {
        if (!(PowerControl.uploadSeconds(bitsPerHertz, gainToNoise, maxWatts) <= seconds)) {
            return Double.POSITIVE_INFINITY;
        }
        double watts = maxWatts;
        double joules = joules(bitsPerHertz, gainToNoise, watts);
        for (int i = 0; i < MOST_ITERATIONS; i++) {
            double next = step(bitsPerHertz, gainToNoise, seconds, watts);
            double nextJoules = joules(bitsPerHertz, gainToNoise, next);
            boolean settled = Math.abs(watts - next) <= RELATIVE_STEP * watts
                    && Math.abs(nextJoules - joules) <= RELATIVE_STEP * joules;
            watts = next;
            joules = nextJoules;
            if (settled) {
                break;
            }
        }
        return watts;
    }

    /** The optimum of the linearised problem around a feasible power, pulled back until it is feasible itself. */
    private static double step(double bitsPerHertz, double gainToNoise, double seconds, double watts) {
        double log = Math.log1p(gainToNoise * watts) / Math.log(2);
        double slope = -bitsPerHertz * gainToNoise / ((1 + gainToNoise * watts) * Math.log(2) * log * log);
        double target = Math.max(0, watts + (seconds - bitsPerHertz / log) / slope);
        double next = target;
        double share = 1;
        while (!(PowerControl.uploadSeconds(bitsPerHertz, gainToNoise, next) <= seconds)) {
            share /= 2;
            next = watts + share * (target - watts);
        }
        return next;
    }

    private static double joules(double bitsPerHertz, double gainToNoise, double watts) {
        return watts * PowerControl.uploadSeconds(bitsPerHertz, gainToNoise, watts);
    }
}
