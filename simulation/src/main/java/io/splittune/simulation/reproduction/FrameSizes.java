package io.splittune.simulation.reproduction;

import io.splittune.codec.ActivationCodec;
import io.splittune.codec.Coder;
import io.splittune.codec.Compression;
import io.splittune.codec.Encoded;
import io.splittune.core.RandomStreams;
import io.splittune.core.RandomStreams.Purpose;

/**
 * Bytes of one batch of activations, and of its gradient, at one compression, counted on encoded frames: header and checksum included.
 *
 * @param rawBytes of the activation in fp32
 * @param kept how many values
 * @param positionList bytes of the kept values' column indices at a fixed width, counted: nothing encodes them so
 * @param dense bytes of the frame that holds levels and signs at fixed width and no positions
 * @param packed bytes of the frame of the {@code RAW} coder: the same and positions as a bitmap
 * @param golomb bytes of the frame of the {@code GOLOMB} coder: the paper's scheme
 * @param golombPositions bytes of the positions in it
 * @param adaptive bytes of the frame of the {@code ADAPTIVE} coder: ours
 * @param sharedGradient bytes of the gradient's frame of the {@code ADAPTIVE} coder on the activation's positions: ours
 */
record FrameSizes(
        long rawBytes,
        long kept,
        long positionList,
        long dense,
        long packed,
        long golomb,
        long golombPositions,
        long adaptive,
        long sharedGradient) {
    /**
     * Encodes.
     *
     * @param activation what goes up
     * @param gradient of the same shape, what comes down
     * @param keep rho
     * @param levels E
     * @param streams where the quantiser's draws come from
     */
    static FrameSizes of(CutTensor activation, CutTensor gradient, double keep, int levels, RandomStreams streams) {
        ActivationCodec codec = new ActivationCodec();
        Encoded packed = encode(codec, activation, new Compression.Quantised(keep, levels, Coder.RAW), streams);
        Compression.Quantised golomb = new Compression.Quantised(keep, levels, Coder.GOLOMB);
        Compression.Quantised adaptive = new Compression.Quantised(keep, levels, Coder.ADAPTIVE);
        long golombBytes = encode(codec, activation, golomb, streams).frame().length;
        int indexBits = Integer.SIZE - Integer.numberOfLeadingZeros(activation.width() - 1);
        return new FrameSizes(
                activation.rawBytes(),
                packed.mask().kept(),
                ceilBytes((long) packed.mask().kept() * indexBits),
                onMask(codec, activation, packed, new Compression.Quantised(keep, levels, Coder.RAW), streams),
                packed.frame().length,
                golombBytes,
                golombBytes - onMask(codec, activation, packed, golomb, streams),
                encode(codec, activation, adaptive, streams).frame().length,
                onMask(codec, gradient, packed, adaptive, streams));
    }

    private static Encoded encode(
            ActivationCodec codec, CutTensor tensor, Compression compression, RandomStreams streams) {
        return codec.encode(tensor.values(), tensor.shape(), compression, streams.stream(Purpose.QUANTISER, 0));
    }

    private static long onMask(
            ActivationCodec codec,
            CutTensor tensor,
            Encoded positions,
            Compression.Quantised compression,
            RandomStreams streams) {
        return codec.encodeOnMask(
                        tensor.values(),
                        tensor.shape(),
                        positions.mask(),
                        compression,
                        streams.stream(Purpose.QUANTISER, 1))
                .frame()
                .length;
    }

    private static long ceilBytes(long bits) {
        return (bits + Byte.SIZE - 1) / Byte.SIZE;
    }

    /** Returns how many times smaller than raw so many bytes are. */
    double ratio(long bytes) {
        return (double) rawBytes / bytes;
    }

    /** Returns the bytes of levels and signs at fixed width and column indices. */
    long listed() {
        return dense + positionList;
    }

    /** Returns the bytes of levels and signs at fixed width and Golomb-coded positions. */
    long golombFixedLevels() {
        return dense + golombPositions;
    }
}
