package io.splittune.codec;

/** Empirical entropies: what no coder that knows only certain histograms can go below on average. Pure. */
final class EntropyBound {
    private static final double BITS_PER_NAT = 1 / StrictMath.log(2);

    private EntropyBound() {}

    /**
     * Returns {@code (n H(K/n) + K H(levels) + K) / 8}: the bound for elements that are independent and alike, one bit a
     * sign; without the first term where no positions are sent.
     */
    static double independentBytes(QuantisedTensor tensor, boolean withPositions) {
        Mask mask = tensor.mask();
        int[] histogram = new int[tensor.range().levels() + 1];
        for (char level : tensor.levels()) {
            histogram[level]++;
        }
        double bits = entropyBits(histogram) + mask.kept();
        if (withPositions) {
            bits += entropyBits(mask.kept(), mask.size() - mask.kept());
        }
        return bits / Byte.SIZE;
    }

    /**
     * Returns the same with one histogram of each kind per channel, which is thought to be known for nothing.
     *
     * @param columns C
     */
    static double perChannelBytes(QuantisedTensor tensor, int columns, boolean withPositions) {
        Mask mask = tensor.mask();
        int levels = tensor.range().levels() + 1;
        int[][] histograms = new int[columns][levels];
        int[] negative = new int[columns];
        int[] kept = new int[columns];
        int next = 0;
        for (int position = mask.nextKept(0); position >= 0; position = mask.nextKept(position + 1)) {
            int channel = position % columns;
            kept[channel]++;
            histograms[channel][tensor.levels()[next]]++;
            negative[channel] += (int) (tensor.negative()[next >> 6] >>> next) & 1;
            next++;
        }
        double bits = 0;
        for (int channel = 0; channel < columns; channel++) {
            bits += entropyBits(histograms[channel]);
            bits += entropyBits(negative[channel], kept[channel] - negative[channel]);
            if (withPositions) {
                bits += entropyBits(kept[channel], mask.size() / columns - kept[channel]);
            }
        }
        return bits / Byte.SIZE;
    }

    /** Returns the bits of all symbols together at the empirical entropy of their histogram. */
    private static double entropyBits(int... histogram) {
        long total = 0;
        for (int count : histogram) {
            total += count;
        }
        double bits = 0;
        for (int count : histogram) {
            if (count > 0) {
                bits += count * StrictMath.log((double) total / count) * BITS_PER_NAT;
            }
        }
        return bits;
    }
}
