package io.splittune.model;

import io.splittune.core.UserException;
import io.splittune.tensor.DType;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.Tensors;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Where a tensor of a checkpoint lies: its type, shape and parts, which follow one another along the first axis. It is
 * read in chunks of a few MiB, whatever its size.
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record StoredTensor(SafetensorsType type, long[] shape, List<Part> parts) {
    private static final int CHUNK_BYTES = 4 << 20;

    /** A tensor of a file. */
    record Part(SafetensorsFile file, String name) {}

    /** What takes a tensor's bytes, chunk by chunk. */
    interface Sink<E extends Exception> {
        void accept(ByteBuffer chunk) throws E;
    }

    /**
     * Checks a tensor of a file.
     *
     * @throws UserException when it has another shape, or a type that no weights have
     */
    static void check(SafetensorsFile file, String name, long[] shape) {
        if (!Arrays.equals(file.shape(name), shape)) {
            throw new UserException(file.path() + ": " + name + " has shape " + Arrays.toString(file.shape(name))
                    + ", the model needs " + Arrays.toString(shape) + ".");
        }
        if (!file.type(name).isWeight()) {
            throw new UserException(
                    file.path() + ": " + name + " is " + file.type(name) + "; F32, F16 and BF16 are supported.");
        }
    }

    /** Hands out the bytes in order; each chunk has whole elements and is valid during the call alone. */
    <E extends Exception> void stream(Sink<E> sink) throws E {
        stream(ByteBuffer.allocate(CHUNK_BYTES), sink);
    }

    private <E extends Exception> void stream(ByteBuffer chunk, Sink<E> sink) throws E {
        for (Part part : parts) {
            long bytes = part.file.bytes(part.name);
            for (long offset = 0; offset < bytes; offset += CHUNK_BYTES) {
                chunk.clear().limit((int) Math.min(CHUNK_BYTES, bytes - offset));
                part.file.read(part.name, offset, chunk);
                sink.accept(chunk.flip());
            }
        }
    }

    /** Reads the values to the heap, converted exactly. */
    FloatArray readFloats() {
        float[] values = new float[Math.toIntExact(FloatArray.elements(shape))];
        int[] done = {0};
        stream(chunk -> {
            float[] some = type.toFloats(chunk);
            System.arraycopy(some, 0, values, done[0], some.length);
            done[0] += some.length;
        });
        return FloatArray.wrap(values, shape.clone());
    }

    /**
     * Reads to native memory, each chunk straight to its place.
     *
     * @param as element type of the result
     * @return a new tensor in the innermost open scope of this thread
     */
    Tensor read(DType as) {
        return TensorScope.compute("read " + parts.get(0).name, () -> {
            Tensor whole = Tensors.emptyOnHost(as, shape);
            long[] done = {0};
            stream(ByteBuffer.allocateDirect(CHUNK_BYTES), chunk -> {
                long elements = chunk.remaining() / type.bytes();
                if (dtype() == as) {
                    whole.writeBytes(done[0] * type.bytes(), chunk);
                } else {
                    convert(chunk, whole, done[0], elements);
                }
                done[0] += elements;
            });
            return whole.onDevice();
        });
    }

    @SuppressWarnings("try")
    private void convert(ByteBuffer chunk, Tensor whole, long start, long elements) {
        try (TensorScope scope = TensorScope.open("convert")) {
            whole.reshape(-1).narrow(0, start, elements).copyInPlace(Tensors.fromBytes(chunk, dtype(), elements));
        }
    }

    private DType dtype() {
        return switch (type) {
            case F32 -> DType.FP32;
            case F16 -> DType.FP16;
            case BF16 -> DType.BF16;
            default -> throw new IllegalStateException(type + " is no weight type.");
        };
    }
}
