package io.splittune.codec;

import static io.splittune.core.Check.positive;
import static io.splittune.core.Check.require;

import io.splittune.core.Ticker;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;

/**
 * Tensors at the cut to bytes and back: Top-K, quantisation, lossless coding, one frame.
 *
 * <p>Source: SFT section IV-B and Fig. 2, in the frame of {@link FrameFormat}. A result depends on the arguments alone,
 * and is the same on every machine and for every number of threads with the same random stream; what is kept from call to
 * call are buffers, so use one instance for many tensors. Thread-safe; the random generators passed in are used by the
 * calling thread only. Argument arrays are read, never changed (but for targets) and never kept.
 */
public final class ActivationCodec {
    private final Workers workers;
    private final ConcurrentLinkedQueue<Tools> idle = new ConcurrentLinkedQueue<>();

    /** Makes a codec that works on the calling thread only. */
    public ActivationCodec() {
        this(1);
    }

    /**
     * Makes a codec that may work on several slices of a large tensor (2^21 elements and more) at once.
     *
     * @param threads that one call may use, positive: the calling one, and for the others the common fork-join pool
     */
    public ActivationCodec(int threads) {
        this.workers = new Workers(threads);
    }

    /**
     * Encodes a tensor.
     *
     * @param values row-major, one per element of the shape, finite
     * @param shape dimensions, at most 8, each positive, at most 2^28 elements; empty for a scalar. The last one counts
     *     channels: the adaptive coder keeps statistics for each
     * @param compression what to do
     * @param quantiserStream with stochastic rounding one draw per kept value, or one per slice where there are several; else
     *     none
     * @return the frame and the kept elements
     * @throws IllegalArgumentException naming the first value that is NaN or infinite (or beyond BF16's largest), or if the
     *     shape is not allowed or does not match
     */
    public Encoded encode(float[] values, int[] shape, Compression compression, RandomGenerator quantiserStream) {
        int elements = checkedElements(values, shape);
        if (compression instanceof Compression.Quantised quantised) {
            Slices slices = Slices.of(RowLayout.of(shape));
            TopK.Selection selection = select(values, quantised.keptOf(elements), slices.count());
            var range = new QuantiserRange(quantised.levels(), selection.low(), selection.high());
            byte[] frame = new SliceEncoder(values, shape, slices, quantised, workers)
                    .frame(selection.mask(), range, false, quantiserStream, idle);
            return new Encoded(frame, selection.mask());
        }
        FloatFormat format = ((Compression.None) compression).format();
        TopK.requireFinite(values, 0, elements);
        return new Encoded(PassThrough.encode(values, shape, format), Mask.all(elements));
    }

    /**
     * Encodes the values of a tensor at positions that the receiver knows already; no position crosses the wire.
     *
     * @param values row-major, one per element of the shape, finite
     * @param shape as for {@link #encode}
     * @param mask what to keep, at least one element; of the shape's size
     * @param compression its levels and coder apply, its kept fraction does not
     * @param quantiserStream as for {@link #encode}
     * @return the frame and the same mask
     * @throws IllegalArgumentException as for {@link #encode}, or if the mask keeps nothing or is of another size
     */
    public Encoded encodeOnMask(
            float[] values,
            int[] shape,
            Mask mask,
            Compression.Quantised compression,
            RandomGenerator quantiserStream) {
        int elements = checkedElements(values, shape);
        requireSize(mask, elements);
        SliceEncoder encoder = new SliceEncoder(values, shape, Slices.of(RowLayout.of(shape)), compression, workers);
        QuantiserRange range = encoder.rangeOf(mask);
        return new Encoded(encoder.frame(mask, range, true, quantiserStream, idle), mask);
    }

    /**
     * Decodes a frame of {@link #encode}.
     *
     * <p>Memory is bounded by the expected shape, whatever the frame says.
     *
     * @param frame any bytes, from a peer that is not trusted
     * @param expectedShape the shape that the frame must have
     * @return the tensor; every value is finite
     * @throws MalformedFrameException if it is no frame, is damaged, is of another shape or is on a shared mask
     * @throws IllegalArgumentException if the shape is not allowed
     */
    public Decoded decode(byte[] frame, int[] expectedShape) {
        return decode(frame, expectedShape, new float[FrameFormat.elementsOf(expectedShape)]);
    }

