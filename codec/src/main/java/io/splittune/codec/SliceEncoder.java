package io.splittune.codec;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;

/** Quantises and codes one tensor slice by slice. Confined to one thread, which may have others help. */
final class SliceEncoder {
    private final float[] values;
    private final int[] shape;
    private final Slices slices;
    private final Compression.Quantised compression;
    private final Workers workers;

    /**
     * Takes what is to be encoded.
     *
     * @param values row-major, finite
     * @param shape of the values
     * @param slices of that shape
     * @param compression all but the kept fraction applies
     * @param workers who does it
     */
    SliceEncoder(float[] values, int[] shape, Slices slices, Compression.Quantised compression, Workers workers) {
        this.values = values;
        this.shape = shape;
        this.slices = slices;
        this.compression = compression;
        this.workers = workers;
    }

    /** Returns the range of the kept values, all of which are checked to be finite. */
    QuantiserRange rangeOf(Mask mask) {
        QuantiserRange[] ranges = new QuantiserRange[slices.count()];
        workers.forEach(ranges.length, slice -> {
            int from = slices.from(slice);
            TopK.requireFinite(values, from, slices.from(slice + 1));
            Mask part = mask.slice(from, slices.elements(slice));
            ranges[slice] = Quantiser.rangeOf(values, from, part, compression.levels());
        });
        float low = Float.MAX_VALUE;
        float high = 0;
        for (QuantiserRange range : ranges) {
            low = Math.min(low, range.low());
            high = Math.max(high, range.high());
        }
        return new QuantiserRange(compression.levels(), low, high);
    }

    /**
     * Writes the frame.
     *
     * @param mask what to keep
     * @param range of the kept values
     * @param sharedMask whether the receiver knows the mask
     * @param random of the draws: itself where there is one slice, else a long that starts each slice's own
     * @param idle where tools are borrowed
     */
    byte[] frame(
            Mask mask,
            QuantiserRange range,
            boolean sharedMask,
            RandomGenerator random,
            ConcurrentLinkedQueue<Tools> idle) {
        QuantisedTensor[] tensors = new QuantisedTensor[slices.count()];
        Tools[] tools = new Tools[tensors.length];
        Arrays.setAll(tools, slice -> Tools.borrow(idle));
        try {
            PointOffsets offsets = quantise(mask, range, random, tensors);
            boolean withPositions = !sharedMask && !mask.isDense();
            Coder coder = compression.coder();
            List<EncodedSlice> encoded = code(coder, tensors, withPositions, tools);
            if (coder == Coder.ADAPTIVE && bytes(encoded) > independentBytes(tensors, withPositions)) {
                // Nothing was learnt that independent elements would not show: the paper's scheme may be the shorter.
                List<EncodedSlice> golomb = code(Coder.GOLOMB, tensors, withPositions, tools);
                if (bytes(golomb) < bytes(encoded)) {
                    coder = Coder.GOLOMB;
                    encoded = golomb;
                }
            }
            int checksum = sharedMask ? mask.checksum() : 0;
            var header = new QuantisedHeader(coder, mask.kept(), range, offsets, sharedMask, checksum);
            return FrameWriter.quantised(header, shape, encoded, withPositions);
        } finally {
            for (Tools borrowed : tools) {
                borrowed.close();
            }
        }
    }

    /** Fills in the quantised slices and returns the offsets of their points. */
    private PointOffsets quantise(Mask mask, QuantiserRange range, RandomGenerator random, QuantisedTensor[] tensors) {
        RandomGenerator[] streams = new RandomGenerator[tensors.length];
        boolean single = tensors.length == 1 || compression.rounding() == Compression.Rounding.NEAREST;
        Arrays.setAll(streams, slice -> single ? random : new SplittableRandom(random.nextLong()));
        boolean fitted = compression.points() == Compression.Points.FITTED;
        double[][] sums = new double[tensors.length][fitted ? range.levels() + 1 : 0];
        int[][] counts = new int[tensors.length][fitted ? range.levels() + 1 : 0];
        workers.forEach(tensors.length, slice -> {
            int from = slices.from(slice);
            Mask part = mask.slice(from, slices.elements(slice));
            tensors[slice] = Quantiser.quantise(values, from, part, range, compression.rounding(), streams[slice]);
            if (fitted) {
                Quantiser.addOffsets(values, from, tensors[slice], sums[slice], counts[slice]);
            }
        });
        return fitted ? PointOffsets.fit(sums, counts) : PointOffsets.NONE;
    }

    private List<EncodedSlice> code(Coder coder, QuantisedTensor[] tensors, boolean withPositions, Tools[] tools) {
        EncodedSlice[] encoded = new EncodedSlice[tensors.length];
        workers.forEach(tensors.length, slice -> {
            Mask mask = tensors[slice].mask();
            List<Section> sections = mask.kept() == 0
                    ? List.of()
                    : tools[slice]
                            .coder(coder)
                            .encode(tensors[slice], slices.layout(slice), withPositions && !mask.isDense());
            encoded[slice] = new EncodedSlice(mask.kept(), sections);
        });
        return List.of(encoded);
    }

    private double independentBytes(QuantisedTensor[] tensors, boolean withPositions) {
        double[] bytes = new double[tensors.length];
        workers.forEach(
                bytes.length, slice -> bytes[slice] = EntropyBound.independentBytes(tensors[slice], withPositions));
        return Arrays.stream(bytes).sum();
    }

    private static long bytes(List<EncodedSlice> encoded) {
        return encoded.stream().mapToLong(EncodedSlice::bytes).sum();
    }
}
