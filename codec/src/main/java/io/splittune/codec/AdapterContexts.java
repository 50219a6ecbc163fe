package io.splittune.codec;

/**
 * Where the bits of {@link AdapterCodec} are learnt: the numbers of their contexts. One set serves the tensors of one
 * form, since both factors of an adapter have scales of their own.
 *
 * <p>A value is looked at in the light of its reference by how many octaves that lies below the tensor's largest:
 * its place, in [0, {@value #PLACES}); the last one takes all that is further down.
 */
final class AdapterContexts {
    static final int PLACES = 24;
    /** The place of a value without a reference, or beside one that says nothing: zero or subnormal. */
    static final int NOWHERE = PLACES;

    static final int CLASS_BITS = 5;
    /** Most exponents are fewer than 8 below the tensor's highest. */
    static final int FALL_BITS = 3;

    static final int EXPONENT_BITS = 8;
    static final int MANTISSA_BITS = 23;
    static final int EXPONENT_MASK = (1 << EXPONENT_BITS) - 1;
    /** Everything but the sign. */
    static final int MAGNITUDE = Integer.MAX_VALUE;

    private static final int CLASSES = 1 << CLASS_BITS;
    private static final int SAME_SIGN = 0;
    private static final int SIGN = SAME_SIGN + PLACES;
    private static final int ZERO = SIGN + 1;
    private static final int RISES = ZERO + 1;
    private static final int CLASS = RISES + PLACES * CLASSES;
    private static final int NEAR = CLASS + PLACES * CLASSES;
    private static final int FALL = NEAR + PLACES + 1;
    private static final int EXPONENT = FALL + ((PLACES + 1) << FALL_BITS);
    private static final int LEVEL = EXPONENT + (1 << EXPONENT_BITS);
    private static final int ALL = LEVEL + (1 << Byte.SIZE);

    private AdapterContexts() {}

    /** Returns fresh estimates for all contexts. */
    static LearningBits fresh() {
        return new LearningBits(ALL);
    }

    static int sameSign(int place) {
        return SAME_SIGN + place;
    }

    static int sign() {
        return SIGN;
    }

    static int zero() {
        return ZERO;
    }

    static int rises(int place, int bitLength) {
        return RISES + place * CLASSES + bitLength;
    }

    /** Returns the root of a tree: node 1 lies one further. */
    static int bitLength(int place) {
        return CLASS + place * CLASSES;
    }

    static int near(int place) {
        return NEAR + place;
    }

    static int fall(int place) {
        return FALL + (place << FALL_BITS);
    }

    static int exponent() {
        return EXPONENT;
    }

    static int level() {
        return LEVEL;
    }

    static int exponentOf(int bits) {
        return bits >>> MANTISSA_BITS & EXPONENT_MASK;
    }

    /**
     * Returns the place of a value.
     *
     * @param reference its reference's bits
     * @param highest exponent of the tensor's references
     */
    static int place(int reference, int highest) {
        int exponent = exponentOf(reference);
        return exponent == 0 ? NOWHERE : Math.min(PLACES - 1, highest - exponent);
    }
}
