package io.splittune.planner;

import static io.splittune.planner.BlockMatching.NO_BLOCK;

import io.splittune.planner.BcdStep.Stage;
import java.util.ArrayList;
import java.util.List;

/**
 * SFLAM's Algorithm 3: block coordinate descent over powers, bits and resource blocks.
 *
 * <p>It starts with the devices in order, the fewest bits and all power; the paper does not say where. It ends when an
 * iteration raises U by no more than 1e-9 of it, or after 100. U never falls: least energy at given bits and the best
 * bits raise every participant's own term, and a choice of blocks that would lower U, which the printed weight does not
 * rule out, is not taken.
 */
final class BlockDescent {
    private static final double RELATIVE_RISE = 1e-9;
    private static final int MOST_ITERATIONS = 100;

    private final SflamPairs pairs;
    private final List<BcdStep> steps = new ArrayList<>();

    /** The answer to the third subproblem: as bits and power are chosen for each pair, it is the same in all iterations. */
    private final List<PairChoice> matched;

    private List<PairChoice> choices;

    private BlockDescent(SflamPairs pairs) {
        this.pairs = pairs;
        this.matched =
                best(pairs, BlockChoice.matched(pairs, pairs.problem().goal().matchingWeight()));
        int bits = pairs.problem().limits().minBits();
        int[] blocks = BlockChoice.inOrder(pairs);
        this.choices = new ArrayList<>(blocks.length);
        for (int n = 0; n < blocks.length; n++) {
            choices.add(blocks[n] == NO_BLOCK ? PairChoice.NONE : pairs.atGreatestPower(n, blocks[n], bits));
        }
        record(0, Stage.START);
    }

    /** Each device's choice, and how they were reached. */
    record Found(List<PairChoice> choices, List<BcdStep> steps) {
        double efficiency() {
            return BlockDescent.efficiency(choices);
        }
    }

    static Found run(SflamPairs pairs) {
        BlockDescent descent = new BlockDescent(pairs);
        double before = efficiency(descent.choices);
        for (int iteration = 1; iteration <= MOST_ITERATIONS; iteration++) {
            descent.iterate(iteration);
            double after = efficiency(descent.choices);
            if (after - before <= RELATIVE_RISE * Math.abs(after)) {
                break;
            }
            before = after;
        }
        return new Found(List.copyOf(descent.choices), List.copyOf(descent.steps));
    }

    private void iterate(int iteration) {
        for (int n = 0; n < choices.size(); n++) {
            PairChoice choice = choices.get(n);
            if (choice.feasible()) {
                choices.set(n, pairs.at(n, choice.block(), choice.bits()));
            }
        }
        record(iteration, Stage.POWER);
        choices = best(pairs, choices.stream().mapToInt(PairChoice::block).toArray());
        record(iteration, Stage.QUANTISATION);
        if (efficiency(matched) > efficiency(choices)) {
            choices = new ArrayList<>(matched);
        }
        record(iteration, Stage.BLOCKS);
    }

    /** The best bits and powers on given blocks. */
    static List<PairChoice> best(SflamPairs pairs, int[] blocks) {
        List<PairChoice> found = new ArrayList<>(blocks.length);
        for (int n = 0; n < blocks.length; n++) {
            found.add(blocks[n] == NO_BLOCK ? PairChoice.NONE : pairs.best(n, blocks[n]));
        }
        return found;
    }

    private static double efficiency(List<PairChoice> choices) {
        return choices.stream()
                .filter(PairChoice::feasible)
                .mapToDouble(PairChoice::utility)
                .sum();
    }

    private void record(int iteration, Stage stage) {
        List<PairChoice> taking = choices.stream().filter(PairChoice::feasible).toList();
        steps.add(new BcdStep(
                iteration,
                stage,
                taking.size(),
                taking.stream().mapToDouble(PairChoice::joules).average().orElse(0),
                taking.stream().mapToInt(PairChoice::bits).average().orElse(0),
                efficiency(choices)));
    }
}
