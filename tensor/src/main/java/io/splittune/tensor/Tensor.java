package io.splittune.tensor;

import io.splittune.core.Check;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Storage;
import org.jspecify.annotations.Nullable;

/**
 * A handle on an n-dimensional array in native memory, row-major unless said otherwise.
 *
 * <p>It lives in one {@link TensorScope} and must not be used after that scope closed. A method that returns a tensor
 * puts it into the innermost open scope of the calling thread. Views share memory with the tensor that they were made
 * from and keep that memory alive. Methods ending in {@code InPlace} change this tensor and are not recorded for
 * gradients.
 *
 * <p>Every method that computes throws {@link IllegalStateException} when this tensor or an argument is closed, and
 * {@link IllegalArgumentException} when shapes or types do not fit.
 */
public final class Tensor {
    private static final String TRACK = "splittune.tensor.track";

    private final org.bytedeco.pytorch.Tensor handle;
    private final long[] shape;
    private final DType dtype;
    private final long storageAddress;
    private final long storageBytes;
    private final @Nullable Throwable allocated;
    private String name;
    private volatile TensorScope scope;
    private volatile boolean closed;
    private @Nullable Throwable closedAt;

    /** Takes the handle over, also when it throws; called inside a {@link org.bytedeco.javacpp.PointerScope}. */
    Tensor(org.bytedeco.pytorch.Tensor handle, String name, TensorScope scope) {
        this.handle = handle;
        this.name = name;
        this.scope = scope;
        this.dtype = DType.of(handle.scalar_type());
        this.shape = shapeOf(handle);
        Storage storage = handle.storage();
        this.storageBytes = storage.nbytes();
        this.storageAddress = storageBytes == 0 ? 0 : storage.data().address();
        this.allocated = Boolean.getBoolean(TRACK) ? new Throwable("allocated here") : null;
        scope.register(this);
    }

