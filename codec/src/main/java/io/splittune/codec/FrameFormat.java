package io.splittune.codec;

import static io.splittune.core.Check.positive;
import static io.splittune.core.Check.require;

/**
 * The tensor frame, version 3: the one definition of the bytes that {@link ActivationCodec} writes and reads.
 *
 * <pre>{@code
 * frame      = "SFT" version kind rank dimension*rank body checksum
 * version    = u8                       3
 * kind       = u8                       bits 0-1 payload: 0 fp32, 1 bf16, 2 quantised
 *                                       bits 2-3 coder: 0 raw, 1 Golomb, 2 adaptive (0 unless quantised)
 *                                       bit 4 shared mask, bit 5 fitted points (quantised only);
 *                                       bits 6-7 zero
 * rank       = u8                       0 (a scalar) to 8
 * dimension  = varint                   1 or more; their product n is the number of elements, at most 2^28
 * checksum   = u32                      CRC32C of every byte before it
 *
 * body       = f32*n | bf16*n           payload 0 or 1: row-major, finite
 *            | header slice* length* section*
 *                                     payload 2; as many lengths as sections, in the same order
 * header     = kept levels low high offset* [mask]
 * kept       = varint                   K in 1..n; K = n is dense
 * levels     = varint                   E in 1..65535
 * low, high  = f32                      finite, 0 <= low <= high, no negative zero
 * offset     = i8                       with fitted points only: E + 1 of them, in 1/128 of a step; E is 255 at most,
 *                                       the first is not negative, the last not positive
 * mask       = u32                      with a shared mask: CRC32C of its bitmap in whole 8-byte words
 * slice      = varint                   S of them where S > 1 and the frame tells positions: elements that each slice
 *                                       keeps; they add up to K
 * length     = varint                   bytes of a section; they add up to the rest of the body
 * }</pre>
 *
 * <p>{@code u32}, {@code f32}, {@code bf16} and bitmaps are little-endian; bit i of a bitmap is bit {@code i % 8} of byte
 * {@code i / 8}. A {@code varint} is unsigned LEB128 of at most 31 bits in its shortest form. <em>Packed</em> bits fill a
 * byte from its highest bit. Padding bits are zero. An element's value is
 * {@code +-(low + (e + o / 128) (high - low) / E)}, computed in double and rounded to fp32, with its level e and that
 * level's offset o (0 without fitted points); dropped elements are 0. C is the last dimension (1 for a scalar);
 * element i is in column i mod C and row i div C. Levels and signs are those of the kept elements in order of position.
 *
 * <p><strong>Slices.</strong> A tensor is cut into S runs of whole samples, by its shape alone: see {@code Slices}. The
 * sections below are those of a slice, as if it were a tensor of its own, of n elements of which K are kept; the range and
 * the offsets are the whole tensor's. A slice that keeps nothing has no sections, one that keeps all has no positions.
 *
 * <p><strong>Raw and Golomb: sections positions, levels, signs.</strong> The first is left out (with its length) when the
 * frame is dense or on a shared mask. Signs: a bitmap of K bits, set for a negative value.
 * <ul>
 *   <li>Raw positions: {@code u8 0} and a bitmap of n bits, or {@code u8 1} and packed, row by row, the number of kept
 *       elements of the row in {@code bits(C)} bits and their rising columns in {@code bits(C - 1)} bits each, where
 *       {@code bits(x)} is the length of x in binary. The shorter one is written.
 *   <li>Raw levels: packed, {@code bits(E)} bits each.
 *   <li>Golomb positions: {@code u8 b}, b in 0..27, and packed, per kept element, the number g of dropped elements since
 *       the last kept one: {@code g div 2^b} zero bits, a one, and the low b bits of g.
 *   <li>Golomb levels: {@code u8 0} and as raw, or {@code u8 1} and a static table with range ANS, whichever is shorter.
 *       With {@code s = max(0, bits(E) - 8)}, a level's symbol is {@code e div 2^s}. Packed: per symbol 0..(E div 2^s) its
 *       frequency plus one in Elias gamma code (zeros, then the number in binary, one bit longer than the run); the
 *       frequencies add up to 4096; after them the low s bits of every level; padding to a byte. Then two {@code u32}
 *       states and {@code u16}s up to the end: symbol i is decoded from state {@code i % 2} by
 *       {@code x = f (x div 4096) + x mod 4096 - c}, f its frequency and c the sum of those before it, and
 *       {@code x = x 2^16 + next u16} if that is below 2^16. Both states are 2^16 after the last symbol, and are never
 *       below it.
 * </ul>
 *
 * <p><strong>Adaptive: one section</strong>: {@code u8} contexts of levels (0 by channel, 1 by row) and a binary range code.
 * First, for each element in order, whether it is kept (not when dense or on a shared mask); then, for each kept one, its
 * sign and its level. The code is defined in {@code RangeDecoder}, its probabilities in {@code BitModels} and
 * {@code RowSchedule}, their contexts in {@code RowLayout}, {@code RateClasses}, {@code KeepPlane} and {@code ValueContexts}.
 *
 * <p>Version 1 had another adaptive section, version 2 neither slices nor fitted points; they are not read any more.
 */
public final class FrameFormat {
    /** The version that is written and the only one that is read. */
    public static final int VERSION = 3;

    /** The most dimensions a tensor may have. */
    public static final int MAX_RANK = 8;

    /** The most elements a tensor may have. */
    public static final int MAX_ELEMENTS = 1 << 28;

    static final byte[] MAGIC = {'S', 'F', 'T'};
    static final int CHECKSUM_BYTES = Integer.BYTES;

    static final int PAYLOAD_FP32 = 0;
    static final int PAYLOAD_BF16 = 1;
    static final int PAYLOAD_QUANTISED = 2;
    static final int PAYLOAD_BITS = 0b11;
    static final int CODER_SHIFT = 2;
    static final int CODER_BITS = 0b11;
    static final int SHARED_MASK = 1 << 4;
    static final int FITTED_POINTS = 1 << 5;
    static final int KIND_BITS = 0b111111;

    private FrameFormat() {}

    /**
     * Checks a shape and counts its elements.
     *
     * @param shape the dimensions; empty for a scalar
     * @return their product
     * @throws IllegalArgumentException if there are too many dimensions or elements, or a dimension is not positive
     */
    static int elementsOf(int[] shape) {
        require(shape.length <= MAX_RANK, "shape has %s dimensions; at most %s are allowed.", shape.length, MAX_RANK);
        long elements = 1;
        for (int dimension : shape) {
            positive(dimension, "dimension");
            elements *= dimension;
            require(elements <= MAX_ELEMENTS, "shape has more than %s elements.", MAX_ELEMENTS);
        }
        return (int) elements;
    }

    /** Returns C, the size of the last dimension; 1 for a scalar. */
    static int columnsOf(int[] shape) {
        return shape.length == 0 ? 1 : shape[shape.length - 1];
    }

    /** Returns the length of a number in binary; 0 for 0. */
    static int bits(int value) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(value);
    }
}
