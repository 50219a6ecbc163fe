package io.splittune.codec;

/** Writes the values of tensors for {@link AdapterCodec}; its inverse is {@link AdapterReader}. Confined to one thread. */
final class AdapterWriter {
    /** The most decisions of a value: same sign, an exponent of 8 bits, zero. */
    private static final int MOST_DECISIONS = 12;

    private final RangeEncoder coder = new RangeEncoder();
    private final BitWriter plain;
    private LearningBits bits = AdapterContexts.fresh();
    private int highest;

    /**
     * Starts.
     *
     * @param values that will be written, at most
     */
    AdapterWriter(long values, int tensors) {
        plain = new BitWriter(Integer.SIZE * (values + tensors));
        coder.start(0);
    }

    /** From here on learns in these contexts. */
    void use(LearningBits contexts) {
        bits = contexts;
    }

    /** Writes the highest exponent of the values that follow. */
    void highest(int exponent) {
        highest = exponent;
        plain.write(exponent, AdapterContexts.EXPONENT_BITS);
    }

    /** Makes room for a number of values, or of decisions that are no more. */
    void room(int values) {
        coder.roomFor(Math.multiplyExact(values, MOST_DECISIONS));
    }

    /** Writes a number of that many bits that nothing is known of. */
    void plain(int value, int count) {
        plain.write(value, count);
    }

    /** Writes a value that has no reference. */
    void value(int value) {
        bit(AdapterContexts.sign(), value >>> (Integer.SIZE - 1));
        magnitude(value, AdapterContexts.NOWHERE);
    }

    /** Writes a value beside its reference. */
    void value(int value, int reference, int referenceHighest) {
        int place = AdapterContexts.place(reference, referenceHighest);
        if (place == AdapterContexts.NOWHERE) {
            value(value);
        } else if ((value ^ reference) < 0) {
            bit(AdapterContexts.sameSign(place), 0);
            magnitude(value, place);
        } else {
            bit(AdapterContexts.sameSign(place), 1);
            difference((value & AdapterContexts.MAGNITUDE) - (reference & AdapterContexts.MAGNITUDE), place);
        }
    }

    private void magnitude(int value, int place) {
        int exponent = AdapterContexts.exponentOf(value);
        int mantissa = value & (1 << AdapterContexts.MANTISSA_BITS) - 1;
        int fall = highest - exponent;
        if (fall >>> AdapterContexts.FALL_BITS == 0) {
            bit(AdapterContexts.near(place), 1);
            tree(AdapterContexts.fall(place), fall, AdapterContexts.FALL_BITS);
        } else {
            bit(AdapterContexts.near(place), 0);
            tree(AdapterContexts.exponent(), exponent, AdapterContexts.EXPONENT_BITS);
        }
        if (exponent == 0) {
            bit(AdapterContexts.zero(), mantissa == 0 ? 1 : 0);
            if (mantissa == 0) {
                return;
            }
        }
        plain.write(mantissa, AdapterContexts.MANTISSA_BITS);
    }

    private void difference(int difference, int place) {
        int size = Math.abs(difference);
        int length = Integer.SIZE - Integer.numberOfLeadingZeros(size);
        tree(AdapterContexts.bitLength(place), length, AdapterContexts.CLASS_BITS);
        if (length > 0) {
            bit(AdapterContexts.rises(place, length), difference > 0 ? 1 : 0);
            plain.write(size ^ 1 << (length - 1), length - 1);
        }
    }

    /**
     * Writes a quantised difference.
     *
     * @param level with its sign
     * @param width bits of the largest level
     */
    void level(int level, int width) {
        int size = Math.abs(level);
        int low = Math.max(0, width - Byte.SIZE);
        tree(AdapterContexts.level(), size >>> low, width - low);
        plain.write(size & (1 << low) - 1, low);
        if (size > 0) {
            plain.write(level < 0 ? 1 : 0, 1);
        }
    }

    private void tree(int root, int value, int width) {
        int node = 1;
        for (int shift = width - 1; shift >= 0; shift--) {
            int bit = value >>> shift & 1;
            bit(root + node, bit);
            node = node << 1 | bit;
        }
    }

    private void bit(int context, int bit) {
        coder.encode(bit, bits.probability(context));
        bits.learn(context, bit);
    }

    Section decisions() {
        return coder.finish();
    }

    Section plainBits() {
        return plain.finish();
    }
}
