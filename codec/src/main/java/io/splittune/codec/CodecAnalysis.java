package io.splittune.codec;

import static io.splittune.core.Check.require;

import io.splittune.core.Ticker;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Fills a {@link CodecReport} for one tensor and compression. Confined to one thread. */
final class CodecAnalysis {
    /** Timed runs of each direction; the first ones also warm up the machine, the best one counts. */
    private static final int RUNS = 5;

    private final ActivationCodec codec;
    private final float[] values;
    private final int[] shape;
    private final Compression compression;
    private final @Nullable Mask sharedMask;
    private final long seed;

    /**
     * Takes what is to be measured.
     *
     * @param seed of the quantiser's draws: the same in every run, so that all runs do the same work
     */
    CodecAnalysis(
            ActivationCodec codec,
            float[] values,
            int[] shape,
            Compression compression,
            boolean onSharedMask,
            long seed) {
        require(
                !onSharedMask || compression instanceof Compression.Quantised,
                "A shared mask needs a quantised compression, not \"%s\".",
                compression.describe());
        this.codec = codec;
        this.values = values;
        this.shape = shape;
        this.compression = compression;
        this.sharedMask = onSharedMask
                ? codec.encode(values, shape, compression, random(seed)).mask()
                : null;
        this.seed = seed;
    }

    CodecReport run(Ticker ticker) {
        Encoded encoded = encode();
        Decoded decoded = decode(encoded);
        long encodeNanos = Long.MAX_VALUE;
        long decodeNanos = Long.MAX_VALUE;
        for (int run = 0; run < RUNS; run++) {
            long start = ticker.nanos();
            encoded = encode();
            long middle = ticker.nanos();
            decoded = decode(encoded);
            encodeNanos = Math.min(encodeNanos, middle - start);
            decodeNanos = Math.min(decodeNanos, ticker.nanos() - middle);
        }
        double squares = 0;
        double largest = 0;
        for (int i = 0; i < values.length; i++) {
            double error = Math.abs((double) decoded.values()[i] - values[i]);
            squares += error * error;
            largest = Math.max(largest, error);
        }
        long rawBytes = (long) Float.BYTES * values.length;
        double entropyBound;
        double channelBound;
        if (compression instanceof Compression.None none) {
            entropyBound = (double) none.format().bytesPerValue() * values.length;
            channelBound = entropyBound;
        } else {
            var quantised = (Compression.Quantised) compression;
            var tensor =
                    Quantiser.quantise(values, encoded.mask(), quantised.levels(), quantised.rounding(), random(seed));
            entropyBound = EntropyBound.independentBytes(tensor, sharedMask == null);
            channelBound = EntropyBound.perChannelBytes(tensor, FrameFormat.columnsOf(shape), sharedMask == null);
        }
        return new CodecReport(
                values.length,
                rawBytes,
                encoded.frame().length,
                entropyBound,
                channelBound,
                squares / values.length,
                largest,
                rawBytes / (encodeNanos / 1e9),
                rawBytes / (decodeNanos / 1e9));
    }

    private Encoded encode() {
        return sharedMask == null
                ? codec.encode(values, shape, compression, random(seed))
                : codec.encodeOnMask(values, shape, sharedMask, (Compression.Quantised) compression, random(seed));
    }

    private Decoded decode(Encoded encoded) {
        return sharedMask == null
                ? codec.decode(encoded.frame(), shape)
                : codec.decodeOnMask(encoded.frame(), sharedMask, shape);
    }

    private static SplittableRandom random(long seed) {
        return new SplittableRandom(seed);
    }
}
