package io.splittune.codec;

import io.splittune.core.Check;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Packs adapters, optimiser states and whole models for their way between a device and the server: bit for bit, each
 * tensor beside one that both ends hold where there is one, or quantised as the difference to it.
 *
 * <p>A frame, little-endian: magic {@code SFA}; u8 version, {@value #VERSION}; u16 levels, 0 if nothing is quantised; u32
 * CRC32C of the layout: of every name in UTF-8, a zero byte and the lengths of its axes in eight bytes each, big-endian;
 * u32 CRC32C of the reference: of every tensor of the layout that it has, its number in the layout in four bytes and its
 * values; u32 bytes of the decisions; the decisions, a binary range code as {@link RangeDecoder} defines it; the plain
 * bits, packed from the highest of each byte; u32 CRC32C of every byte before it.
 *
 * <p>For each tensor of the layout there are two plain bits: 0, it is as its reference, or +0 throughout; 1, its values
 * follow; 2, quantised differences follow, after 32 plain bits of the largest, an fp32 s: the values are
 * {@code reference + q s / levels}, computed in double. {@link AdapterReader} defines what follows. Contexts
 * ({@link AdapterContexts}, {@link LearningBits}) are shared by the tensors of a frame whose names end alike, behind the
 * last dot.
 *
 * <p>Measured sizes are in the page {@code codec}. Thread-safe.
 */
public final class AdapterCodec {
    /** Names a frame. */
    static final byte[] MAGIC = {'S', 'F', 'A'};

    static final int VERSION = 1;
    static final int HEADER_BYTES = 18;
    private static final int MODE_BITS = 2;
    private static final int SAME = 0;
    private static final int VALUES = 1;
    private static final int QUANTISED = 2;
    private static final int CHUNK = 4096;

    /**
     * Packs tensors.
     *
     * @param layout which
     * @param values of each tensor of the layout by its name, from index 0; not changed
     * @param reference what the other end holds, by name: none, some or all of the layout's tensors, and maybe others
     * @param levels E, to quantise the tensors that have a reference (those with differences that are finite) to the
     *     nearest of E points on either side of it; 0 to lose nothing
     * @throws IllegalArgumentException if a tensor is missing or of another length than the layout's
     */
    public byte[] encode(
            AdapterLayout layout, Map<String, FloatBuffer> values, Map<String, FloatBuffer> reference, int levels) {
        Check.inRange(levels, 0, Compression.MAX_LEVELS, "levels");
        long all =
                layout.lengths().values().stream().mapToLong(Integer::longValue).sum();
        AdapterWriter writer = new AdapterWriter(all, layout.lengths().size());
        Map<String, LearningBits> contexts = new HashMap<>();
        layout.lengths().forEach((name, length) -> {
            FloatBuffer tensor = values.get(name);
            if (tensor == null || tensor.limit() != length) {
                throw new IllegalArgumentException(name + " needs " + length + " values.");
            }
            writer.use(contexts.computeIfAbsent(ending(name), any -> AdapterContexts.fresh()));
            write(writer, tensor, length, new Beside(reference, name, length), levels);
        });
        Section decisions = writer.decisions();
        Section plain = writer.plainBits();
        ByteBuffer frame = ByteBuffer.allocate(HEADER_BYTES + decisions.length() + plain.length() + Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        frame.put(MAGIC).put((byte) VERSION).putShort((short) levels).putInt(layout.checksum());
        frame.putInt(checksum(layout, reference)).putInt(decisions.length());
        frame.put(decisions.bytes(), decisions.from(), decisions.length());
        frame.put(plain.bytes(), plain.from(), plain.length());
        return frame.putInt(crc(frame.array(), frame.position())).array();
    }

    private static void write(AdapterWriter writer, FloatBuffer tensor, int length, Beside beside, int levels) {
        if (beside.equalTo(tensor)) {
            writer.plain(SAME, MODE_BITS);
            return;
        }
        float largest = levels > 0 && beside.isThere() ? beside.largestDifference(tensor) : 0;
        boolean quantised = largest > 0 && largest <= Float.MAX_VALUE;
        writer.plain(quantised ? QUANTISED : VALUES, MODE_BITS);
        if (quantised) {
            writer.plain(Float.floatToRawIntBits(largest), Integer.SIZE);
        } else {
            writer.highest(Beside.highestExponent(tensor));
        }
        int width = Integer.SIZE - Integer.numberOfLeadingZeros(levels);
        double points = levels / (double) largest;
        float[] part = new float[CHUNK];
        for (int start = 0; start < length; start += CHUNK) {
            int count = Math.min(CHUNK, length - start);
            tensor.get(start, part, 0, count);
            float[] others = beside.part(start, count);
            writer.room(count);
            for (int i = 0; i < count; i++) {
                if (quantised) {
                    writer.level((int) Math.rint(((double) part[i] - others[i]) * points), width);
                } else if (beside.isThere()) {
                    int bits = Float.floatToRawIntBits(part[i]);
                    writer.value(bits, Float.floatToRawIntBits(others[i]), beside.highest());
                } else {
                    writer.value(Float.floatToRawIntBits(part[i]));
                }
            }
        }
    }

    /**
     * Unpacks what {@link #encode} packed.
     *
     * @param frame as it came
     * @param layout that is expected; it alone decides about memory
     * @param reference as it was given to the other end
     * @return the tensors by name, in the layout's order
     * @throws MalformedFrameException if the bytes are no frame of this layout and reference
     */
    public Map<String, float[]> decode(byte[] frame, AdapterLayout layout, Map<String, FloatBuffer> reference) {
        ByteBuffer header = checked(frame, layout, reference);
        int levels = header.getShort(MAGIC.length + 1) & 0xffff;
        int decisions = header.getInt(HEADER_BYTES - Integer.BYTES);
        int end = frame.length - Integer.BYTES;
        if (decisions < 0 || decisions > end - HEADER_BYTES) {
            throw new MalformedFrameException(
                    HEADER_BYTES - Integer.BYTES,
                    decisions + " bytes of decisions where " + (end - HEADER_BYTES) + " are left");
        }
        int middle = HEADER_BYTES + decisions;
        AdapterReader reader =
                new AdapterReader(new Section(frame, HEADER_BYTES, middle), new Section(frame, middle, end));
        Map<String, LearningBits> contexts = new HashMap<>();
        Map<String, float[]> tensors = new LinkedHashMap<>();
        layout.lengths().forEach((name, length) -> {
            reader.use(contexts.computeIfAbsent(ending(name), any -> AdapterContexts.fresh()));
            tensors.put(name, read(reader, length, new Beside(reference, name, length), levels));
        });
        reader.finish();
        return tensors;
    }

    private static ByteBuffer checked(byte[] frame, AdapterLayout layout, Map<String, FloatBuffer> reference) {
        ByteBuffer header = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
        if (frame.length < HEADER_BYTES + Integer.BYTES || !Arrays.equals(MAGIC, Arrays.copyOf(frame, MAGIC.length))) {
            throw new MalformedFrameException(0, "no frame of an adapter");
        }
        if (frame[MAGIC.length] != VERSION) {
            throw new MalformedFrameException(
                    MAGIC.length,
                    "adapter version " + (frame[MAGIC.length] & 0xff) + "; only version " + VERSION + " is known");
        }
        int end = frame.length - Integer.BYTES;
        if (header.getInt(end) != crc(frame, end)) {
            throw new MalformedFrameException(end, "the checksum of the adapter does not fit its content");
        }
        header.position(MAGIC.length + 1 + Short.BYTES);
        if (header.getInt() != layout.checksum()) {
            throw new MalformedFrameException(
                    MAGIC.length + 1 + Short.BYTES, "an adapter of other tensors than the expected ones");
        }
        if (header.getInt() != checksum(layout, reference)) {
            throw new MalformedFrameException(
                    header.position() - Integer.BYTES, "an adapter beside another one than this end holds");
        }
        return header;
    }

    private static float[] read(AdapterReader reader, int length, Beside beside, int levels) {
        float[] values = new float[length];
        int mode = reader.plain(MODE_BITS);
        if (mode == SAME) {
            beside.copyTo(values);
            return values;
        }
        if (mode > QUANTISED || (mode == QUANTISED && (levels == 0 || !beside.isThere()))) {
            throw new MalformedFrameException(HEADER_BYTES, "tensor of unknown kind " + mode);
        }
        double largest = 0;
        if (mode == QUANTISED) {
            largest = Float.intBitsToFloat(reader.plain(Integer.SIZE));
        } else {
            reader.highest();
        }
        int width = Integer.SIZE - Integer.numberOfLeadingZeros(levels);
        for (int start = 0; start < length; start += CHUNK) {
            int count = Math.min(CHUNK, length - start);
            float[] others = beside.part(start, count);
            for (int i = 0; i < count; i++) {
                if (mode == QUANTISED) {
                    values[start + i] = (float) (others[i] + reader.level(levels, width) * largest / levels);
                } else if (beside.isThere()) {
                    values[start + i] =
                            Float.intBitsToFloat(reader.value(Float.floatToRawIntBits(others[i]), beside.highest()));
                } else {
                    values[start + i] = Float.intBitsToFloat(reader.value());
                }
            }
        }
        return values;
    }

    private static String ending(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static int checksum(AdapterLayout layout, Map<String, FloatBuffer> reference) {
        CRC32C crc = new CRC32C();
        ByteBuffer bytes = ByteBuffer.allocate(CHUNK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        int number = 0;
        for (Map.Entry<String, Integer> tensor : layout.lengths().entrySet()) {
            if (reference.containsKey(tensor.getKey())) {
                crc.update(bytes.clear().putInt(number).flip());
                Beside beside = new Beside(reference, tensor.getKey(), tensor.getValue());
                for (int start = 0; start < tensor.getValue(); start += CHUNK) {
                    int count = Math.min(CHUNK, tensor.getValue() - start);
                    bytes.clear().asFloatBuffer().put(beside.part(start, count), 0, count);
                    crc.update(bytes.limit(count * Float.BYTES));
                }
            }
            number++;
        }
        return (int) crc.getValue();
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
