package io.splittune.tensor;

import io.splittune.core.Check;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Makes tensors; each goes to the innermost open scope of the calling thread and to {@link Torch#device()}. */
public final class Tensors {
    private Tensors() {}

    /**
     * Copies floats.
     *
     * @param values in row-major order, as many as the shape has elements
     * @param shape the extents; none for a scalar
     */
    public static Tensor of(float[] values, long... shape) {
        requireCount(values.length, shape);
        return Native.tensor("of", () -> {
            org.bytedeco.pytorch.Tensor host = empty(DType.FP32, shape);
            if (values.length > 0) {
                FloatPointer data = host.data_ptr_float();
                data.put(values);
            }
            return Torch.place(host);
        });
    }

    /**
     * Copies whole numbers into an {@link DType#INT64} tensor.
     *
     * @param values in row-major order, as many as the shape has elements
     * @param shape the extents; none for a scalar
     */
    public static Tensor ofLongs(long[] values, long... shape) {
        requireCount(values.length, shape);
        return Native.tensor("ofLongs", () -> {
            org.bytedeco.pytorch.Tensor host = empty(DType.INT64, shape);
            if (values.length > 0) {
                LongPointer data = host.data_ptr_long();
                data.put(values);
            }
            return Torch.place(host);
        });
    }

    /**
     * Copies whole numbers into an {@link DType#INT64} tensor of one dimension.
     *
     * @param values the elements, such as labels
     */
    public static Tensor ofInts(int... values) {
        return ofLongs(Arrays.stream(values).asLongStream().toArray(), values.length);
    }

    /**
     * Copies the elements' own bytes straight into native memory.
     *
     * @param littleEndian direct, mapped or on the heap; exactly as many bytes left as the tensor has; its position
     *     advances to its limit
     * @param dtype the type that the bytes have
     * @param shape the extents; none for a scalar
     */
    public static Tensor fromBytes(ByteBuffer littleEndian, DType dtype, long... shape) {
        long bytes = Math.multiplyExact(count(shape), dtype.bytes());
        Check.require(
                littleEndian.remaining() == bytes,
                "The buffer has %s bytes left, a tensor %s %s has %s.",
                littleEndian.remaining(),
                Arrays.toString(shape),
                dtype.name().toLowerCase(Locale.ROOT),
                bytes);
        return Native.tensor("fromBytes", () -> {
            org.bytedeco.pytorch.Tensor host = empty(dtype, shape);
            if (bytes > 0) {
                BytePointer data = new BytePointer(host.data_ptr());
                data.capacity(bytes).asByteBuffer().put(littleEndian);
            }
            return Torch.place(host);
        });
    }

    /** Makes a tensor of arbitrary content on the host, to be filled by {@link Tensor#writeBytes}. */
    public static Tensor emptyOnHost(DType dtype, long... shape) {
        count(shape);
        return Native.tensor("emptyOnHost", () -> empty(dtype, shape));
    }

    /** Makes a tensor of zeros. */
    public static Tensor zeros(DType dtype, long... shape) {
        return full(dtype, 0, shape);
    }

    /** Makes a tensor of ones. */
    public static Tensor ones(DType dtype, long... shape) {
        return full(dtype, 1, shape);
    }

    /** Makes a tensor of one value. */
    public static Tensor full(DType dtype, double value, long... shape) {
        count(shape);
        return Native.tensor("full", () -> torch.torch_full(shape, new Scalar(value), options(dtype)));
    }

    /** Makes a scalar. */
    public static Tensor scalar(DType dtype, double value) {
        return full(dtype, value);
    }

    /** Makes zeros of the shape and type of another tensor. */
    public static Tensor zerosLike(Tensor other) {
        return Native.tensor("zerosLike", () -> torch.zeros_like(other.handle()), other);
    }

    /** Makes the whole numbers from 0 to {@code end - 1}, {@link DType#INT64}. */
    public static Tensor range(long end) {
        Check.notNegative(end, "end");
        return Native.tensor("range", () -> torch.torch_arange(new Scalar(end), options(DType.INT64)));
    }

    /**
     * Draws from the standard normal distribution, {@link DType#FP32}; equal seeds give equal values.
     *
     * @param seed of a generator of its own
     */
    public static Tensor normal(long seed, long... shape) {
        count(shape);
        return Native.tensor("normal", () -> {
            org.bytedeco.pytorch.Tensor host = empty(DType.FP32, shape);
            host.normal_(0, 1, generator(seed));
            return Torch.place(host);
        });
    }

    /** Joins tensors along an existing dimension. */
    public static Tensor cat(List<Tensor> parts, int dimension) {
        Check.require(!parts.isEmpty(), "parts is empty; at least one tensor is needed.");
        return Native.tensor("cat", () -> torch.cat(vector(parts), dimension), parts.toArray(new Tensor[0]));
    }

    /** Joins tensors of one shape along a new dimension. */
    public static Tensor stack(List<Tensor> parts, int dimension) {
        Check.require(!parts.isEmpty(), "parts is empty; at least one tensor is needed.");
        return Native.tensor("stack", () -> torch.stack(vector(parts), dimension), parts.toArray(new Tensor[0]));
    }

    private static TensorVector vector(List<Tensor> parts) {
        org.bytedeco.pytorch.Tensor[] handles = new org.bytedeco.pytorch.Tensor[parts.size()];
        for (int i = 0; i < handles.length; i++) {
            handles[i] = parts.get(i).handle();
        }
        return new TensorVector(handles);
    }

    /** Called inside a native call: an unfilled tensor on the host. */
    static org.bytedeco.pytorch.Tensor empty(DType dtype, long... shape) {
        return torch.torch_empty(shape, new TensorOptions(dtype.scalarType()), new MemoryFormatOptional());
    }

    /** Called inside a native call: a generator that nobody else draws from. */
    static GeneratorOptional generator(long seed) {
        Generator generator = torch.createCPUGenerator(seed);
        return new GeneratorOptional(generator);
    }

    private static TensorOptions options(DType dtype) {
        TensorOptions options = new TensorOptions(dtype.scalarType());
        return options.device(new DeviceOptional(new Device(Torch.device())));
    }

    private static long count(long... shape) {
        long product = 1;
        for (long extent : shape) {
            Check.require(extent >= 0, "The shape %s has a negative extent.", Arrays.toString(shape));
            product = Math.multiplyExact(product, extent);
        }
        return product;
    }

    private static void requireCount(int values, long... shape) {
        Check.require(values == count(shape), "%s values do not fill the shape %s.", values, Arrays.toString(shape));
    }
}
