package io.splittune.planner;

import io.splittune.planner.CardOptions.Extremes;
import io.splittune.wireless.PhaseSeconds;
import java.util.List;

/**
 * What one device's round costs by cut c and server clock f: CARD eq. (7) to (12), (16).
 *
 * <p>D = rest(c) + cycles(c) / f and E = xi f^2 cycles(c), cycles being the server's operations over delta sigma. xi cancels
 * in U, so energies are weighed without it, and a server without an energy model is decided as any other. Immutable.
 */
final class CardCosts {
    private final String id;
    private final int[] cuts;
    private final double[] restSeconds;
    private final double[] serverCycles;
    /** What sending the frozen half takes in a first round. */
    private final double[] frozenSeconds;

    private final double switchedCapacitance;
    private final double minClockHz;
    private final double maxClockHz;
    private final double weight;
    private double minDelay;
    private double maxDelay;
    private double minEffort;
    private double maxEffort;

    /** A device over the whole band, with its allowed cuts in rising order; at least one. */
    CardCosts(RoundCosts costs, int device, CompressionOption compression, CardOptions options) {
        Problem problem = costs.problem();
        List<Integer> allowed = costs.cutsOf(device);
        this.id = problem.devices().get(device).id();
        this.cuts = allowed.stream().mapToInt(Integer::intValue).sorted().toArray();
        this.restSeconds = new double[cuts.length];
        this.serverCycles = new double[cuts.length];
        this.frozenSeconds = new double[cuts.length];
        this.switchedCapacitance = problem.server().switchedCapacitance();
        this.minClockHz = options.minServerClockHz();
        this.maxClockHz = problem.server().clockHz();
        this.weight = options.weight();
        for (int i = 0; i < cuts.length; i++) {
            Choice choice = new Choice(cuts[i], compression);
            PhaseSeconds phases = costs.phases(device, choice, problem.totalBandwidthHz(), false);
            restSeconds[i] = phases.ed() + phases.cc() + phases.it() + phases.gt() + phases.du() + phases.lt();
            serverCycles[i] = phases.sc() * maxClockHz;
            frozenSeconds[i] = problem.firstRound()
                    ? costs.phases(device, choice, problem.totalBandwidthHz(), true)
                                    .ed()
                            - phases.ed()
                    : 0;
        }
        if (options.extremes() == Extremes.CORNER) {
            takeCorners();
        } else {
            takeBox();
        }
    }

    private void takeCorners() {
        int last = cuts.length - 1;
        minDelay = delaySeconds(0, maxClockHz);
        maxDelay = delaySeconds(last, minClockHz);
        minEffort = effort(last, minClockHz);
        maxEffort = effort(0, maxClockHz);
        if (maxDelay <= minDelay) {
            takeBox();
        }
    }

    private void takeBox() {
        minDelay = Double.POSITIVE_INFINITY;
        maxDelay = 0;
        minEffort = Double.POSITIVE_INFINITY;
        maxEffort = 0;
        for (int i = 0; i < cuts.length; i++) {
            minDelay = Math.min(minDelay, delaySeconds(i, maxClockHz));
            maxDelay = Math.max(maxDelay, delaySeconds(i, minClockHz));
            minEffort = Math.min(minEffort, effort(i, minClockHz));
            maxEffort = Math.max(maxEffort, effort(i, maxClockHz));
        }
    }

    /** D of the i-th cut. */
    private double delaySeconds(int i, double clockHz) {
        return restSeconds[i] + serverCycles[i] / clockHz;
    }

    /** E over xi. */
    private double effort(int i, double clockHz) {
        return clockHz * clockHz * serverCycles[i];
    }

    /** U of the i-th cut, eq. (12). */
    double cost(int i, double clockHz) {
        return weight * (delaySeconds(i, clockHz) - minDelay) / CardExtremes.span(minDelay, maxDelay)
                + (1 - weight) * (effort(i, clockHz) - minEffort) / CardExtremes.span(minEffort, maxEffort);
    }

    /** The clock of eq. (16), which is the best for every cut: Q does not depend on c. */
    double clockHz() {
        if (weight == 1) {
            return maxClockHz;
        }
        double ratio = weight
                * CardExtremes.span(minEffort, maxEffort)
                / (2 * (1 - weight) * CardExtremes.span(minDelay, maxDelay));
        return Math.min(maxClockHz, Math.max(minClockHz, Math.cbrt(ratio)));
    }

    /** The delay of the i-th cut at the greatest clock, in this round. */
    double leastSeconds(int i) {
        return delaySeconds(i, maxClockHz) + frozenSeconds[i];
    }

    /** The least delay of all cuts, in this round. */
    double leastSeconds() {
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < cuts.length; i++) {
            least = Math.min(least, leastSeconds(i));
        }
        return least;
    }

    /** The greatest clock. */
    double maxClockHz() {
        return maxClockHz;
    }

    /** The position of the best cut at a clock, the least of equals: Alg. 1, lines 2 to 9. */
    int best(double clockHz) {
        int best = 0;
        for (int i = 1; i < cuts.length; i++) {
            best = cost(i, clockHz) < cost(best, clockHz) ? i : best;
        }
        return best;
    }

    /** The position of the greatest cut. */
    int last() {
        return cuts.length - 1;
    }

    /** The position of an allowed cut. */
    int positionOf(int cut) {
        for (int i = 0; i < cuts.length; i++) {
            if (cuts[i] == cut) {
                return i;
            }
        }
        throw new IllegalArgumentException("Device " + id + " has no cut " + cut + ".");
    }

    CardDecision decision(int i, double clockHz) {
        CardExtremes extremes =
                new CardExtremes(minDelay, maxDelay, switchedCapacitance * minEffort, switchedCapacitance * maxEffort);
        return new CardDecision(
                id,
                cuts[i],
                clockHz,
                delaySeconds(i, clockHz),
                switchedCapacitance * effort(i, clockHz),
                cost(i, clockHz),
                extremes);
    }
}
