package io.splittune.planner;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * One cut for each device, of the least server work that the band allows: a multiple-choice knapsack with one resource.
 *
 * <p>Bound: the linear relaxation, which takes each device's lower convex hull of (band, work) and the steps down it in the
 * order of what they save per hertz (Sinha and Zoltners 1979). Search: best bound first, branching on the device whose step
 * the relaxation splits. Best-first ends with a proof; stopped early, it leaves the least bound that is still open.
 */
final class CutKnapsack {
    private static final double TOLERANCE = 1e-12;

    private final double[][] needHz;
    private final double[][] work;
    private final double bandHz;
    private final int[] leastCuts;
    /** The hulls' steps, those first that save most per hertz. */
    private final List<Step> steps = new ArrayList<>();

    /**
     * Takes the options, by device and cut.
     *
     * @param needHz band that the device needs with the cut; infinite where it cannot
     * @param work what the server has to do then
     * @param bandHz what all needs together may have
     */
    CutKnapsack(double[][] needHz, double[][] work, double bandHz) {
        this.needHz = needHz;
        this.work = work;
        this.bandHz = bandHz;
        this.leastCuts = new int[needHz.length];
        for (int n = 0; n < leastCuts.length; n++) {
            leastCuts[n] = least(n);
            addHull(n);
        }
        steps.sort(Comparator.comparingDouble(step -> -step.saved / step.hertz));
    }

    /** The best cuts found, as positions (none if nothing fits), a work that no cuts are below, and relaxations solved. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Answer(int[] cuts, double boundWork, int nodes) {
        boolean isPossible() {
            return cuts.length > 0;
        }
    }

    /** A relaxation: its work, the cuts of its whole steps, and the device whose step is split, or -1. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Relaxed(double bound, int[] cuts, double wholeWork, int split, int[] fixed) {}

    private record Step(int device, int to, double hertz, double saved) {}

    /**
     * Searches.
     *
     * @param nodes relaxations at most, at least 1
     */
    Answer solve(int nodes) {
        int[] free = new int[needHz.length];
        Arrays.fill(free, -1);
        PriorityQueue<Relaxed> open = new PriorityQueue<>(Comparator.comparingDouble(Relaxed::bound));
        Relaxed best = relax(free);
        if (best.cuts.length == 0) {
            return new Answer(new int[0], Double.POSITIVE_INFINITY, 1);
        }
        open.add(best);
        int solved = 1;
        while (!open.isEmpty() && open.peek().bound < best.wholeWork * (1 - TOLERANCE) && solved < nodes) {
            Relaxed node = open.remove();
            for (int cut = 0; cut < needHz[node.split].length; cut++) {
                int[] fixed = node.fixed.clone();
                fixed[node.split] = cut;
                Relaxed child = relax(fixed);
                solved++;
                if (child.cuts.length > 0 && child.bound < best.wholeWork * (1 - TOLERANCE)) {
                    open.add(child);
                    best = child.wholeWork < best.wholeWork ? child : best;
                }
            }
        }
        double bound = open.isEmpty() ? best.wholeWork : Math.min(best.wholeWork, open.peek().bound);
        return new Answer(best.cuts, bound, solved);
    }

    private Relaxed relax(int[] fixed) {
        int[] cuts = new int[needHz.length];
        double left = bandHz;
        double total = 0;
        for (int n = 0; n < cuts.length; n++) {
            cuts[n] = fixed[n] >= 0 ? fixed[n] : leastCuts[n];
            left -= needHz[n][cuts[n]];
            total += work[n][cuts[n]];
        }
        if (!(left >= -TOLERANCE * bandHz)) {
            return new Relaxed(Double.POSITIVE_INFINITY, new int[0], Double.POSITIVE_INFINITY, -1, fixed);
        }
        return descend(cuts, left, total, fixed);
    }

    /** Takes steps while they fit; of one that does not, the relaxation takes a part, and whole cuts skip the device. */
    private Relaxed descend(int[] cuts, double band, double total, int[] fixed) {
        boolean[] isStuck = new boolean[cuts.length];
        double left = band;
        double whole = total;
        double bound = total;
        int split = -1;
        for (Step step : steps) {
            if (fixed[step.device] >= 0) {
                continue;
            }
            if (split < 0 && step.hertz > left) {
                split = step.device;
                bound = whole - step.saved * Math.max(0, left) / step.hertz;
            }
            if (isStuck[step.device] || step.hertz > left) {
                isStuck[step.device] = true;
                continue;
            }
            left -= step.hertz;
            whole -= step.saved;
            cuts[step.device] = step.to;
        }
        return new Relaxed(split < 0 ? whole : bound, cuts, whole, split, fixed);
    }

    /** The position of the least band, of equals the least work. */
    private int least(int n) {
        int least = 0;
        for (int i = 1; i < needHz[n].length; i++) {
            boolean equal = needHz[n][i] == needHz[n][least];
            least = needHz[n][i] < needHz[n][least] || (equal && work[n][i] < work[n][least]) ? i : least;
        }
        return least;
    }

    /** Adds the steps of a device's hull: from each vertex the step that saves most per hertz. */
    private void addHull(int n) {
        int from = leastCuts[n];
        while (from >= 0) {
            int next = -1;
            double steepest = 0;
            for (int i = 0; i < needHz[n].length; i++) {
                double hertz = needHz[n][i] - needHz[n][from];
                double slope = (work[n][from] - work[n][i]) / hertz;
                if (hertz > 0 && Double.isFinite(hertz) && slope > 0 && slope >= steepest) {
                    steepest = slope;
                    next = i;
                }
            }
            if (next >= 0) {
                steps.add(new Step(n, next, needHz[n][next] - needHz[n][from], work[n][from] - work[n][next]));
            }
            from = next;
        }
    }
}
