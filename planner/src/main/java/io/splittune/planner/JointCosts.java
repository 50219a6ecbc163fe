package io.splittune.planner;

import io.splittune.planner.CardOptions.Extremes;
import io.splittune.wireless.PhaseSeconds;
import java.util.List;
import java.util.Optional;

/**
 * Rounds in which all devices share one server clock f and the band: delay and effort by cuts and f.
 *
 * <p>With cuts c a round of tau seconds is possible iff the shares b with {@code rest(c) + cycles(c) / f + V(c) / b <= tau}
 * fit into the band, and the server's time does: {@code sum cycles / f <= tau}. For given cuts that set is convex in (f,
 * tau), as V / b is convex in both. Effort is E over xi: {@code f^2 sum cycles}.
 */
final class JointCosts {
    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;
    private static final int GOLDEN_STEPS = 40;

    private final RoundCosts costs;
    private final CardOptions options;
    private final BandwidthAllocation allocation = new BisectionBandwidth();
    private final List<List<Choice>> choices;
    private final double[][] restSeconds;
    private final double[][] serverCycles;
    private final double[][] workHzSeconds;
    private final double[] capsHz;
    private final double minClockHz;
    private final double maxClockHz;
    private final double deadlineSeconds;
    private final Span span;

    /** What delay and effort are normalised by. */
    private record Span(double minDelay, double maxDelay, double minEffort, double maxEffort) {}

    /** A problem that nothing forbids; of each device the allowed cuts in rising order, with the compression. */
    JointCosts(RoundCosts costs, List<List<Choice>> choices, CardOptions options) {
        this(costs, choices, options, Optional.empty());
    }

    /** The same with one choice for each device; normalised as before, or the weight would mean another thing. */
    JointCosts keeping(List<Choice> kept) {
        return new JointCosts(costs, kept.stream().map(List::of).toList(), options, Optional.of(span));
    }

    private JointCosts(
            RoundCosts costs, List<List<Choice>> choices, CardOptions options, Optional<Span> normalisation) {
        this.costs = costs;
        this.options = options;
        this.choices = List.copyOf(choices);
        int devices = costs.size();
        this.restSeconds = new double[devices][];
        this.serverCycles = new double[devices][];
        this.workHzSeconds = new double[devices][];
        this.capsHz = new double[devices];
        this.minClockHz = options.minServerClockHz();
        this.maxClockHz = costs.problem().server().clockHz();
        this.deadlineSeconds = costs.problem().maxDelaySeconds().orElse(Double.POSITIVE_INFINITY);
        for (int n = 0; n < devices; n++) {
            capsHz[n] = costs.capHz(n);
            fill(n, choices.get(n));
        }
        this.span = normalisation.orElseGet(this::ownSpan);
    }

    private void fill(int n, List<Choice> own) {
        restSeconds[n] = new double[own.size()];
        serverCycles[n] = new double[own.size()];
        workHzSeconds[n] = new double[own.size()];
        for (int i = 0; i < own.size(); i++) {
            Choice choice = own.get(i);
            PhaseSeconds phases =
                    costs.phases(n, choice, costs.totalHz(), costs.problem().firstRound());
            restSeconds[n][i] = phases.ed() + phases.cc() + phases.du();
            serverCycles[n][i] = phases.sc() * maxClockHz;
            workHzSeconds[n][i] = costs.workHzSeconds(n, choice.cut(), choice.compression());
        }
    }

    /** As CARD's, with all devices at their first cut, and all at their last. */
    private Span ownSpan() {
        int[] first = new int[choices.size()];
        int[] last = lastCuts();
        double minDelay = delaySeconds(first, maxClockHz);
        double maxDelay = delaySeconds(last, minClockHz);
        if (options.extremes() == Extremes.BOX || maxDelay <= minDelay) {
            minDelay = Math.min(minDelay, delaySeconds(last, maxClockHz));
            maxDelay = Math.max(maxDelay, delaySeconds(first, minClockHz));
        }
        return new Span(
                minDelay, maxDelay, minClockHz * minClockHz * cycles(last), maxClockHz * maxClockHz * cycles(first));
    }

    /** The normalisation with joules. */
    CardExtremes extremes() {
        double xi = costs.problem().server().switchedCapacitance();
        return new CardExtremes(span.minDelay, span.maxDelay, xi * span.minEffort, xi * span.maxEffort);
    }

    double serverJoules(int[] positions, double clockHz) {
        return costs.problem().server().switchedCapacitance() * clockHz * clockHz * cycles(positions);
    }

