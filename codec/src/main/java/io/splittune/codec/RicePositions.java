package io.splittune.codec;

/**
 * Gaps between kept positions in Golomb-Rice code. Thread-safe (pure).
 *
 * <p>Source: SFT section IV-B, "Lossless encoding", after Golomb 1966. For an i.i.d. mask that keeps a fraction p the best
 * parameter is {@code b* = max(0, 1 + floor(log2(ln(phi - 1) / ln(1 - p))))}, phi the golden ratio, and a position takes
 * {@code b* + 1 / (1 - (1 - p)^(2^b*))} bits.
 */
final class RicePositions {
    private static final int LARGEST_PARAMETER = 27;
    private static final double GOLDEN_RATIO = (1 + Math.sqrt(5)) / 2;

    private RicePositions() {}

    /** Returns b* for a fraction p in (0, 1). */
    static int parameter(double p) {
        double ratio = StrictMath.log(GOLDEN_RATIO - 1) / StrictMath.log1p(-p);
        return Math.min(
                LARGEST_PARAMETER, Math.max(0, 1 + (int) Math.floor(StrictMath.log(ratio) / StrictMath.log(2))));
    }

    static Section write(Mask mask) {
        int b = parameter((double) mask.kept() / mask.size());
        // All runs together are no longer than the tensor.
        long bits = Byte.SIZE + (long) mask.kept() * (b + 1) + (mask.size() >>> b);
        BitWriter writer = new BitWriter(bits);
        writer.write(b, Byte.SIZE);
        long[] words = mask.words();
        int lowBits = (1 << b) - 1;
        int previous = -1;
        for (int index = 0; index < words.length; index++) {
            for (long word = words[index]; word != 0; word &= word - 1) {
                int position = (index << 6) + Long.numberOfTrailingZeros(word);
                int gap = position - previous - 1;
                int run = gap >>> b;
                if (run + 1 + b <= Integer.SIZE) {
                    writer.write(1 << b | (gap & lowBits), run + 1 + b);
                } else {
                    writer.writeUnary(run);
                    writer.write(gap & lowBits, b);
                }
                previous = position;
            }
        }
        return writer.finish();
    }

    static Mask read(Section section, LosslessCoder.Plan plan) {
        BitReader reader = new BitReader(section);
        int b = reader.read(Byte.SIZE);
        if (b > LARGEST_PARAMETER) {
            throw new MalformedFrameException(section.from(), "Rice parameter " + b);
        }
        int elements = plan.elements();
        long[] words = new long[Mask.wordsFor(elements)];
        int limit = elements >>> b;
        int previous = -1;
        for (int i = 0; i < plan.kept(); i++) {
            int run = reader.readUnary(limit);
            long position = previous + 1L + ((long) run << b) + reader.read(b);
            if (position >= elements) {
                throw reader.malformed("position " + position + " of " + elements + " elements");
            }
            previous = (int) position;
            words[previous >> 6] |= 1L << previous;
        }
        reader.finish();
        return Mask.ofWords(words, elements);
    }
}
