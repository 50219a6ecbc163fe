package io.splittune.planner;

import java.util.ArrayList;
import java.util.List;

/**
 * Every device with its own cut and compression: the relaxation whose optimum bounds every plan of the problem, and
 * the heterogeneous planner's search.
 *
 * <p>A depends on the cut alone, and the frames are of the same size at every cut, so the compression of the least V
 * is the same at all cuts of a device: one option per device and cut is left.
 */
final class FreeChoice {
    private final List<List<Choice>> choices = new ArrayList<>();
    private final OptionFronts fronts;

    FreeChoice(RoundCosts costs) {
        List<CompressionOption> frontier =
                costs.problem().compressions().frontier(costs.problem().accuracyFloor());
        double[][] fixed = new double[costs.size()][];
        double[][] work = new double[costs.size()][];
        for (int n = 0; n < costs.size(); n++) {
            List<Integer> cuts = costs.cutsOf(n);
            CompressionOption compression = leastWork(costs, n, cuts.get(0), frontier);
            List<Choice> own = new ArrayList<>(cuts.size());
            fixed[n] = new double[cuts.size()];
            work[n] = new double[cuts.size()];
            for (int i = 0; i < cuts.size(); i++) {
                int cut = cuts.get(i);
                fixed[n][i] = costs.fixedSeconds(n, cut);
                work[n][i] = costs.workHzSeconds(n, cut, compression);
                own.add(new Choice(cut, compression));
            }
            choices.add(own);
        }
        this.fronts = new OptionFronts(fixed, work, costs);
    }

    private static CompressionOption leastWork(
            RoundCosts costs, int device, int cut, List<CompressionOption> frontier) {
        CompressionOption best = frontier.get(0);
        double least = Double.POSITIVE_INFINITY;
        for (CompressionOption option : frontier) {
            double work = costs.workHzSeconds(device, cut, option);
            if (work < least) {
                least = work;
                best = option;
            }
        }
        return best;
    }

    /** Bisects below a delay that is known to be possible. */
    OptionFronts.Bracket bisect(double possibleSeconds) {
        return fronts.bisect(possibleSeconds);
    }

    /** Bisects from scratch. */
    OptionFronts.Bracket bisect() {
        return fronts.bisect(fronts.equalShareSeconds());
    }

    /** What each device chooses to end by {@code seconds} with the least band. */
    List<Choice> choices(double seconds) {
        List<Choice> chosen = new ArrayList<>(choices.size());
        for (int n = 0; n < choices.size(); n++) {
            chosen.add(choices.get(n).get(fronts.choice(n, seconds)));
        }
        return chosen;
    }
}
