package io.splittune.benchmarks.tensor;

import io.splittune.core.Ticker;
import io.splittune.tensor.AttentionKernel;
import io.splittune.tensor.Autograd;
import io.splittune.tensor.DType;
import io.splittune.tensor.Ops;
import io.splittune.tensor.Ops.Reduction;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.Tensors;
import io.splittune.tensor.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Prints what each operation of a ViT-B/16 costs at batch 8 (8 x 197 tokens, width 768, 12 heads), alone and in a
 * whole training step with LoRA of rank 16 on every linear layer.
 *
 * <p>Arguments: the types to measure, {@code fp32} and {@code bf16} by default. Times are the shortest of the runs: the
 * one that other processes disturbed least.
 */
public final class TensorSpeed {
    private static final int BATCH = 8;
    private static final int TOKENS = 197;
    private static final int WIDTH = 768;
    private static final int MLP_WIDTH = 3072;
    private static final int HEADS = 12;
    private static final int HEAD_WIDTH = 64;
    private static final int BLOCKS = 12;
    private static final int RANK = 16;
    private static final int RUNS = 12;

    private final DType dtype;
    private final Ticker ticker = Ticker.system();
    private long seed;

    private TensorSpeed(DType dtype) {
        this.dtype = dtype;
    }

    /**
     * Measures and prints.
     *
     * @param arguments names of types, such as {@code bf16}
     */
    @SuppressWarnings("try")
    public static void main(String[] arguments) {
        System.out.printf("libtorch %s, %d threads, %s%n%n", Torch.version(), Torch.intraOpThreads(), Torch.device());
        String[] types = arguments.length == 0 ? new String[] {"fp32", "bf16"} : arguments;
        for (String type : types) {
            TensorSpeed speed = new TensorSpeed(DType.valueOf(type.toUpperCase(java.util.Locale.ROOT)));
            System.out.println("## " + type);
            try (TensorScope scope = TensorScope.open("benchmark")) {
                speed.products();
                speed.operations();
                speed.lowRankForms();
            }
            try (TensorScope scope = TensorScope.open("benchmark")) {
                speed.trainingStep();
            }
            System.out.println();
        }
    }

    private void products() {
        long rows = (long) BATCH * TOKENS;
        long[][] shapes = {
            {rows, WIDTH, 3 * WIDTH},
            {rows, WIDTH, WIDTH},
            {rows, WIDTH, MLP_WIDTH},
            {rows, MLP_WIDTH, WIDTH},
            {rows, WIDTH, RANK},
            {rows, RANK, WIDTH}
        };
        for (long[] s : shapes) {
            double rate = Torch.measureMatmulFlopsPerSecond(dtype, s[0], s[1], s[2], 0.5, ticker);
            System.out.printf("product %-22s %7.0f GFLOP/s%n", Arrays.toString(s), rate / 1e9);
        }
    }

    private void operations() {
        Tensor x = leaf(BATCH, TOKENS, WIDTH);
        Tensor hidden = leaf(BATCH, TOKENS, MLP_WIDTH);
        Tensor scores = leaf(BATCH, HEADS, TOKENS, TOKENS);
        Tensor one = Tensors.ones(dtype, WIDTH);
        Tensor zero = Tensors.zeros(dtype, WIDTH);
        Tensor weight = Tensors.normal(seed++, MLP_WIDTH, WIDTH).mul(0.02).to(dtype);
        Tensor bias = Tensors.zeros(dtype, MLP_WIDTH);
        row("layerNorm", () -> Ops.layerNorm(x, one, zero, 1e-6), x);
        row("rmsNorm", () -> Ops.rmsNorm(x, one, 1e-6), x);
        row("gelu", () -> Ops.gelu(hidden), hidden);
        row("softmax", () -> Ops.softmax(scores, -1), scores);
        row("residual add", () -> x.add(x), x);
        row("dropout", () -> Ops.dropout(x, 0.1, 1), x);
        row("linear 768 -> 3072, frozen", () -> Ops.linear(x, weight, bias), x);
        Tensor q = leaf(BATCH, HEADS, TOKENS, HEAD_WIDTH);
        Tensor k = leaf(BATCH, HEADS, TOKENS, HEAD_WIDTH);
        Tensor v = leaf(BATCH, HEADS, TOKENS, HEAD_WIDTH);
        for (AttentionKernel kernel : AttentionKernel.values()) {
            row("attention " + kernel, () -> Ops.attention(q, k, v, 0.125, Optional.empty(), kernel), q, k, v);
        }
        System.out.println("fastest attention here: " + AttentionKernel.fastest(dtype, TOKENS));
    }

    private void lowRankForms() {
        Tensor x = leaf(BATCH, TOKENS, WIDTH);
        Linear layer = new Linear(WIDTH, MLP_WIDTH);
        Tensor down = layer.down;
        Tensor up = layer.up;
        row("LoRA, sum of two products", () -> layer.base(x).add(layer.update(x)), x, down, up);
        row("LoRA, product added to base", () -> layer.forward(x), x, down, up);
    }

