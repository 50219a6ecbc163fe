package io.splittune.codec;

import java.util.Arrays;

/**
 * Levels bit by bit, from the mean level of the channel so far. Confined to one thread.
 *
 * <p>Up to E = 7 a level is a run of ones, one per step up, ended by a zero unless it is E: small levels are the most
 * frequent by far. Above, its high 8 bits (or all of them) go down a binary tree from the highest, and the rest are one run
 * of plain bits. Every step of the run and every node of the tree has an estimate per class of the channel's
 * mean (first a half, counted as 1, limit 1023).
 *
 * <p>A channel's mean is kept in 1/65536 of 2^bits(E): none at first, then the first level's middle
 * {@code m = (2 h + 1) 32768 / 2^w} (h the high bits and w their number), then moved by {@code (m - mean) >> 4}. With
 * {@code v = (mean >> 6) + 4} its class is {@code 2 (bits(v) - 3) + (second highest bit of v)}, in [0, 17]; 18 with no mean.
 */
final class LevelModel {
    /** Largest E that is coded as a run. */
    private static final int LARGEST_RUN = 7;

    private static final int TREE_BITS = 8;
    private static final int MODEL_LIMIT = 1023;
    private static final int MODEL_PRIOR = 1;
    private static final int MEAN_SHIFT = 4;
    private static final int CLASS_SHIFT = 6;
    private static final int NO_MEAN_CLASS = 18;
    private static final int NO_MEAN = -1;
    private static final int HALF = 1 << (AdaptiveBit.PROBABILITY_BITS - 1);

    private final int largest;
    private final int highBits;
    private final int plainBits;
    private final int[] means;
    private final int[] models;

    /** Starts without knowledge. */
    LevelModel(int columns, int largest) {
        this.largest = largest;
        this.highBits = Math.min(TREE_BITS, FrameFormat.bits(largest));
        this.plainBits = FrameFormat.bits(largest) - highBits;
        this.means = new int[columns];
        Arrays.fill(means, NO_MEAN);
        this.models = new int[(NO_MEAN_CLASS + 1) << highBits];
        Arrays.fill(models, AdaptiveBit.initial(HALF, MODEL_PRIOR));
    }

    /** Codes the level of the next kept value, of this channel. */
    void encode(RangeEncoder encoder, int channel, int level) {
        int base = base(channel);
        if (largest <= LARGEST_RUN) {
            for (int step = 0; step < largest; step++) {
                int bit = step < level ? 1 : 0;
                encoder.encode(bit, learn(base + step, bit));
                if (bit == 0) {
                    break;
                }
            }
        } else {
            int node = 1;
            for (int shift = highBits + plainBits - 1; shift >= plainBits; shift--) {
                int bit = level >>> shift & 1;
                encoder.encode(bit, learn(base + node, bit));
                node = node << 1 | bit;
            }
            if (plainBits > 0) {
                encoder.encodePlain(level & (1 << plainBits) - 1, plainBits);
            }
        }
        updateMean(channel, level);
    }

    /**
     * Decodes the level of the next kept value, of this channel.
     *
     * @throws MalformedFrameException if it is above E
     */
    int decode(RangeDecoder decoder, int channel) {
        int base = base(channel);
        int level;
        if (largest <= LARGEST_RUN) {
            level = 0;
            while (level < largest && decodeBit(decoder, base + level) != 0) {
                level++;
            }
        } else {
            level = 1;
            for (int i = 0; i < highBits; i++) {
                level = level << 1 | decodeBit(decoder, base + level);
            }
            level ^= 1 << highBits;
            if (plainBits > 0) {
                level = level << plainBits | decoder.decodePlain(plainBits);
            }
            if (level > largest) {
                throw decoder.malformed("level " + level + ", at most " + largest);
            }
        }
        updateMean(channel, level);
        return level;
    }

    private int decodeBit(RangeDecoder decoder, int model) {
        int state = models[model];
        int bit = decoder.decode(AdaptiveBit.probability(state));
        models[model] = AdaptiveBit.update(state, bit, MODEL_LIMIT);
        return bit;
    }

    /** Lets an estimate see a bit; returns the probability it gave before. */
    private int learn(int model, int bit) {
        int state = models[model];
        models[model] = AdaptiveBit.update(state, bit, MODEL_LIMIT);
        return AdaptiveBit.probability(state);
    }

    private int base(int channel) {
        int mean = means[channel];
        if (mean == NO_MEAN) {
            return NO_MEAN_CLASS << highBits;
        }
        int v = (mean >> CLASS_SHIFT) + 4;
        int octave = FrameFormat.bits(v) - 1;
        return ((octave - 2) << 1 | (v >>> (octave - 1) & 1)) << highBits;
    }

    private void updateMean(int channel, int level) {
        int middle = ((2 * (level >>> plainBits) + 1) * HALF) >> highBits;
        int mean = means[channel];
        means[channel] = mean == NO_MEAN ? middle : mean + ((middle - mean) >> MEAN_SHIFT);
    }
}
