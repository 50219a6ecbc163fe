package io.splittune.codec;

/**
 * What a compression does to one tensor, measured.
 *
 * @param elements n, the number of elements
 * @param rawBytes 4 n: the tensor in fp32
 * @param encodedBytes the whole frame: header, positions, levels, signs and checksum
 * @param entropyBoundBytes what no coder that knows only the kept fraction and the histogram of the levels can go below
 *     on average: {@code (n H(K/n) + K H(levels) + K) / 8}, H in bits, one bit per sign; without the position term on a
 *     shared mask; the plain payload when nothing is quantised. A coder with better statistics may go below it
 * @param channelBoundBytes the same with histograms of positions, levels and signs for each channel, known for nothing
 * @param meanSquaredError mean over all n elements of the squared difference to the original, dropped ones included
 * @param maxAbsoluteError largest absolute difference to the original
 * @param encodeBytesPerSecond rawBytes over the time of encoding, best of the timed runs
 * @param decodeBytesPerSecond rawBytes over the time of decoding, best of the timed runs
 */
public record CodecReport(
        long elements,
        long rawBytes,
        long encodedBytes,
        double entropyBoundBytes,
        double channelBoundBytes,
        double meanSquaredError,
        double maxAbsoluteError,
        double encodeBytesPerSecond,
        double decodeBytesPerSecond) {

    /** Returns rawBytes over encodedBytes. */
    public double ratio() {
        return (double) rawBytes / encodedBytes;
    }
}
