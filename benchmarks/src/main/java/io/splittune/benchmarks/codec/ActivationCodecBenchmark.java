package io.splittune.benchmarks.codec;

import io.splittune.codec.ActivationCodec;
import io.splittune.codec.Coder;
import io.splittune.codec.Compression;
import io.splittune.codec.Decoded;
import io.splittune.codec.Encoded;
import io.splittune.codec.FloatFormat;
import io.splittune.codec.Mask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Encoding and decoding of a tensor at the cut: a real one from {@code train --save-activations} where {@code activation}
 * names the file (its gradient lies beside it), else activations as of ViT-B/16, (images, 197, 768) in fp32, and normal
 * gradients.
 *
 * <p>The counter {@code rawBytes} is the speed in bytes of the uncompressed tensor per second.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(3)
public class ActivationCodecBenchmark {
    private static final int TOKENS = 197;
    private static final int WIDTH = 768;
    private static final long SEED = 7;

    /** Bytes of the raw tensor, per second. */
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    @State(Scope.Thread)
    public static class Bytes {
        /** Read by the harness after an iteration. */
        public long rawBytes;
    }

    /** A tensor, and its frame in the scheme under test. */
    @State(Scope.Benchmark)
    public static class Tensor {
        /** Coder, or uncompressed format. */
        @Param({"raw", "golomb", "adaptive", "fp32", "bf16"})
        public String scheme = "raw";

        /** A .npy file of float32 whose name ends in {@code .activation.npy}; empty for a synthetic tensor. */
        @Param({""})
        public String activation = "";

        /** Kept fraction and E of a coder. */
        @Param({"0.2/7", "0.2/255", "1/7", "1/255"})
        public String setting = "0.2/7";

        /** Of a synthetic tensor; 64 are eight slices. */
        @Param({"8"})
        public int images = 8;

        /** That may code one tensor at once; it has several slices from 14 images on. */
        @Param({"1"})
        public int threads = 1;

        private ActivationCodec codec = new ActivationCodec();
        private int[] shape = {};
        private float[] values = new float[0];
        private float[] gradient = new float[0];
        private float[] target = new float[0];
        private Compression compression = new Compression.None(FloatFormat.FP32);
        private byte[] frame = new byte[0];
        private byte[] sharedFrame = new byte[0];
        private Mask mask = Mask.all(1);

        /** Makes the tensor and its frames. */
        @Setup
        public void prepare() throws IOException {
            codec = new ActivationCodec(threads);
            if (activation.isEmpty()) {
                shape = new int[] {images, TOKENS, WIDTH};
                values = activations(images * TOKENS, new SplittableRandom(SEED));
                gradient = values.clone();
                var random = new SplittableRandom(SEED + 1);
                for (int i = 0; i < gradient.length; i++) {
                    gradient[i] = (float) random.nextGaussian();
                }
            } else {
                NpyTensor read = NpyTensor.read(Path.of(activation));
                values = read.values();
                shape = read.shape();
                gradient = NpyTensor.read(Path.of(activation.replace(".activation.npy", ".gradient.npy")))
                        .values();
            }
            target = new float[values.length];
            compression = compression();
            Encoded encoded = codec.encode(values, shape, compression, new SplittableRandom(SEED));
            frame = encoded.frame();
            mask = encoded.mask();
            if (compression instanceof Compression.Quantised quantised) {
                sharedFrame = codec.encodeOnMask(gradient, shape, mask, quantised, new SplittableRandom(SEED))
                        .frame();
            }
        }

        private Compression compression() {
            String name = scheme.toUpperCase(Locale.ROOT);
            for (FloatFormat format : FloatFormat.values()) {
                if (format.name().equals(name)) {
                    return new Compression.None(format);
                }
            }
            int slash = setting.indexOf('/');
            return new Compression.Quantised(
                    Double.parseDouble(setting.substring(0, slash)),
                    Integer.parseInt(setting.substring(slash + 1)),
                    Coder.valueOf(name));
        }
    }

    /** Top-K, quantiser and coder. */
    @Benchmark
    public Encoded encode(Tensor tensor, Bytes bytes) {
        bytes.rawBytes += (long) Float.BYTES * tensor.values.length;
        return tensor.codec.encode(tensor.values, tensor.shape, tensor.compression, new SplittableRandom(SEED));
    }

    /** The way back. */
    @Benchmark
    public Decoded decode(Tensor tensor, Bytes bytes) {
        bytes.rawBytes += (long) Float.BYTES * tensor.values.length;
        return tensor.codec.decode(tensor.frame, tensor.shape, tensor.target);
    }

    /** Quantiser and coder without positions; the same as {@link #encode} for an uncompressed format. */
    @Benchmark
    public Encoded encodeOnMask(Tensor tensor, Bytes bytes) {
        bytes.rawBytes += (long) Float.BYTES * tensor.values.length;
        return tensor.compression instanceof Compression.Quantised quantised
                ? tensor.codec.encodeOnMask(
                        tensor.gradient, tensor.shape, tensor.mask, quantised, new SplittableRandom(SEED))
                : tensor.codec.encode(tensor.values, tensor.shape, tensor.compression, new SplittableRandom(SEED));
    }

    /** The machine's ceiling: the tensor read and written once. */
    @Benchmark
    public float[] copy(Tensor tensor, Bytes bytes) {
        bytes.rawBytes += (long) Float.BYTES * tensor.values.length;
        System.arraycopy(tensor.values, 0, tensor.target, 0, tensor.values.length);
        return tensor.target;
    }

    /** The way back without positions; the same as {@link #decode} for an uncompressed format. */
    @Benchmark
    public Decoded decodeOnMask(Tensor tensor, Bytes bytes) {
        bytes.rawBytes += (long) Float.BYTES * tensor.values.length;
        return tensor.sharedFrame.length == 0
                ? tensor.codec.decode(tensor.frame, tensor.shape, tensor.target)
                : tensor.codec.decodeOnMask(tensor.sharedFrame, tensor.mask, tensor.shape, tensor.target);
    }

    /** Channels of very different scale, a few with a large mean, neighbouring tokens alike. */
    private static float[] activations(int rows, RandomGenerator random) {
        int width = WIDTH;
        double[] means = new double[width];
        double[] scales = new double[width];
        for (int c = 0; c < width; c++) {
            scales[c] = Math.exp(0.7 * random.nextGaussian());
            means[c] = (random.nextDouble() < 0.05 ? 6 : 0.6) * random.nextGaussian() * scales[c];
        }
        double[] state = new double[width];
        float[] values = new float[rows * width];
        for (int t = 0; t < rows; t++) {
            double norm = Math.exp(0.25 * random.nextGaussian());
            for (int c = 0; c < width; c++) {
                state[c] = 0.6 * state[c] + 0.8 * random.nextGaussian();
                values[t * width + c] = (float) (norm * (means[c] + scales[c] * state[c]));
            }
        }
        return values;
    }
}
