package io.splittune.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.Map;

/** Writes safetensors files to a channel, tensor by tensor, in bounded memory. */
final class SafetensorsWriter {
    private static final JsonFactory JSON = new JsonFactory();
    /** The format asks that the payload is aligned to its largest element. */
    private static final int ALIGNMENT = 8;

    private static final int CHUNK_VALUES = 1 << 20;

    private SafetensorsWriter() {}

    /** What a file will hold: one tensor's name, type and shape. */
    @SuppressWarnings("ArrayRecordComponent") // A short-lived parameter, never compared.
    record Plan(String name, SafetensorsType type, long[] shape) {
        long bytes() {
            return Math.multiplyExact(FloatArray.elements(shape), type.bytes());
        }
    }

    /** Returns the bytes of a file before its payload, header length included; the payload must follow in plan order. */
    static ByteBuffer header(List<Plan> plans, Map<String, String> metadata) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writeObjectFieldStart("__metadata__");
                for (Map.Entry<String, String> entry : metadata.entrySet()) {
                    json.writeStringField(entry.getKey(), entry.getValue());
                }
                json.writeEndObject();
            }
            long offset = 0;
            for (Plan plan : plans) {
                json.writeObjectFieldStart(plan.name());
                json.writeStringField("dtype", plan.type().name());
                json.writeFieldName("shape");
                json.writeArray(plan.shape(), 0, plan.shape().length);
                json.writeFieldName("data_offsets");
                json.writeArray(new long[] {offset, offset + plan.bytes()}, 0, 2);
                json.writeEndObject();
                offset += plan.bytes();
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("A byte array cannot fail to take bytes", e);
        }
        int padding = Math.floorMod(-text.size(), ALIGNMENT);
        ByteBuffer header = ByteBuffer.allocate(SafetensorsHeader.LENGTH_BYTES + text.size() + padding)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.size() + padding)
                .put(text.toByteArray());
        while (header.hasRemaining()) {
            header.put((byte) ' ');
        }
        return header.flip();
    }

    /**
     * Writes a whole file of F32 tensors.
     *
     * @param out not closed
     * @param tensors by name, written in this order
     * @param metadata free texts
     * @throws IOException when {@code out} fails
     */
    static void writeFloats(WritableByteChannel out, Map<String, FloatArray> tensors, Map<String, String> metadata)
            throws IOException {
        List<Plan> plans = tensors.entrySet().stream()
                .map(entry -> new Plan(
                        entry.getKey(), SafetensorsType.F32, entry.getValue().shape()))
                .toList();
        writeFully(out, header(plans, metadata));
        for (FloatArray tensor : tensors.values()) {
            writeValues(out, SafetensorsType.F32, tensor);
        }
    }

    /** Writes values rounded to a type, in bounded memory beside their own. */
    static void writeValues(WritableByteChannel out, SafetensorsType type, FloatArray values) throws IOException {
        FloatBuffer left = values.buffer();
        while (left.hasRemaining()) {
            float[] some = new float[Math.min(left.remaining(), CHUNK_VALUES)];
            left.get(some);
            ByteBuffer bytes = ByteBuffer.allocate(some.length * type.bytes());
            type.putFloats(some, bytes);
            writeFully(out, bytes.flip());
        }
    }

    /** Writes all that remains in a buffer. */
    static void writeFully(WritableByteChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }
}
