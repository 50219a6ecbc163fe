package io.splittune.tensor;

import io.splittune.core.Check;
import io.splittune.core.Ticker;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How attention is computed; both ways give the same values up to rounding.
 *
 * <p>Which one is faster depends on processor, type and length: on CPUs the fused kernel's backward pass is often many
 * times slower, on GPUs it is the faster one.
 */
public enum AttentionKernel {
    /** libtorch's {@code scaled_dot_product_attention}: never holds the attention matrix. */
    FUSED,
    /** Two matrix products with a softmax between them: holds the attention matrix for the backward pass. */
    PLAIN;

    private static final String CHOICE = "splittune.attention";
    /** Lengths up to this count as short, such as a vision transformer's 197 tokens. */
    private static final long SHORT_TOKENS = 512;

    private static final Map<Probe, AttentionKernel> MEASURED = new ConcurrentHashMap<>();

    private record Probe(DType dtype, boolean isShort) {}

    /**
     * Returns the faster kernel for a forward and a backward pass in this process.
     *
     * <p>Measured once per type and length class (short: up to 512 tokens, measured at 197; long: measured at 1024) on
     * one sample with two heads of width 64, which takes some 50 ms. The system property {@code splittune.attention} =
     * {@code fused} or {@code plain} replaces the measurement.
     *
     * @param dtype type of queries, keys and values
     * @param tokens the number of keys
     * @throws IllegalArgumentException if the system property has another value
     */
    public static AttentionKernel fastest(DType dtype, long tokens) {
        String choice = System.getProperty(CHOICE, "auto").toUpperCase(Locale.ROOT);
        if (choice.equals("AUTO")) {
            return MEASURED.computeIfAbsent(new Probe(dtype, tokens <= SHORT_TOKENS), AttentionKernel::measure);
        }
        for (AttentionKernel kernel : values()) {
            if (kernel.name().equals(choice)) {
                return kernel;
            }
        }
        throw new IllegalArgumentException(
                CHOICE + " (" + System.getProperty(CHOICE) + ") must be auto, fused or plain.");
    }

    private static AttentionKernel measure(Probe probe) {
        long tokens = probe.isShort() ? 197 : 1024;
        double fused = bestSeconds(FUSED, probe.dtype(), tokens);
        double plain = bestSeconds(PLAIN, probe.dtype(), tokens);
        return fused < plain ? FUSED : PLAIN;
    }

    /** Returns the shortest of three passes after a warm-up: the one that other work disturbed least. */
    @SuppressWarnings("try")
    static double bestSeconds(AttentionKernel kernel, DType dtype, long tokens) {
        Check.require(dtype.isFloating(), "Attention needs a floating point type, not %s.", dtype);
        Ticker ticker = Ticker.system();
        double[] seconds = new double[4];
        for (int i = 0; i < seconds.length; i++) {
            try (TensorScope scope = TensorScope.open("attention probe");
                    Autograd.Guard guard = Autograd.withGrad()) {
                Tensor x =
                        Tensors.normal(1, 1, 2, tokens, 64).to(dtype).detach().requiresGrad(true);
                long start = ticker.nanos();
                Tensor y = Ops.attention(x, x, x, 0.125, Optional.empty(), kernel);
                Autograd.backward(y, x);
                Tensor gradient = x.grad().orElseThrow();
                gradient.sum().item(); // waits for a GPU
                seconds[i] = (ticker.nanos() - start) / 1e9;
            }
        }
        return Arrays.stream(seconds).skip(1).min().orElseThrow();
    }
}