    private static long[] shapeOf(org.bytedeco.pytorch.Tensor handle) {
        long[] sizes = new long[(int) handle.dim()];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = handle.size(i);
        }
        return sizes;
    }

    // ---- what it is ----

    /** Returns the extent of each dimension; empty for a scalar. */
    public long[] shape() {
        return shape.clone();
    }

    /**
     * Returns the extent of one dimension.
     *
     * @param dimension counted from the end when negative
     */
    public long size(int dimension) {
        int index = dimension < 0 ? dimension + shape.length : dimension;
        Check.require(index >= 0 && index < shape.length, "dimension (%s) is not one of %s.", dimension, this);
        return shape[index];
    }

    /** Returns the number of dimensions. */
    public int rank() {
        return shape.length;
    }

    /** Returns the element type. */
    public DType dtype() {
        return dtype;
    }

    /** Returns the number of elements. */
    public long elements() {
        long product = 1;
        for (long extent : shape) {
            product *= extent;
        }
        return product;
    }

    /** Returns the bytes of the elements, whether or not the memory is shared with other tensors. */
    public long bytes() {
        return elements() * dtype.bytes();
    }

    /** Returns the name that messages use: the operation that made the tensor, unless {@link #named} gave another. */
    public String name() {
        return name;
    }

    /**
     * Gives the tensor a name for messages.
     *
     * @return this tensor
     */
    public Tensor named(String newName) {
        this.name = newName;
        return this;
    }

    /** Says whether the tensor was freed. */
    public boolean isClosed() {
        return closed;
    }

    /** Returns the scope that owns this tensor. */
    public TensorScope scope() {
        return scope;
    }

    /** Frees the tensor before its scope closes; again does nothing. */
    public void release() {
        if (!closed) {
            handle();
            scope.forget(this);
            free();
        }
    }

    // ---- values out ----

    /** Returns a copy of all elements as floats, in row-major order. */
    public float[] toFloats() {
        float[] copy = new float[Math.toIntExact(elements())];
        copyTo(copy);
        return copy;
    }

    /**
     * Copies all elements as floats, in row-major order.
     *
     * @param target has exactly {@link #elements} entries
     */
    public void copyTo(float[] target) {
        Check.require(
                target.length == elements(),
                "target has %s entries, tensor %s has %s.",
                target.length,
                this,
                elements());
        if (target.length > 0) {
            Native.run(
                    "copyTo",
                    () -> {
                        org.bytedeco.pytorch.Tensor plain = onHost(DType.FP32);
                        FloatPointer data = plain.data_ptr_float();
                        data.get(target);
                    },
                    this);
        }
    }

    /** Returns a copy of all elements as whole numbers, in row-major order; fractions are cut off. */
    public long[] toLongs() {
        long[] copy = new long[Math.toIntExact(elements())];
        if (copy.length > 0) {
            Native.run(
                    "toLongs",
                    () -> {
                        LongPointer data = onHost(DType.INT64).data_ptr_long();
                        data.get(copy);
                    },
                    this);
        }
        return copy;
    }

    /**
     * Copies the elements as they are, little-endian and row-major, into a buffer and advances its position.
     *
     * @param target has at least {@link #bytes} bytes left
     */
    public void copyTo(ByteBuffer target) {
        int count = Math.toIntExact(bytes());
        Check.require(
                target.remaining() >= count,
                "target has %s bytes left, tensor %s needs %s.",
                target.remaining(),
                this,
                count);
        if (count > 0) {
            Native.run(
                    "copyTo",
                    () -> {
                        BytePointer data = new BytePointer(onHost(dtype).data_ptr());
                        target.put(data.capacity(count).asByteBuffer());
                    },
                    this);
        }
    }

    /** Returns a copy of the elements' bytes, little-endian and row-major. */
    public byte[] toBytes() {
        byte[] copy = new byte[Math.toIntExact(bytes())];
        copyTo(ByteBuffer.wrap(copy));
        return copy;
    }

    /**
     * Returns the only element.
     *
     * @throws IllegalArgumentException if there is more than one element, or none
     */
    public double item() {
        Check.require(elements() == 1, "Tensor %s has not exactly one element.", this);
        return Native.value("item", () -> handle().item_double(), this);
    }

    private org.bytedeco.pytorch.Tensor onHost(DType type) {
        org.bytedeco.pytorch.Tensor plain = handle().detach().to(type.scalarType());
        return Torch.isOnHost(plain) ? plain.contiguous() : plain.cpu().contiguous();
    }

    // ---- values in ----

    /**
     * Overwrites part of the elements' memory; the tensor must be contiguous and on the host.
     *
     * @param byteOffset where in the tensor's bytes the copy starts
     * @param littleEndian the elements' bytes, direct, mapped or on the heap; its position advances to its limit
     */
    public void writeBytes(long byteOffset, ByteBuffer littleEndian) {
        int count = littleEndian.remaining();
        Check.require(
                byteOffset >= 0 && byteOffset <= bytes() - count,
                "%s bytes at offset %s do not fit into tensor %s of %s bytes.",
                count,
                byteOffset,
                this,
                bytes());
        if (count > 0) {
            Native.run(
                    "writeBytes",
                    () -> {
                        org.bytedeco.pytorch.Tensor target = handle();
                        Check.require(
                                target.is_contiguous() && Torch.isOnHost(target),
                                "Tensor %s is not contiguous on the host.",
                                this);
                        BytePointer data = new BytePointer(target.data_ptr());
                        data.position(byteOffset)
                                .limit(byteOffset + count)
                                .asByteBuffer()
                                .put(littleEndian);
                    },
                    this);
        }
    }

    /**
     * Overwrites the elements with those of another tensor, converted to this type and broadcast to this shape.
     *
     * @return this tensor
     */
    public Tensor copyInPlace(Tensor source) {
        return inPlace("copyInPlace", () -> handle().copy_(source.handle()), source);
    }

    /**
     * Overwrites the elements.
     *
     * @param values has exactly {@link #elements} entries
     * @return this tensor
     */
    @SuppressWarnings("try")
    public Tensor copyInPlace(float[] values) {
        try (TensorScope temporary = TensorScope.open("copyInPlace")) {
            return copyInPlace(Tensors.of(values, shape));
        }
    }

    /** Sets every element to a value. */
    public Tensor fillInPlace(double value) {
        return inPlace("fillInPlace", () -> handle().fill_(new Scalar(value)));
    }

    // ---- in-place arithmetic, for optimisers ----

    /** {@code this += factor * other}. */
    public Tensor addInPlace(Tensor other, double factor) {
        return inPlace("addInPlace", () -> handle().add_(other.handle(), new Scalar(factor)), other);
    }

    /** {@code this *= factor}. */
    public Tensor mulInPlace(double factor) {
        return inPlace("mulInPlace", () -> handle().mul_(new Scalar(factor)));
    }

    /** {@code this *= other}. */
    public Tensor mulInPlace(Tensor other) {
        return inPlace("mulInPlace", () -> handle().mul_(other.handle()), other);
    }

    /** {@code this += factor * a * b}. */
    public Tensor addProductInPlace(Tensor a, Tensor b, double factor) {
        return inPlace("addProductInPlace", () -> handle().addcmul_(a.handle(), b.handle(), new Scalar(factor)), a, b);
    }

    /** {@code this += factor * numerator / denominator}. */
    public Tensor addQuotientInPlace(Tensor numerator, Tensor denominator, double factor) {
        return inPlace(
                "addQuotientInPlace",
                () -> handle().addcdiv_(numerator.handle(), denominator.handle(), new Scalar(factor)),
                numerator,
                denominator);
    }

    /** {@code this += weight * (end - this)}. */
    public Tensor lerpInPlace(Tensor end, double weight) {
        return inPlace("lerpInPlace", () -> handle().lerp_(end.handle(), new Scalar(weight)), end);
    }

    @SuppressWarnings("try")
    private Tensor inPlace(String operation, Native.Call call, Tensor... arguments) {
        Tensor[] operands = Arrays.copyOf(arguments, arguments.length + 1);
        System.arraycopy(arguments, 0, operands, 1, arguments.length);
        operands[0] = this;
        try (Autograd.Guard guard = Autograd.noGrad()) {
            Native.run(operation, call::run, operands);
        }
        return this;
    }

    // ---- gradients ----

    /** Returns the same memory without its history. */
    public Tensor detach() {
        return make("detach", () -> handle().detach());
    }

    /**
     * Says whether operations on this leaf are recorded, so that {@link #grad} holds its gradient after a backward
     * pass.
     *
     * @return this tensor
     * @throws IllegalStateException if the tensor is the result of a recorded operation
     */
    public Tensor requiresGrad(boolean recorded) {
        Native.run(
                "requiresGrad",
                () -> {
                    if (!handle().is_leaf()) {
                        throw new IllegalStateException("Tensor " + this
                                + " is the result of a recorded operation; take its gradient from detach().");
                    }
                    handle().set_requires_grad(recorded);
                },
                this);
        return this;
    }

    /** Says whether operations on this tensor are recorded. */
    public boolean requiresGrad() {
        return Native.value("requiresGrad", () -> handle().requires_grad(), this);
    }

    /**
     * Returns the gradient that backward passes added up, as a new handle in the innermost scope on memory that
     * belongs to this tensor; empty when there is none.
     */
    public Optional<Tensor> grad() {
        boolean present = Native.value("grad", () -> handle().mutable_grad().defined(), this);
        return present ? Optional.of(make("grad of " + name, () -> handle().mutable_grad())) : Optional.empty();
    }

    /** Frees the gradient. */
    public void clearGrad() {
        Native.run("clearGrad", () -> handle().mutable_grad().reset(), this);
    }

    // ---- views and copies ----

    /** Returns the elements in another shape; one extent may be -1. A view where possible, else a copy. */
    public Tensor reshape(long... newShape) {
        return make("reshape", () -> handle().reshape(newShape));
    }

    /** Returns a view with its dimensions in another order. */
    public Tensor permute(long... order) {
        return make("permute", () -> handle().permute(order));
    }

    /** Returns a view with two dimensions swapped. */
    public Tensor transpose(int first, int second) {
        return make("transpose", () -> handle().transpose(first, second));
    }

    /** Returns a view of {@code length} entries of a dimension, from {@code start} on. */
    public Tensor narrow(int dimension, long start, long length) {
        return make("narrow", () -> handle().narrow(dimension, start, length));
    }

    /** Returns a view of one entry of a dimension, without that dimension. */
    public Tensor select(int dimension, long index) {
        return make("select", () -> handle().select(dimension, index));
    }

    /** Returns a view with a dimension of extent 1 put in. */
    public Tensor unsqueeze(int dimension) {
        return make("unsqueeze", () -> handle().unsqueeze(dimension));
    }

    /** Returns a view that repeats dimensions of extent 1; -1 keeps an extent. */
    public Tensor expand(long... newShape) {
        return make("expand", () -> handle().expand(newShape));
    }

    /** Returns the elements in row-major order: a handle on the same memory when they are so already. */
    public Tensor contiguous() {
        return make("contiguous", () -> handle().contiguous());
    }

    /** Returns a copy. */
    public Tensor copy() {
        return make("copy", () -> handle().clone());
    }

    /** Returns the elements in another type: a handle on the same memory when they have it already. */
    public Tensor to(DType type) {
        return make("to " + type, () -> handle().to(type.scalarType()));
    }

    /** Returns the elements on {@link Torch#device()}: a handle on the same memory when they are there already. */
    public Tensor onDevice() {
        return make("onDevice", () -> handle().to(new Device(Torch.device()), dtype.scalarType()));
    }

    // ---- arithmetic; shapes broadcast, types promote as in PyTorch ----

    /** {@code this + other}. */
    public Tensor add(Tensor other) {
        return make("add", () -> handle().add(other.handle()), other);
    }

    /** {@code this + other}. */
    public Tensor add(double other) {
        return make("add", () -> handle().add(new Scalar(other)));
    }

    /** {@code this - other}. */
    public Tensor sub(Tensor other) {
        return make("sub", () -> handle().sub(other.handle()), other);
    }

    /** {@code this * other}. */
    public Tensor mul(Tensor other) {
        return make("mul", () -> handle().mul(other.handle()), other);
    }

    /** {@code this * other}. */
    public Tensor mul(double other) {
        return make("mul", () -> handle().mul(new Scalar(other)));
    }

    /** {@code this / other}. */
    public Tensor div(Tensor other) {
        return make("div", () -> handle().div(other.handle()), other);
    }

    /** {@code this / other}. */
    public Tensor div(double other) {
        return make("div", () -> handle().div(new Scalar(other)));
    }

    /** Every element to a power. */
    public Tensor pow(double exponent) {
        return make("pow", () -> handle().pow(new Scalar(exponent)));
    }

    /** The square root of every element. */
    public Tensor sqrt() {
        return make("sqrt", () -> handle().sqrt());
    }

    /** The cosine of every element. */
    public Tensor cos() {
        return make("cos", () -> handle().cos());
    }

    /** The sine of every element. */
    public Tensor sin() {
        return make("sin", () -> handle().sin());
    }

    /** The sum of all elements, a scalar; whole numbers give {@link DType#INT64}. */
    public Tensor sum() {
        return make("sum", () -> handle().sum());
    }

    /** The sums along dimensions. */
    public Tensor sum(long[] dimensions, boolean keepDimensions) {
        return make("sum", () -> handle().sum(dimensions, keepDimensions, new ScalarTypeOptional()));
    }

    /** The mean of all elements, a scalar. */
    public Tensor mean() {
        return make("mean", () -> handle().mean());
    }

    /** The means along dimensions. */
    public Tensor mean(long[] dimensions, boolean keepDimensions) {
        return make("mean", () -> handle().mean(dimensions, keepDimensions, new ScalarTypeOptional()));
    }

    /** One where the elements are equal, {@link DType#BOOL}. */
    public Tensor equalTo(Tensor other) {
        return make("equalTo", () -> handle().eq(other.handle()), other);
    }

    private Tensor make(String operation, Native.Call call, Tensor... arguments) {
        Tensor[] operands = new Tensor[arguments.length + 1];
        operands[0] = this;
        System.arraycopy(arguments, 0, operands, 1, arguments.length);
        return Native.tensor(operation, call, operands);
    }

    // ---- life ----

    /** Returns the native tensor after checking that it may be used. */
    org.bytedeco.pytorch.Tensor handle() {
        if (closed) {
            throw usedAfterClose();
        }
        scope.requireThread();
        return handle;
    }

    private IllegalStateException usedAfterClose() {
        IllegalStateException failure = new IllegalStateException(
                "Tensor " + this + " is used after it was freed; it belonged to scope '" + scope.name() + "'."
                        + (allocated != null ? "" : " Run with -Dsplittune.tensor.track=true to see where."));
        if (allocated != null) {
            failure.addSuppressed(allocated);
        }
        if (closedAt != null) {
            failure.addSuppressed(closedAt);
        }
        return failure;
    }

    /** Frees the memory; the scope has forgotten the tensor already. */
    void free() {
        discard();
        StorageLedger.process().remove(storageAddress);
    }

    /** Frees a tensor that was never counted. */
    void discard() {
        closed = true;
        closedAt = allocated != null ? new Throwable("closed here") : null;
        Native.free(handle);
    }

    void setScope(TensorScope newScope) {
        this.scope = newScope;
    }

    long storageAddress() {
        return storageAddress;
    }

    long storageBytes() {
        return storageBytes;
    }

    /** The name, shape and type, such as {@code linear[8, 197, 768] bf16}. */
    @Override
    public String toString() {
        return name + Arrays.toString(shape) + " " + dtype.name().toLowerCase(Locale.ROOT);
    }
}
