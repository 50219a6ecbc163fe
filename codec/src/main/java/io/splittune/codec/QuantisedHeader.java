package io.splittune.codec;

/**
 * What a quantised frame says about itself, behind its shape.
 *
 * @param coder the lossless stage
 * @param kept K, at least 1
 * @param range E, s_min and s_max
 * @param offsets of the points that levels decode to
 * @param sharedMask whether the receiver knows the positions already
 * @param maskChecksum checksum of that mask; 0 when there is none
 */
record QuantisedHeader(
        Coder coder, int kept, QuantiserRange range, PointOffsets offsets, boolean sharedMask, int maskChecksum) {}
