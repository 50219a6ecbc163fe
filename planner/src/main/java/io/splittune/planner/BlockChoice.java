package io.splittune.planner;

import static io.splittune.planner.BlockMatching.NO_BLOCK;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/** Ways to give blocks to devices: each returns a device's block, or {@link BlockMatching#NO_BLOCK}. */
final class BlockChoice {
    private BlockChoice() {}

    /** Each device in turn takes the first free block on which the fewest bits are in time at all its power. */
    static int[] inOrder(SflamPairs pairs) {
        int bits = pairs.problem().limits().minBits();
        int[] chosen = new int[pairs.devices()];
        Arrays.fill(chosen, NO_BLOCK);
        boolean[] taken = new boolean[pairs.blocks()];
        for (int n = 0; n < chosen.length; n++) {
            for (int k = 0; k < taken.length && chosen[n] == NO_BLOCK; k++) {
                if (!taken[k] && pairs.atGreatestPower(n, k, bits).feasible()) {
                    chosen[n] = k;
                    taken[k] = true;
                }
            }
        }
        return chosen;
    }

    /** Blocks are drawn for devices that are drawn; who cannot use its block has none. */
    static int[] random(SflamPairs pairs, RandomGenerator generator) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < Math.max(pairs.devices(), pairs.blocks()); i++) {
            order.add(i);
        }
        Collections.shuffle(order, new Random(generator.nextLong()));
        int[] chosen = new int[pairs.devices()];
        Arrays.fill(chosen, NO_BLOCK);
        for (int i = 0; i < order.size(); i++) {
            int device = pairs.devices() >= pairs.blocks() ? order.get(i) : i;
            int block = pairs.devices() >= pairs.blocks() ? i : order.get(i);
            if (device < pairs.devices()
                    && block < pairs.blocks()
                    && pairs.best(device, block).feasible()) {
                chosen[device] = block;
            }
        }
        return chosen;
    }

    /** SFLAM's third subproblem. */
    static int[] matched(SflamPairs pairs, MatchingWeight weight) {
        double[][] weights = switch (weight) {
            case ENERGY -> energies(pairs);
            case UTILITY -> losses(pairs);
        };
        int[] chosen = BlockMatching.match(weights);
        for (int n = 0; n < chosen.length; n++) {
            if (chosen[n] != NO_BLOCK && !isWorthwhile(pairs.best(n, chosen[n]), weight)) {
                chosen[n] = NO_BLOCK;
            }
        }
        return chosen;
    }

    private static boolean isWorthwhile(PairChoice choice, MatchingWeight weight) {
        return choice.feasible() && (weight == MatchingWeight.ENERGY || choice.utility() > 0);
    }

    /** Joules; where there is no way, more than any matching without that pair can cost (the paper's "large value"). */
    private static double[][] energies(SflamPairs pairs) {
        double greatest = 0;
        for (int n = 0; n < pairs.devices(); n++) {
            for (int k = 0; k < pairs.blocks(); k++) {
                greatest = Math.max(greatest, pairs.best(n, k).joules());
            }
        }
        double forbidden = (greatest + 1) * (Math.min(pairs.devices(), pairs.blocks()) + 1);
        double[][] weights = new double[pairs.devices()][pairs.blocks()];
        for (int n = 0; n < weights.length; n++) {
            for (int k = 0; k < weights[n].length; k++) {
                PairChoice choice = pairs.best(n, k);
                weights[n][k] = choice.feasible() ? choice.joules() : forbidden;
            }
        }
        return weights;
    }

    /** A pair that gains nothing weighs as much as a block that stays idle. */
    private static double[][] losses(SflamPairs pairs) {
        double[][] weights = new double[pairs.devices()][pairs.blocks()];
        for (int n = 0; n < weights.length; n++) {
            for (int k = 0; k < weights[n].length; k++) {
                PairChoice choice = pairs.best(n, k);
                weights[n][k] = choice.feasible() ? -Math.max(0, choice.utility()) : 0;
            }
        }
        return weights;
    }
}
