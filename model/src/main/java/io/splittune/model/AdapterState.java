package io.splittune.model;

import io.splittune.core.Check;
import io.splittune.core.UserException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The trained tensors of one adapter as plain values: what is averaged, sent and saved.
 *
 * @param tensors canonical name ({@code blocks.0.attn.qkv.lora_A}) to values; copied, ordered, unmodifiable. Equality
 *     is by content and ignores the order
 */
public record AdapterState(Map<String, FloatArray> tensors) {
    /** Copies the map and keeps its order. */
    public AdapterState {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    /**
     * Returns the values of one tensor.
     *
     * @throws IllegalArgumentException when there is none of that name
     */
    public FloatArray get(String name) {
        FloatArray found = tensors.get(name);
        if (found == null) {
            throw new IllegalArgumentException("The adapter has no tensor " + name + "; it has " + tensors.keySet());
        }
        return found;
    }

    /** Returns the number of values in all tensors. */
    public long parameters() {
        return tensors.values().stream().mapToLong(FloatArray::size).sum();
    }

    /**
     * Returns the tensors of both states, this one's first: the whole adapter from those of two halves.
     *
     * @throws IllegalArgumentException when a name is in both
     */
    public AdapterState and(AdapterState other) {
        Map<String, FloatArray> both = new LinkedHashMap<>(tensors);
        other.tensors.forEach((name, values) ->
                Check.require(both.put(name, values) == null, "Both halves of the adapter have %s.", name));
        return new AdapterState(both);
    }

    /**
     * Returns the tensors that belong to one part of the model: a half's adapter from the whole one.
     *
     * @param lora what is trained
     * @param config the model
     * @param range the part
     * @throws IllegalArgumentException when one is missing
     */
    public AdapterState of(LoraConfig lora, ModelConfig config, HalfRange range) {
        Map<String, FloatArray> part = new LinkedHashMap<>();
        lora.tensorShapes(config, range).keySet().forEach(name -> part.put(name, get(name)));
        return new AdapterState(part);
    }

    /**
     * Checks that this state has exactly the expected tensors.
     *
     * @param expected name to shape, as {@link LoraConfig#tensorShapes} lists them
     * @param place where the state comes from, for the message
     * @throws UserException naming the first tensor that is missing, superfluous or of another shape
     */
    public void requireShapes(Map<String, long[]> expected, String place) {
        expected.forEach((name, shape) -> {
            FloatArray found = tensors.get(name);
            if (found == null) {
                throw new UserException(place + ": the adapter lacks " + name + "; was it made for another model or"
                        + " with other LoRA targets?");
            }
            if (!Arrays.equals(found.shape(), shape)) {
                throw new UserException(place + ": " + name + " has shape " + Arrays.toString(found.shape())
                        + ", the model needs " + Arrays.toString(shape) + "; was the adapter made for another model?");
            }
        });
        for (String name : tensors.keySet()) {
            if (!expected.containsKey(name)) {
                throw new UserException(place + ": the adapter has " + name + ", which the model does not use; was it"
                        + " made for another model or with other LoRA targets?");
            }
        }
    }

    /** Returns the state as the bytes of a safetensors file, in fp32. */
    public byte[] toBytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            SafetensorsWriter.writeFloats(Channels.newChannel(out), tensors, Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException("A byte array cannot fail to take bytes", e);
        }
        return out.toByteArray();
    }

    /**
     * Reads what {@link #toBytes} wrote. Trusts nothing: memory is bounded by a small multiple of {@code bytes.length}.
     *
     * @param bytes a safetensors file whose tensors are all F32
     * @param place where the bytes come from, for the message
     * @return the state, in the file's order
     * @throws UserException when the bytes are no such file
     */
    public static AdapterState fromBytes(byte[] bytes, String place) {
        ByteBuffer all = ByteBuffer.wrap(bytes);
        SafetensorsHeader header = SafetensorsHeader.read(all, place);
        Map<String, FloatArray> tensors = new LinkedHashMap<>();
        for (SafetensorsHeader.Entry entry : header.entries().values()) {
            if (entry.type() != SafetensorsType.F32) {
                throw new UserException(
                        place + ": " + entry.name() + " is " + entry.type() + ", an adapter holds F32.");
            }
            ByteBuffer payload =
                    all.slice(Math.toIntExact(header.payloadStart() + entry.begin()), Math.toIntExact(entry.bytes()));
            tensors.put(entry.name(), FloatArray.wrap(SafetensorsType.F32.toFloats(payload), entry.shape()));
        }
        return new AdapterState(tensors);
    }
}
