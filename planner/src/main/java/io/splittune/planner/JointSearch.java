package io.splittune.planner;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * The best cuts and common clock of {@link JointCosts}, by branch and bound over boxes of clock and delay.
 *
 * <p>In the box [f1, f2] x [tau1, tau2] no round costs less than one of tau1 seconds at f1 with the least server work that is
 * possible at f2 within tau2, since that work only rises with less time and a lower clock; the knapsack gives it. The cuts
 * found there are tried at their best clock. Ends when the least open bound is within the tolerance of the best round.
 */
final class JointSearch {
    /** Of the normalised cost: a thousandth of the way from the best to the worst of delay or energy. */
    private static final double TOLERANCE = 1e-3;

    private static final int NODES = 200;
    private static final int BISECTIONS = 50;
    private static final double ROUNDING = 1e-9;

    /** Options looked at in all: some seconds. */
    private static final long MOST_WORK = 100_000_000;

    /** What trying cuts takes for each device: clocks of the golden section times steps of the band's bisection. */
    private static final int ATTEMPT = 2000;

    private final JointCosts costs;
    private final PriorityQueue<Box> open = new PriorityQueue<>(Comparator.comparingDouble(Box::bound));
    private final Set<List<Integer>> tried = new HashSet<>();
    private int[] bestCuts = new int[0];
    private double bestClockHz;
    private double bestCost = Double.POSITIVE_INFINITY;
    private long work;

    private record Box(double lowHz, double highHz, double lowSeconds, double highSeconds, double bound) {}

    JointSearch(JointCosts costs) {
        this.costs = costs;
    }

    /** Positions of the cuts (none if no round meets the deadline), clock, cost, a cost that no round is below, and a delay. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Found(int[] cuts, double clockHz, double cost, double boundCost, double boundSeconds) {}

    /** Searches; with a weight that counts only the delay, at the greatest clock alone. */
    Found search(boolean delayAlone) {
        int[] last = costs.lastCuts();
        double shortest = shortestSeconds();
        // More time than the least server work takes at the lowest clock serves nothing.
        double longest = Math.min(costs.delaySeconds(last, costs.minClockHz()), costs.deadlineSeconds());
        attempt(new int[last.length]);
        attempt(last);
        if (shortest <= longest) {
            push(delayAlone ? costs.maxClockHz() : costs.minClockHz(), costs.maxClockHz(), shortest, longest);
        }
        while (isOpen() && work < MOST_WORK) {
            split(open.remove());
        }
        double bound = open.isEmpty() ? bestCost : Math.min(bestCost, open.peek().bound);
        return new Found(bestCuts, bestClockHz, bestCost, bound, shortest);
    }

    private boolean isOpen() {
        return !open.isEmpty() && open.peek().bound < bestCost - TOLERANCE;
    }

    private void split(Box box) {
        double cycles = costs.cycles(costs.lastCuts());
        double middleHz = (box.lowHz + box.highHz) / 2;
        double middleSeconds = (box.lowSeconds + box.highSeconds) / 2;
        double byClock = costs.cost(0, box.highHz, cycles) - costs.cost(0, box.lowHz, cycles);
        double bySeconds = costs.cost(box.highSeconds, 0, 0) - costs.cost(box.lowSeconds, 0, 0);
        boolean isThin = box.highSeconds - box.lowSeconds <= ROUNDING * box.highSeconds;
        if (byClock >= bySeconds || isThin) {
            push(box.lowHz, middleHz, box.lowSeconds, box.highSeconds);
            push(middleHz, box.highHz, box.lowSeconds, box.highSeconds);
        } else {
            push(box.lowHz, box.highHz, box.lowSeconds, middleSeconds);
            push(box.lowHz, box.highHz, middleSeconds, box.highSeconds);
        }
    }

    private void push(double lowHz, double highHz, double lowSeconds, double highSeconds) {
        CutKnapsack.Answer answer = costs.cutsWithin(highSeconds * (1 + ROUNDING), highHz, NODES);
        work += (long) answer.nodes() * costs.options();
        double busy = answer.boundWork() / highHz;
        if (!answer.isPossible() || busy > highSeconds * (1 + ROUNDING)) {
            return;
        }
        attempt(answer.cuts());
        double bound = costs.cost(Math.max(lowSeconds, busy), lowHz, answer.boundWork());
        if (bound < bestCost) {
            open.add(new Box(lowHz, highHz, lowSeconds, highSeconds, bound));
        }
    }

    private void attempt(int[] cuts) {
        if (!tried.add(Arrays.stream(cuts).boxed().toList())) {
            return;
        }
        work += (long) ATTEMPT * cuts.length;
        double clockHz = costs.bestClockHz(cuts);
        double cost = costs.costAt(cuts, clockHz);
        if (cost < bestCost) {
            bestCost = cost;
            bestClockHz = clockHz;
            bestCuts = cuts.clone();
        }
    }

    /** A delay that no round is below: at the greatest clock, bisected on the knapsack's relaxation. */
    private double shortestSeconds() {
        double low = 0;
        double high = costs.delaySeconds(new int[costs.devices()], costs.maxClockHz());
        for (int step = 0; step < BISECTIONS && high - low > ROUNDING * high; step++) {
            double middle = (low + high) / 2;
            CutKnapsack.Answer answer = costs.cutsWithin(middle, costs.maxClockHz(), 1);
            if (answer.isPossible() && answer.boundWork() / costs.maxClockHz() <= middle) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return low;
    }
}
