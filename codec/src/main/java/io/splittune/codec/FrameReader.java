package io.splittune.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Reads the outer parts of a frame of {@link FrameFormat} and believes none of them: nothing is allocated on the word of
 * a length, and every field is checked against the caller's shape. Confined to one thread.
 */
final class FrameReader {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] bytes;
    private final int end;
    private final int kind;
    private final int elements;
    private int position;

    /**
     * Checks the magic, version, checksum and shape.
     *
     * @param bytes the frame
     * @param shape the expected shape, valid
     * @throws MalformedFrameException if it is no frame of that shape
     */
    FrameReader(byte[] bytes, int[] shape) {
        this.bytes = bytes;
        int magic = FrameFormat.MAGIC.length;
        int prefix = magic + 3;
        if (bytes.length < prefix + FrameFormat.CHECKSUM_BYTES) {
            throw new MalformedFrameException(bytes.length, "the frame ends early");
        }
        int mismatch = Arrays.mismatch(bytes, 0, magic, FrameFormat.MAGIC, 0, magic);
        if (mismatch >= 0) {
            throw new MalformedFrameException(mismatch, "no tensor frame: the first bytes must be \"SFT\"");
        }
        if (bytes[magic] != FrameFormat.VERSION) {
            throw new MalformedFrameException(
                    magic, "version " + (bytes[magic] & 0xff) + "; only version " + FrameFormat.VERSION + " is known");
        }
        this.end = bytes.length - FrameFormat.CHECKSUM_BYTES;
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, end);
        if ((int) INT.get(bytes, end) != (int) crc.getValue()) {
            throw new MalformedFrameException(end, "the checksum does not match");
        }
        this.kind = bytes[magic + 1] & 0xff;
        this.position = magic + 2;
        this.elements = readShape(shape);
        checkKind(magic + 1);
    }

    private int readShape(int[] shape) {
        if (bytes[position] != shape.length) {
            throw malformed("rank " + (bytes[position] & 0xff) + ", expected " + shape.length);
        }
        position++;
        int product = 1;
        for (int expected : shape) {
            int start = position;
            int dimension = varint(Integer.MAX_VALUE, "dimension");
            if (dimension != expected) {
                throw new MalformedFrameException(start, "dimension " + dimension + ", expected " + expected);
            }
            product *= expected;
        }
        return product;
    }

    private void checkKind(int offset) {
        boolean quantised = isQuantised();
        if (kind > FrameFormat.KIND_BITS
                || payload() > FrameFormat.PAYLOAD_QUANTISED
                || coderCode() >= Coder.values().length
                || (!quantised && kind != payload())) {
            throw new MalformedFrameException(offset, "unknown kind " + kind);
        }
    }

    int payload() {
        return kind & FrameFormat.PAYLOAD_BITS;
    }

    boolean isQuantised() {
        return payload() == FrameFormat.PAYLOAD_QUANTISED;
    }

    boolean isOnSharedMask() {
        return (kind & FrameFormat.SHARED_MASK) != 0;
    }

    private boolean isFitted() {
        return (kind & FrameFormat.FITTED_POINTS) != 0;
    }

    private int coderCode() {
        return kind >>> FrameFormat.CODER_SHIFT & FrameFormat.CODER_BITS;
    }

    /**
     * Returns the values of a pass-through frame.
     *
     * @param bytesPerValue of its payload
     */
    Section payloadSection(int bytesPerValue) {
        if (end - position != (long) elements * bytesPerValue) {
            throw malformed("a payload of " + (end - position) + " bytes for " + elements + " values");
        }
        return new Section(bytes, position, end);
    }

    /** Reads the header of a quantised frame. */
    QuantisedHeader header() {
        int start = position;
        int kept = varint(elements, "kept elements");
        if (kept == 0) {
            throw new MalformedFrameException(start, "no element is kept");
        }
        start = position;
        int levels = varint(Compression.MAX_LEVELS, "levels");
        if (levels == 0) {
            throw new MalformedFrameException(start, "0 levels");
        }
        start = position;
        int low = word();
        int high = word();
        // The bits of finite floats that are not negative order as integers; the sign bit makes an int negative.
        int largest = Float.floatToRawIntBits(Float.MAX_VALUE);
        if (low < 0 || high < low || high > largest) {
            throw new MalformedFrameException(
                    start, "range " + Float.intBitsToFloat(low) + " to " + Float.intBitsToFloat(high));
        }
        QuantiserRange range = new QuantiserRange(levels, Float.intBitsToFloat(low), Float.intBitsToFloat(high));
        PointOffsets offsets = isFitted() ? offsets(levels) : PointOffsets.NONE;
        int maskChecksum = isOnSharedMask() ? word() : 0;
        return new QuantisedHeader(Coder.ofCode(coderCode()), kept, range, offsets, isOnSharedMask(), maskChecksum);
    }

    private PointOffsets offsets(int levels) {
        if (levels > Compression.Quantised.MAX_FITTED_LEVELS) {
            throw malformed(levels + " levels with fitted points");
        }
        if (end - position <= levels) {
            throw malformed("the header ends early");
        }
        position += levels + 1;
        return PointOffsets.read(new Section(bytes, position - levels - 1, position));
    }

    /** Returns how many elements each slice keeps, which must add up to all. */
    int[] keptBySlice(Slices slices, int kept) {
        int[] counts = {kept};
        if (slices.count() > 1) {
            int start = position;
            long sum = 0;
            counts = new int[slices.count()];
            for (int slice = 0; slice < counts.length; slice++) {
                counts[slice] = varint(slices.elements(slice), "kept elements of a slice");
                sum += counts[slice];
            }
            if (sum != kept) {
                throw new MalformedFrameException(start, "slices keep " + sum + " elements, expected " + kept);
            }
        }
        return counts;
    }

    /**
     * Reads the lengths of the sections, which must fill the rest of the frame, and returns where they lie.
     *
     * @param counts sections of each slice
     */
    List<List<Section>> sections(int[] counts) {
        int[] lengths = new int[Arrays.stream(counts).sum()];
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = varint(end, "section length");
        }
        List<List<Section>> slices = new ArrayList<>(counts.length);
        int next = 0;
        for (int count : counts) {
            List<Section> sections = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                sections.add(section(lengths[next++]));
            }
            slices.add(sections);
        }
        if (position != end) {
            throw malformed((end - position) + " bytes behind the last section");
        }
        return slices;
    }

    private Section section(int length) {
        if (length > end - position) {
            throw malformed("a section of " + length + " bytes where " + (end - position) + " are left");
        }
        position += length;
        return new Section(bytes, position - length, position);
    }

    /** Returns the complaint that the frame is of a kind that the caller cannot use. */
    MalformedFrameException malformedKind(String reason) {
        return new MalformedFrameException(FrameFormat.MAGIC.length + 1, reason);
    }

    private MalformedFrameException malformed(String reason) {
        return new MalformedFrameException(position, reason);
    }

    private int word() {
        if (end - position < Integer.BYTES) {
            throw malformed("the header ends early");
        }
        int value = (int) INT.get(bytes, position);
        position += Integer.BYTES;
        return value;
    }

    private int varint(int largest, String name) {
        int start = position;
        long value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            if (position == end) {
                throw malformed("the header ends early");
            }
            int next = bytes[position++];
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                if (next == 0 && shift > 0) {
                    break;
                }
                if (value > largest) {
                    throw new MalformedFrameException(start, name + " " + value + ", at most " + largest);
                }
                return (int) value;
            }
        }
        throw new MalformedFrameException(start, name + " is no shortest varint");
    }
}
