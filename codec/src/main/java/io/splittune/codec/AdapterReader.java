package io.splittune.codec;

/** Reads what {@link AdapterWriter} wrote, and defines it. Confined to one thread. */
final class AdapterReader {
    private final RangeDecoder coder;
    private final BitReader plain;
    private LearningBits bits = AdapterContexts.fresh();
    private int highest;

    AdapterReader(Section decisions, Section plainBits) {
        coder = new RangeDecoder(decisions, 0);
        plain = new BitReader(plainBits);
    }

    /** From here on learns in these contexts. */
    void use(LearningBits contexts) {
        bits = contexts;
    }

    /** Reads the highest exponent of the values that follow. */
    void highest() {
        highest = plain.read(AdapterContexts.EXPONENT_BITS);
    }

    int plain(int count) {
        return plain.read(count);
    }

    /** Returns a value that has no reference. */
    int value() {
        int sign = bit(AdapterContexts.sign()) << (Integer.SIZE - 1);
        return sign | magnitude(AdapterContexts.NOWHERE);
    }

    /** Returns a value beside its reference. */
    int value(int reference, int referenceHighest) {
        int place = AdapterContexts.place(reference, referenceHighest);
        if (place == AdapterContexts.NOWHERE) {
            return value();
        }
        int sign = reference & ~AdapterContexts.MAGNITUDE;
        return bit(AdapterContexts.sameSign(place)) == 0
                ? (sign ^ 1 << (Integer.SIZE - 1)) | magnitude(place)
                : sign | moved(reference & AdapterContexts.MAGNITUDE, place);
    }

    private int magnitude(int place) {
        int exponent = bit(AdapterContexts.near(place)) == 1
                ? highest - tree(AdapterContexts.fall(place), AdapterContexts.FALL_BITS)
                : tree(AdapterContexts.exponent(), AdapterContexts.EXPONENT_BITS);
        if (exponent < 0) {
            throw coder.malformed("an exponent below all numbers");
        }
        if (exponent == 0 && bit(AdapterContexts.zero()) == 1) {
            return 0;
        }
        return exponent << AdapterContexts.MANTISSA_BITS | plain.read(AdapterContexts.MANTISSA_BITS);
    }

    private int moved(int reference, int place) {
        int length = tree(AdapterContexts.bitLength(place), AdapterContexts.CLASS_BITS);
        if (length == 0) {
            return reference;
        }
        int up = bit(AdapterContexts.rises(place, length));
        int size = 1 << (length - 1) | plain.read(length - 1);
        int moved = up == 1 ? reference + size : reference - size;
        if (moved < 0) {
            throw coder.malformed("a difference beyond all numbers");
        }
        return moved;
    }

    /**
     * Returns a quantised difference.
     *
     * @param levels the largest
     * @param width its bits
     */
    int level(int levels, int width) {
        int low = Math.max(0, width - Byte.SIZE);
        int size = tree(AdapterContexts.level(), width - low) << low | plain.read(low);
        if (size > levels) {
            throw coder.malformed("level " + size + " of " + levels);
        }
        return size > 0 && plain.read(1) == 1 ? -size : size;
    }

    private int tree(int root, int width) {
        int node = 1;
        for (int i = 0; i < width; i++) {
            node = node << 1 | bit(root + node);
        }
        return node ^ 1 << width;
    }

    private int bit(int context) {
        int bit = coder.decode(bits.probability(context));
        bits.learn(context, bit);
        return bit;
    }

    /** Makes sure that everything was read. */
    void finish() {
        coder.finish();
        plain.finish();
    }
}
