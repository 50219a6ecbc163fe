package io.splittune.codec;

import static io.splittune.core.Check.positive;
import static io.splittune.core.Check.require;

import io.splittune.core.Ticker;
import java.util.random.RandomGenerator;

/**
 * Tensors at the cut to bytes and back: Top-K, stochastic quantisation, lossless coding, one frame.
 *
 * <p>Source: SFT section IV-B and Fig. 2, in the frame of {@link FrameFormat}. Stateless: a result depends on the arguments
 * alone, and is the same on every machine for the same random stream. Thread-safe; the random generators passed in are
 * used by the calling thread only. Argument arrays are read, never changed and never kept.
 */
public final class ActivationCodec {
    private static final RawCoder RAW = new RawCoder();
    private static final GolombCoder GOLOMB = new GolombCoder();
    private static final AdaptiveCoder ADAPTIVE = new AdaptiveCoder();

    /**
     * Encodes a tensor.
     *
     * @param values row-major, one per element of the shape, finite
     * @param shape dimensions, at most 8, each positive, at most 2^28 elements; empty for a scalar. The last one counts
     *     channels: the adaptive coder keeps statistics for each
     * @param compression what to do
     * @param quantiserStream one draw per kept value, none in pass-through
     * @return the frame and the kept elements
     * @throws IllegalArgumentException naming the first value that is NaN or infinite (or beyond BF16's largest), or if the
     *     shape is not allowed or does not match
     */
    public Encoded encode(float[] values, int[] shape, Compression compression, RandomGenerator quantiserStream) {
        int elements = checkedElements(values, shape);
        if (compression instanceof Compression.Quantised quantised) {
            Mask mask = TopK.select(values, quantised.keptOf(elements));
            QuantisedTensor tensor = StochasticQuantiser.quantise(values, mask, quantised.levels(), quantiserStream);
            return new Encoded(frame(tensor, shape, quantised.coder(), false), mask);
        }
        FloatFormat format = ((Compression.None) compression).format();
        TopK.requireFinite(values);
        return new Encoded(PassThrough.encode(values, shape, format), Mask.all(elements));
    }

    /**
     * Encodes the values of a tensor at positions that the receiver knows already; no position crosses the wire.
     *
     * @param values row-major, one per element of the shape, finite
     * @param shape as for {@link #encode}
     * @param mask what to keep, at least one element; of the shape's size
     * @param compression its levels and coder apply, its kept fraction does not
     * @param quantiserStream one draw per kept value
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
        TopK.requireFinite(values);
        QuantisedTensor tensor = StochasticQuantiser.quantise(values, mask, compression.levels(), quantiserStream);
        return new Encoded(frame(tensor, shape, compression.coder(), true), mask);
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
        int elements = FrameFormat.elementsOf(expectedShape);
        FrameReader reader = new FrameReader(frame, expectedShape);
        if (!reader.isQuantised()) {
            float[] values = PassThrough.decode(reader, elements);
            return new Decoded(values, expectedShape.clone(), Mask.all(elements));
        }
        if (reader.isOnSharedMask()) {
            throw reader.malformedKind("the frame is on a shared mask and none was given");
        }
        QuantisedHeader header = reader.header();
        boolean dense = header.kept() == elements;
        LosslessCoder coder = coderFor(header.coder());
        var sections = reader.sections(coder.sections(!dense));
        var plan = new LosslessCoder.Plan(
                elements,
                FrameFormat.columnsOf(expectedShape),
                header.kept(),
                header.range(),
                dense ? Mask.all(elements) : null);
        QuantisedTensor tensor = coder.decode(sections, plan);
        return new Decoded(tensor.dequantise(), expectedShape.clone(), tensor.mask());
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
        int elements = FrameFormat.elementsOf(expectedShape);
        requireSize(mask, elements);
        FrameReader reader = new FrameReader(frame, expectedShape);
        if (!reader.isOnSharedMask()) {
            throw reader.malformedKind("the frame is not on a shared mask");
        }
        QuantisedHeader header = reader.header();
        if (header.kept() != mask.kept() || header.maskChecksum() != mask.checksum()) {
            throw reader.malformedKind("the frame is on another mask than the " + mask.kept() + " elements expected");
        }
        LosslessCoder coder = coderFor(header.coder());
        var plan = new LosslessCoder.Plan(
                elements, FrameFormat.columnsOf(expectedShape), header.kept(), header.range(), mask);
        QuantisedTensor tensor = coder.decode(reader.sections(coder.sections(false)), plan);
        return new Decoded(tensor.dequantise(), expectedShape.clone(), mask);
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

    private static byte[] frame(QuantisedTensor tensor, int[] shape, Coder coder, boolean sharedMask) {
        Mask mask = tensor.mask();
        boolean withPositions = !sharedMask && !mask.isDense();
        var sections = coderFor(coder).encode(tensor, FrameFormat.columnsOf(shape), withPositions);
        var header =
                new QuantisedHeader(coder, mask.kept(), tensor.range(), sharedMask, sharedMask ? mask.checksum() : 0);
        return FrameWriter.quantised(header, shape, sections);
    }

    private static LosslessCoder coderFor(Coder coder) {
        return switch (coder) {
            case RAW -> RAW;
            case GOLOMB -> GOLOMB;
            case ADAPTIVE -> ADAPTIVE;
        };
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