    private Tensor leaf(long... shape) {
        return Tensors.normal(seed++, shape).to(dtype).detach().requiresGrad(true);
    }

    @SuppressWarnings("try")
    private void row(String name, Supplier<Tensor> operation, Tensor... leaves) {
        try (TensorScope scope = TensorScope.open("row")) {
            Tensor gradient =
                    Autograd.noGrad(() -> Tensors.zerosLike(operation.get()).add(1));
            double forward = bestMillis(() -> Autograd.noGrad(operation));
            double both = bestMillis(() -> {
                Autograd.backward(operation.get(), gradient);
                for (Tensor leaf : leaves) {
                    leaf.clearGrad();
                }
                return gradient;
            });
            System.out.printf("%-32s forward %7.2f ms, with backward %7.2f ms%n", name, forward, both);
        }
    }

    @SuppressWarnings("try")
    private double bestMillis(Supplier<Tensor> body) {
        double best = Double.MAX_VALUE;
        for (int i = 0; i < RUNS; i++) {
            long start = ticker.nanos();
            try (TensorScope scope = TensorScope.open("run")) {
                body.get();
            }
            best = Math.min(best, (ticker.nanos() - start) / 1e6);
        }
        return best;
    }

    /** A frozen linear layer with a trainable update of low rank, kept in fp32. */
    private final class Linear {
        private final Tensor weight;
        private final Tensor bias;
        private final Tensor down;
        private final Tensor up;

        Linear(int in, int out) {
            weight = Tensors.normal(seed++, out, in).mul(0.02).to(dtype);
            bias = Tensors.zeros(dtype, out);
            down = Tensors.normal(seed++, RANK, in).mul(0.02).detach().requiresGrad(true);
            up = Tensors.normal(seed++, out, RANK).mul(0.02).detach().requiresGrad(true);
        }

        Tensor base(Tensor x) {
            return Ops.linear(x, weight, bias);
        }

        Tensor update(Tensor x) {
            return Ops.linear(Ops.linear(x, down.to(dtype)), up.to(dtype));
        }

        Tensor forward(Tensor x) {
            return Ops.addLinear(base(x), Ops.linear(x, down.to(dtype)), up.to(dtype), 1);
        }
    }

    /** One pre-norm block. */
    private final class Block {
        private final Tensor one = Tensors.ones(dtype, WIDTH);
        private final Tensor zero = Tensors.zeros(dtype, WIDTH);
        private final Linear qkv = new Linear(WIDTH, 3 * WIDTH);
        private final Linear proj = new Linear(WIDTH, WIDTH);
        private final Linear fc1 = new Linear(WIDTH, MLP_WIDTH);
        private final Linear fc2 = new Linear(MLP_WIDTH, WIDTH);

        List<Linear> layers() {
            return List.of(qkv, proj, fc1, fc2);
        }

        Tensor forward(Tensor x) {
            return TensorScope.compute("block", () -> {
                Tensor heads = qkv.forward(Ops.layerNorm(x, one, zero, 1e-6))
                        .reshape(BATCH, TOKENS, 3, HEADS, HEAD_WIDTH)
                        .permute(2, 0, 3, 1, 4); // (3, B, H, T, D)
                Tensor mixed = Ops.attention(heads.select(0, 0), heads.select(0, 1), heads.select(0, 2), 0.125)
                        .transpose(1, 2)
                        .reshape(BATCH, TOKENS, WIDTH);
                Tensor y = x.add(proj.forward(mixed));
                return y.add(fc2.forward(Ops.gelu(fc1.forward(Ops.layerNorm(y, one, zero, 1e-6)))));
            });
        }
    }

    private void trainingStep() {
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < BLOCKS; i++) {
            blocks.add(new Block());
        }
        Tensor head = Tensors.normal(seed++, 100, WIDTH).mul(0.02).detach().requiresGrad(true);
        Tensor x = Tensors.normal(seed++, BATCH, TOKENS, WIDTH).to(dtype);
        Tensor labels = Tensors.ofInts(1, 2, 3, 4, 5, 6, 7, 8);
        double millis = bestMillis(() -> {
            Tensor hidden = x;
            for (Block block : blocks) {
                hidden = block.forward(hidden);
            }
            Tensor logits = Ops.linear(hidden.select(1, 0).to(DType.FP32), head);
            Tensor loss = Ops.crossEntropy(logits, labels, Reduction.MEAN);
            Autograd.backward(loss);
            head.clearGrad();
            for (Block block : blocks) {
                for (Linear layer : block.layers()) {
                    layer.down.clearGrad();
                    layer.up.clearGrad();
                }
            }
            return loss;
        });
        double macs = 4.0 * WIDTH * WIDTH + 2.0 * WIDTH * MLP_WIDTH + 2.0 * TOKENS * WIDTH; // per token and block
        double flops = 2 * 2 * macs * BATCH * TOKENS * BLOCKS; // twice the forward work
        System.out.printf(
                "LoRA step, %d blocks, batch %d: %.0f ms, %.0f GFLOP/s, resident %d MiB%n",
                BLOCKS, BATCH, millis, flops / millis / 1e6, Torch.residentBytes() >> 20);
    }
}
