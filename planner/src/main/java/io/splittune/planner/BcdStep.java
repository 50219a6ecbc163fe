package io.splittune.planner;

/**
 * A step of SFLAM's Algorithm 3.
 *
 * @param iteration from 1; 0 is the start
 * @param stage what was just solved
 * @param participants devices with a block
 * @param meanJoules their mean energy of a round; 0 without participants
 * @param meanBits their mean q; 0 without participants
 * @param efficiency U
 */
public record BcdStep(
        int iteration, Stage stage, int participants, double meanJoules, double meanBits, double efficiency) {
    /** The three subproblems. */
    public enum Stage {
        /** Where the descent starts: devices in order, fewest bits, all power. */
        START,
        /** Powers, bits and blocks fixed. */
        POWER,
        /** Bits, each with its own power, blocks fixed. */
        QUANTISATION,
        /** Blocks. */
        BLOCKS
    }
}