    /**
     * Decodes a frame of {@link #encode} into an array that the caller uses again and again.
     *
     * @param frame any bytes, from a peer that is not trusted
     * @param expectedShape the shape that the frame must have
     * @param target one element per element of the shape, overwritten: with the values, or with anything at all when the
     *     frame is refused
     * @return the tensor, whose values are in {@code target}
     * @throws MalformedFrameException as for {@link #decode(byte[], int[])}
     * @throws IllegalArgumentException if the shape is not allowed or does not match
     */
    public Decoded decode(byte[] frame, int[] expectedShape, float[] target) {
        int elements = checkedElements(target, expectedShape);
        FrameReader reader = new FrameReader(frame, expectedShape);
        if (!reader.isQuantised()) {
            PassThrough.decode(reader, target);
            return new Decoded(target, expectedShape.clone(), Mask.all(elements));
        }
        if (reader.isOnSharedMask()) {
            throw reader.malformedKind("the frame is on a shared mask and none was given");
        }
        QuantisedHeader header = reader.header();
        Mask known = header.kept() == elements ? Mask.all(elements) : null;
        Mask mask = decoder(expectedShape).decode(reader, header, known, target);
        return new Decoded(target, expectedShape.clone(), mask);
    }

    /**
     * Decodes a frame of {@link #encodeOnMask}.
     *
     * @param frame any bytes, from a peer that is not trusted
     * @param mask the mask that the frame was encoded on
     * @param expectedShape the shape that the frame must have
     * @return the tensor; every value is finite
     * @throws MalformedFrameException if it is no frame, is damaged, is of another shape or on another mask
     * @throws IllegalArgumentException if the shape is not allowed, or the mask keeps nothing or is of another size
     */
    public Decoded decodeOnMask(byte[] frame, Mask mask, int[] expectedShape) {
        return decodeOnMask(frame, mask, expectedShape, new float[FrameFormat.elementsOf(expectedShape)]);
    }

    /**
     * Decodes a frame of {@link #encodeOnMask} into an array that the caller uses again and again.
     *
     * @param frame any bytes, from a peer that is not trusted
     * @param mask the mask that the frame was encoded on
     * @param expectedShape the shape that the frame must have
     * @param target as for {@link #decode(byte[], int[], float[])}
     * @return the tensor, whose values are in {@code target}
     * @throws MalformedFrameException as for {@link #decodeOnMask(byte[], Mask, int[])}
     * @throws IllegalArgumentException as there, or if the target does not match
     */
    public Decoded decodeOnMask(byte[] frame, Mask mask, int[] expectedShape, float[] target) {
        int elements = checkedElements(target, expectedShape);
        requireSize(mask, elements);
        FrameReader reader = new FrameReader(frame, expectedShape);
        if (!reader.isOnSharedMask()) {
            throw reader.malformedKind("the frame is not on a shared mask");
        }
        QuantisedHeader header = reader.header();
        if (header.kept() != mask.kept() || header.maskChecksum() != mask.checksum()) {
            throw reader.malformedKind("the frame is on another mask than the " + mask.kept() + " elements expected");
        }
        decoder(expectedShape).decode(reader, header, mask, target);
        return new Decoded(target, expectedShape.clone(), mask);
    }

    /**
     * Measures what a compression does to a tensor: size, bound, error and speed.
     *
     * @param values as for {@link #encode}
     * @param shape as for {@link #encode}
     * @param compression what to do
     * @param sharedMask whether to send the kept values as on a mask that the receiver knows (quantised only)
     * @param quantiserStream where the quantiser's draws come from
     * @param ticker the clock for the speeds
     * @return the measurement
     * @throws IllegalArgumentException as for {@link #encode}, or for a shared mask without quantisation
     */
    public CodecReport analyse(
            float[] values,
            int[] shape,
            Compression compression,
            boolean sharedMask,
            RandomGenerator quantiserStream,
            Ticker ticker) {
        long seed = quantiserStream.nextLong();
        return new CodecAnalysis(this, values, shape, compression, sharedMask, seed).run(ticker);
    }

    private TopK.Selection select(float[] values, int kept, int pieces) {
        try (Tools tools = Tools.borrow(idle)) {
            return tools.topK().select(values, kept, pieces, workers);
        }
    }

    private SliceDecoder decoder(int[] shape) {
        return new SliceDecoder(Slices.of(RowLayout.of(shape)), workers, idle);
    }

    private static int checkedElements(float[] values, int[] shape) {
        int elements = FrameFormat.elementsOf(shape);
        require(values.length == elements, "values has %s elements, but the shape has %s.", values.length, elements);
        return elements;
    }

    private static void requireSize(Mask mask, int elements) {
        require(mask.size() == elements, "mask is of %s elements, but the shape has %s.", mask.size(), elements);
        positive(mask.kept(), "mask.kept()");
    }
}
