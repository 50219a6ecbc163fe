package io.splittune.model;

import io.splittune.core.Check;

/**
 * A contiguous part of a transformer: maybe the embedding, blocks {@code [fromBlock, toBlock)}, maybe the head.
 *
 * @param fromBlock first block, counted from zero
 * @param toBlock first block that is not part of it; equal to {@code fromBlock} when there is no block
 * @param embedding whether the patch embedding, class token and positions belong to it; then fromBlock is 0
 * @param head whether the final norm and the classifier belong to it; then toBlock is the depth
 */
public record HalfRange(int fromBlock, int toBlock, boolean embedding, boolean head) {
    /** Checks the order of the blocks. */
    public HalfRange {
        Check.notNegative(fromBlock, "fromBlock");
        Check.require(toBlock >= fromBlock, "toBlock (%s) must be >= fromBlock (%s).", toBlock, fromBlock);
        Check.require(!embedding || fromBlock == 0, "A part with the embedding starts at block 0, not %s.", fromBlock);
    }

    /**
     * The device's half: the embedding and the first blocks.
     *
     * @param cut number of blocks on the device, zero or more
     */
    public static HalfRange device(int cut) {
        return new HalfRange(0, cut, true, false);
    }

    /**
     * The server's half: the remaining blocks, the final norm and the head.
     *
     * @param cut number of blocks on the device, zero to depth
     * @param depth number of blocks of the model
     */
    public static HalfRange server(int cut, int depth) {
        return new HalfRange(cut, depth, false, true);
    }

    /**
     * The whole model.
     *
     * @param depth number of its blocks
     */
    public static HalfRange whole(int depth) {
        return new HalfRange(0, depth, true, true);
    }

    /** Returns the number of blocks. */
    public int blocks() {
        return toBlock - fromBlock;
    }
}
