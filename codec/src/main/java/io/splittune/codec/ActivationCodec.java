package io.splittune.codec;

import static io.splittune.core.Check.positive;
import static io.splittune.core.Check.require;

import io.splittune.core.Ticker;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;

/**
 * Tensors at the cut to bytes and back: Top-K, stochastic quantisation, lossless coding, one frame.
 *
 * <p>Source: SFT section IV-B and Fig. 2, in the frame of {@link FrameFormat}. A result depends on the arguments alone,
 * and is the same on every machine for the same random stream; what is kept from call to call are buffers, so use one
 * instance for many tensors. Thread-safe; the random generators passed in are used by the calling thread only. Argument
 * arrays are read, never changed (but for targets) and never kept.
 */
public final class ActivationCodec {
    private final ConcurrentLinkedQueue<Tools> idle = new ConcurrentLinkedQueue<>();

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
            try (Tools tools = Tools.borrow(idle)) {
                TopK.Selection selection = tools.topK().select(values, quantised.keptOf(elements));
                var range = new QuantiserRange(quantised.levels(), selection.low(), selection.high());
                QuantisedTensor tensor = StochasticQuantiser.quantise(values, selection.mask(), range, quantiserStream);
                return new Encoded(frame(tensor, shape, quantised.coder(), false, tools), selection.mask());
            }
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
        try (Tools tools = Tools.borrow(idle)) {
            return new Encoded(frame(tensor, shape, compression.coder(), true, tools), mask);
        }
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
        boolean dense = header.kept() == elements;
        int sections = header.coder().sections(!dense);
        var plan = new LosslessCoder.Plan(
                RowLayout.of(expectedShape), header.kept(), header.range(), dense ? Mask.all(elements) : null);
        QuantisedTensor tensor = decode(reader.sections(sections), header.coder(), plan);
        tensor.dequantise(target);
        return new Decoded(target, expectedShape.clone(), tensor.mask());
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
        var plan = new LosslessCoder.Plan(RowLayout.of(expectedShape), header.kept(), header.range(), mask);
        QuantisedTensor tensor = decode(reader.sections(header.coder().sections(false)), header.coder(), plan);
        tensor.dequantise(target);
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

    private static byte[] frame(QuantisedTensor tensor, int[] shape, Coder wanted, boolean sharedMask, Tools tools) {
        Mask mask = tensor.mask();
        boolean withPositions = !sharedMask && !mask.isDense();
        RowLayout layout = RowLayout.of(shape);
        Coder coder = wanted;
        List<Section> sections = tools.coder(coder).encode(tensor, layout, withPositions);
        if (coder == Coder.ADAPTIVE
                && sections.get(0).length() > EntropyBound.independentBytes(tensor, withPositions)) {
            // Nothing was learnt that independent elements would not show: the paper's scheme may be the shorter one.
            List<Section> golomb = tools.coder(Coder.GOLOMB).encode(tensor, layout, withPositions);
            if (lengthOf(golomb) < lengthOf(sections)) {
                coder = Coder.GOLOMB;
                sections = golomb;
            }
        }
        var header =
                new QuantisedHeader(coder, mask.kept(), tensor.range(), sharedMask, sharedMask ? mask.checksum() : 0);
        return FrameWriter.quantised(header, shape, sections);
    }

    private QuantisedTensor decode(List<Section> sections, Coder coder, LosslessCoder.Plan plan) {
        try (Tools tools = Tools.borrow(idle)) {
            return tools.coder(coder).decode(sections, plan);
        }
    }

    private static int lengthOf(List<Section> sections) {
        int length = 0;
        for (Section section : sections) {
            length += FrameWriter.varintLength(section.length()) + section.length();
        }
        return length;
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