    Choice choice(int device, int position) {
        return choices.get(device).get(position);
    }

    /** How many cuts all devices have together. */
    int options() {
        return choices.stream().mapToInt(List::size).sum();
    }

    int devices() {
        return choices.size();
    }

    int[] lastCuts() {
        int[] last = new int[choices.size()];
        for (int n = 0; n < last.length; n++) {
            last[n] = choices.get(n).size() - 1;
        }
        return last;
    }

    double minClockHz() {
        return minClockHz;
    }

    double maxClockHz() {
        return maxClockHz;
    }

    double deadlineSeconds() {
        return deadlineSeconds;
    }

    /** The server's cycles for all devices. */
    double cycles(int[] positions) {
        double sum = 0;
        for (int n = 0; n < positions.length; n++) {
            sum += serverCycles[n][positions[n]];
        }
        return sum;
    }

    /** The normalised cost of a delay and an effort of {@code clockHz^2 cycles}: eq. (12) with the round's sums. */
    double cost(double seconds, double clockHz, double cycles) {
        double delay = (seconds - span.minDelay) / CardExtremes.span(span.minDelay, span.maxDelay);
        double effort =
                (clockHz * clockHz * cycles - span.minEffort) / CardExtremes.span(span.minEffort, span.maxEffort);
        return options.weight() * delay + (1 - options.weight()) * effort;
    }

    /** The shares that end a round with these cuts soonest. */
    double[] shares(int[] positions, double clockHz) {
        return allocation.allocate(demand(positions, clockHz));
    }

    /** The least delay of a round. */
    double delaySeconds(int[] positions, double clockHz) {
        BandwidthDemand demand = demand(positions, clockHz);
        return Math.max(demand.delaySeconds(allocation.allocate(demand)), cycles(positions) / clockHz);
    }

    private BandwidthDemand demand(int[] positions, double clockHz) {
        double[] fixed = new double[positions.length];
        double[] work = new double[positions.length];
        for (int n = 0; n < positions.length; n++) {
            fixed[n] = restSeconds[n][positions[n]] + serverCycles[n][positions[n]] / clockHz;
            work[n] = workHzSeconds[n][positions[n]];
        }
        return new BandwidthDemand(fixed, work, costs.minimumHz(), capsHz, costs.totalHz());
    }

    /** The cuts of least server work that let every chain end within {@code seconds}. */
    CutKnapsack.Answer cutsWithin(double seconds, double clockHz, int nodes) {
        double[][] need = new double[choices.size()][];
        for (int n = 0; n < choices.size(); n++) {
            need[n] = new double[choices.get(n).size()];
            for (int i = 0; i < need[n].length; i++) {
                double hertz = BandwidthDemand.neededHz(
                        workHzSeconds[n][i], seconds - restSeconds[n][i] - serverCycles[n][i] / clockHz);
                need[n][i] = hertz > capsHz[n] ? Double.POSITIVE_INFINITY : Math.max(costs.minimumHz(), hertz);
            }
        }
        return new CutKnapsack(need, serverCycles, costs.totalHz()).solve(nodes);
    }

    /** The best clock for given cuts, by golden section: their cost is convex in f. Infinite beyond the deadline. */
    double bestClockHz(int[] positions) {
        double low = minClockHz;
        double high = maxClockHz;
        double left = high - GOLDEN * (high - low);
        double right = low + GOLDEN * (high - low);
        double costLeft = costAt(positions, left);
        double costRight = costAt(positions, right);
        for (int step = 0; step < GOLDEN_STEPS && high - low > 1e-9 * high; step++) {
            if (costLeft == Double.POSITIVE_INFINITY || costLeft > costRight) {
                low = left;
                left = right;
                costLeft = costRight;
                right = low + GOLDEN * (high - low);
                costRight = costAt(positions, right);
            } else {
                high = right;
                right = left;
                costRight = costLeft;
                left = high - GOLDEN * (high - low);
                costLeft = costAt(positions, left);
            }
        }
        double best = costLeft <= costRight ? left : right;
        best = costAt(positions, minClockHz) <= costAt(positions, best) ? minClockHz : best;
        return costAt(positions, maxClockHz) < costAt(positions, best) ? maxClockHz : best;
    }

    /** The cost of given cuts at a clock; infinite where the deadline is missed. */
    double costAt(int[] positions, double clockHz) {
        double seconds = delaySeconds(positions, clockHz);
        return seconds > deadlineSeconds ? Double.POSITIVE_INFINITY : cost(seconds, clockHz, cycles(positions));
    }
}
