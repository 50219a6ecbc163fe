package io.splittune.benchmarks.model;

import io.splittune.core.RandomStreams;
import io.splittune.core.Ticker;
import io.splittune.model.AdapterSet;
import io.splittune.model.ForwardMode;
import io.splittune.model.HalfRange;
import io.splittune.model.LlamaConfig;
import io.splittune.model.LoraConfig;
import io.splittune.model.LoraTarget;
import io.splittune.model.Precision;
import io.splittune.model.Recorded;
import io.splittune.model.Rope;
import io.splittune.model.TransformerHalf;
import io.splittune.tensor.AttentionKernel;
import io.splittune.tensor.DType;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.Tensors;
import io.splittune.tensor.Torch;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;

/**
 * Prints what a block of LLaMA-3.2-1B costs forward and backward in bf16 with adapters of rank 8 on all seven maps, kept
 * and recomputed, by each attention kernel.
 *
 * <p>Arguments: lengths of the text, 512 by default. Two blocks are run; times are medians of seven runs.
 */
public final class LlamaSpeed {
    private static final int BLOCKS = 2;
    private static final int WIDTH = 2048;
    private static final int RUNS = 8;
    private static final LlamaConfig CONFIG = new LlamaConfig(
            512,
            8192,
            WIDTH,
            BLOCKS,
            32,
            8,
            64,
            8192,
            1e-5,
            Rope.of(500_000),
            false,
            false,
            false,
            true,
            0,
            List.of(),
            -1,
            List.of());
    private static final LoraConfig LORA =
            new LoraConfig(8, 16, 0, EnumSet.range(LoraTarget.Q_PROJ, LoraTarget.DOWN_PROJ), false);

    private LlamaSpeed() {}

    /**
     * Measures and prints.
     *
     * @param arguments lengths in tokens
     */
    public static void main(String[] arguments) {
        System.out.printf("libtorch %s, %d threads, %s%n", Torch.version(), Torch.intraOpThreads(), Torch.device());
        String[] lengths = arguments.length == 0 ? new String[] {"512"} : arguments;
        RandomStreams streams = new RandomStreams(1);
        HalfRange blocks = new HalfRange(0, BLOCKS, false, false);
        try (TransformerHalf half = TransformerHalf.random(CONFIG, blocks, Precision.BF16, streams);
                AdapterSet set = AdapterSet.create(half, LORA, streams)) {
            for (String length : lengths) {
                int tokens = Integer.parseInt(length);
                for (AttentionKernel kernel : AttentionKernel.values()) {
                    System.setProperty("splittune.attention", kernel.name());
                    print(half, set, tokens, kernel + ", kept", ForwardMode.train(1));
                    print(
                            half,
                            set,
                            tokens,
                            kernel + ", recomputed",
                            ForwardMode.train(1).recomputing());
                }
            }
        }
    }

    @SuppressWarnings("try")
    private static void print(TransformerHalf half, AdapterSet set, int tokens, String what, ForwardMode mode) {
        double[] forward = new double[RUNS];
        double[] backward = new double[RUNS];
        Ticker ticker = Ticker.system();
        for (int run = 0; run < RUNS; run++) {
            try (TensorScope scope = TensorScope.open("step")) {
                Tensor input = Tensors.normal(run, 1, tokens, WIDTH).requiresGrad(true);
                Tensor outer = Tensors.ones(DType.FP32, 1, tokens, WIDTH);
                long start = ticker.nanos();
                Recorded recorded = half.record(input, set, mode);
                long middle = ticker.nanos();
                recorded.backward(outer);
                forward[run] = (middle - start) / 1e6 / BLOCKS;
                backward[run] = (ticker.nanos() - middle) / 1e6 / BLOCKS;
                input.clearGrad();
                set.clearGradients();
            }
        }
        System.out.printf(
                "%d tokens, %s: %.0f ms forward, %.0f ms backward a block%n",
                tokens, what, median(forward), median(backward));
    }

    /** The median without the first run, which warms up. */
    private static double median(double... values) {
        double[] sorted = Arrays.copyOfRange(values, 1, values.length);
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
