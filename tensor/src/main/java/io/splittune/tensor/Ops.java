package io.splittune.tensor;

import io.splittune.core.Check;
import java.util.Optional;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.InterpolateFuncOptions;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.LongVector;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.kBicubic;

/**
 * The operations of a transformer, recorded for gradients unless {@link Autograd#noGrad()} is in force.
 *
 * <p>Letters in shapes: B batch, T tokens, C channels, H heads, D head width, N classes. Results go to the innermost
 * open scope. All methods throw {@link IllegalArgumentException} when shapes or types do not fit.
 */
public final class Ops {
    /** How a loss over a batch becomes one number. */
    public enum Reduction {
        /** The mean over the samples. */
        MEAN(1),
        /** The sum over the samples. */
        SUM(2);

        /** The constant of libtorch's {@code at::Reduction}. */
        private final long code;

        Reduction(long code) {
            this.code = code;
        }
    }

    private Ops() {}

    /** {@code x w^T}: x (..., in), w (out, in) to (..., out). */
    public static Tensor linear(Tensor x, Tensor weight) {
        return Native.tensor("linear", () -> torch.linear(x.handle(), weight.handle()), x, weight);
    }

    /** {@code x w^T + b}: x (..., in), w (out, in), b (out) to (..., out). */
    public static Tensor linear(Tensor x, Tensor weight, Tensor bias) {
        return Native.tensor(
                "linear",
                () -> torch.linear(x.handle(), weight.handle(), new TensorOptional(bias.handle())),
                x,
                weight,
                bias);
    }

    /**
     * {@code base + factor x w^T} in one product, without holding the summand: the low-rank update of LoRA.
     *
     * @param base (..., out)
     * @param x (..., in)
     * @param weight (out, in)
     * @param factor multiplies the product
     * @return (..., out)
     */
    public static Tensor addLinear(Tensor base, Tensor x, Tensor weight, double factor) {
        return Native.tensor(
                "addLinear",
                () -> {
                    long[] shape = base.shape();
                    org.bytedeco.pytorch.Tensor flatBase = base.handle().reshape(-1, base.size(-1));
                    org.bytedeco.pytorch.Tensor flat = x.handle().reshape(-1, x.size(-1));
                    Scalar one = new Scalar(1.0);
                    return torch.addmm(flatBase, flat, weight.handle().t(), one, new Scalar(factor))
                            .reshape(shape);
                },
                base,
                x,
                weight);
    }

    /** The matrix product over the last two dimensions; those before them broadcast. */
    public static Tensor matmul(Tensor left, Tensor right) {
        return Native.tensor("matmul", () -> torch.matmul(left.handle(), right.handle()), left, right);
    }

    /**
     * Normalises the last dimension to mean 0 and variance 1, then scales and shifts it.
     *
     * @param x (..., C)
     * @param weight (C)
     * @param bias (C)
     * @param epsilon added to the variance
     */
    public static Tensor layerNorm(Tensor x, Tensor weight, Tensor bias, double epsilon) {
        long[] normalised = {weight.elements()};
        return Native.tensor(
                "layerNorm",
                () -> torch.layer_norm(
                        x.handle(),
                        normalised,
                        new TensorOptional(weight.handle()),
                        new TensorOptional(bias.handle()),
                        epsilon,
                        false),
                x,
                weight,
                bias);
    }

    /**
     * Divides the last dimension by its root mean square, then scales it; the statistics are taken in fp32.
     *
     * @param x (..., C)
     * @param weight (C)
     * @param epsilon added to the mean square
     */
    public static Tensor rmsNorm(Tensor x, Tensor weight, double epsilon) {
        return TensorScope.compute("rmsNorm", () -> {
            Tensor wide = x.dtype() == DType.FP64 ? x : x.to(DType.FP32);
            Tensor meanSquare = wide.mul(wide).mean(new long[] {-1}, true);
            return wide.mul(meanSquare.add(epsilon).pow(-0.5)).to(x.dtype()).mul(weight);
        });
    }

    /** {@code x Phi(x)} with the exact normal distribution function. */
    public static Tensor gelu(Tensor x) {
        return Native.tensor("gelu", () -> torch.gelu(x.handle()), x);
    }

    /** A number to the powers that {@code exponents} hold, in their type. */
    public static Tensor powers(double base, Tensor exponents) {
        return Native.tensor("powers", () -> torch.pow(new Scalar(base), exponents.handle()), exponents);
    }

    /** {@code x sigmoid(x)}. */
    public static Tensor silu(Tensor x) {
        return Native.tensor("silu", () -> torch.silu(x.handle()), x);
    }

    /** The softmax along a dimension. */
    public static Tensor softmax(Tensor x, int dimension) {
        return Native.tensor("softmax", () -> torch.softmax(x.handle(), dimension), x);
    }

    /** The logarithm of the softmax along a dimension. */
    public static Tensor logSoftmax(Tensor x, int dimension) {
        return Native.tensor("logSoftmax", () -> torch.log_softmax(x.handle(), dimension), x);
    }

    /**
     * {@code softmax(q k^T scale) v} by the kernel that is fastest here.
     *
     * @param query (B, H, T, D)
     * @param key (B, H, S, D)
     * @param value (B, H, S, D)
     * @param scale usually {@code 1 / sqrt(D)}
     * @return (B, H, T, D)
     */
    public static Tensor attention(Tensor query, Tensor key, Tensor value, double scale) {
        return attention(
                query, key, value, scale, Optional.empty(), AttentionKernel.fastest(query.dtype(), key.size(-2)));
    }

    /**
     * {@code softmax(q k^T scale + mask) v} by a given kernel.
     *
     * @param query (B, H, T, D)
     * @param key (B, H, S, D)
     * @param value (B, H, S, D)
     * @param scale usually {@code 1 / sqrt(D)}
     * @param mask broadcast to (B, H, T, S), of the same type, added before the softmax; see {@link #causalMask}
     * @param kernel how to compute it
     * @return (B, H, T, D)
     */
    public static Tensor attention(
            Tensor query, Tensor key, Tensor value, double scale, Optional<Tensor> mask, AttentionKernel kernel) {
        Check.require(
                query.rank() == 4 && key.rank() == 4 && value.rank() == 4,
                "attention(%s, %s, %s): each must have the four dimensions (batch, heads, tokens, width).",
                query,
                key,
                value);
        return switch (kernel) {
            case FUSED -> fusedAttention(query, key, value, scale, mask);
            case PLAIN ->
                TensorScope.compute("attention", () -> {
                    Tensor scores = mask.map(m -> maskedScores(query, key, scale, m))
                            .orElseGet(() -> matmul(query.mul(scale), key.transpose(-2, -1)));
                    return matmul(softmax(scores, -1), value);
                });
        };
    }

    /** Scales and masks within the product, which spares two passes over the scores. */
    private static Tensor maskedScores(Tensor query, Tensor key, double scale, Tensor mask) {
        if (mask.rank() > 2) {
            return matmul(query.mul(scale), key.transpose(-2, -1)).add(mask);
        }
        return Native.tensor(
                "maskedScores",
                () -> {
                    org.bytedeco.pytorch.Tensor left = query.handle().flatten(0, 1);
                    org.bytedeco.pytorch.Tensor right =
                            key.handle().flatten(0, 1).transpose(1, 2);
                    return torch.baddbmm(mask.handle(), left, right, new Scalar(1.0), new Scalar(scale))
                            .reshape(query.size(0), query.size(1), query.size(2), key.size(2));
                },
                query,
                key,
                mask);
    }

    private static Tensor fusedAttention(Tensor query, Tensor key, Tensor value, double scale, Optional<Tensor> mask) {
        return Native.tensor(
                "attention",
                () -> torch.scaled_dot_product_attention(
                        query.handle(),
                        key.handle(),
                        value.handle(),
                        mask.map(m -> new TensorOptional(m.handle())).orElseGet(TensorOptional::new),
                        0.0,
                        false,
                        new DoubleOptional(scale),
                        false),
                query,
                key,
                value);
    }

    /**
     * An additive mask with which token t sees tokens 0 to t alone: 0 where it sees, minus infinity elsewhere.
     *
     * @return (tokens, tokens)
     */
    public static Tensor causalMask(DType dtype, long tokens) {
        return TensorScope.compute("causalMask", () -> {
            Tensor full = Tensors.full(dtype, Double.NEGATIVE_INFINITY, tokens, tokens);
            return Native.tensor("causalMask", () -> torch.triu(full.handle(), 1), full);
        });
    }

    /**
     * The cross entropy of logits against class numbers, computed in the logits' type.
     *
     * @param logits (B, N)
     * @param labels (B), {@link DType#INT64}, each in [0, N)
     * @param reduction mean or sum over the batch
     * @return a scalar
     */
    public static Tensor crossEntropy(Tensor logits, Tensor labels, Reduction reduction) {
        return Native.tensor(
                "crossEntropy",
                () -> torch.cross_entropy_loss(
                        logits.handle(), labels.handle(), new TensorOptional(), reduction.code, -100, 0.0),
                logits,
                labels);
    }

    /**
     * Looks rows up.
     *
     * @param table (V, C)
     * @param indices any shape, {@link DType#INT64}, each in [0, V)
     * @return the shape of the indices, then C
     */
    public static Tensor embedding(Tensor table, Tensor indices) {
        return Native.tensor("embedding", () -> torch.embedding(table.handle(), indices.handle()), table, indices);
    }

    /** Picks entries of a dimension by a list of positions, {@link DType#INT64}. */
    public static Tensor indexSelect(Tensor x, int dimension, Tensor positions) {
        return Native.tensor(
                "indexSelect", () -> torch.index_select(x.handle(), dimension, positions.handle()), x, positions);
    }

    /**
     * Overwrites rows by a list of their numbers; not recorded.
     *
     * @param target (R, ...)
     * @param positions (N), {@link DType#INT64}, each in [0, R)
     * @param rows (N, ...), of the target's type
     */
    @SuppressWarnings("try")
    public static void copyRowsInPlace(Tensor target, Tensor positions, Tensor rows) {
        try (Autograd.Guard guard = Autograd.noGrad()) {
            Native.run(
                    "copyRows",
                    () -> target.handle().index_copy_(0, positions.handle(), rows.handle()),
                    target,
                    positions,
                    rows);
        }
    }

    /** Picks one element per position of {@code positions} along a dimension, as {@code torch.gather} does. */
    public static Tensor gather(Tensor x, int dimension, Tensor positions) {
        return Native.tensor("gather", () -> torch.gather(x.handle(), dimension, positions.handle()), x, positions);
    }

    /** Takes {@code x} where the mask is one, else {@code other}. */
    public static Tensor where(Tensor mask, Tensor x, Tensor other) {
        return Native.tensor("where", () -> torch.where(mask.handle(), x.handle(), other.handle()), mask, x, other);
    }

    /**
     * A two-dimensional convolution without padding.
     *
     * @param images (B, C, Y, X)
     * @param weight (O, C, kernel height, kernel width)
     * @param bias (O)
     * @param stride in both directions, at least 1
     * @return (B, O, (Y - kernel height) / stride + 1, (X - kernel width) / stride + 1)
     */
    public static Tensor conv2d(Tensor images, Tensor weight, Tensor bias, long stride) {
        Check.positive(stride, "stride");
        return Native.tensor(
                "conv2d",
                () -> torch.conv2d(
                        images.handle(),
                        weight.handle(),
                        new TensorOptional(bias.handle()),
                        new long[] {stride, stride},
                        new long[] {0, 0},
                        new long[] {1, 1},
                        1),
                images,
                weight,
                bias);
    }

    /**
     * Resizes the last two dimensions with the cubic kernel, corners not aligned.
     *
     * @param images (B, C, Y, X), {@link DType#FP32}
     * @param height new Y
     * @param width new X
     * @param antialias whether to widen the kernel when shrinking, and to use its constant -0.5 instead of -0.75, as
     *     Pillow does and as timm does for positions
     */
    public static Tensor resizeBicubic(Tensor images, long height, long width, boolean antialias) {
        Check.positive(height, "height");
        Check.positive(width, "width");
        return Native.tensor(
                "resizeBicubic",
                () -> {
                    InterpolateFuncOptions options = new InterpolateFuncOptions();
                    options.size().put(new LongVector(height, width));
                    options.mode().put(new kBicubic());
                    options.align_corners().put(false);
                    options.antialias().put(antialias);
                    return torch.interpolate(images.handle(), options);
                },
                images);
    }

    /**
     * Sets elements to zero with a probability and scales the others by {@code 1 / (1 - probability)}.
     *
     * @param probability in [0, 1)
     * @param seed equal seeds and shapes drop the same elements
     */
    public static Tensor dropout(Tensor x, double probability, long seed) {
        Check.require(probability >= 0 && probability < 1, "probability (%s) must lie in [0, 1).", probability);
        return TensorScope.compute("dropout", () -> {
            Tensor kept = Native.tensor("dropout", () -> {
                org.bytedeco.pytorch.Tensor mask = Tensors.empty(x.dtype(), x.shape());
                mask.bernoulli_(1 - probability, Tensors.generator(seed));
                return Torch.place(mask);
            });
            return x.mul(kept.mulInPlace(1 / (1 - probability)));
        });
    }

    /** The position of the largest element along a dimension, {@link DType#INT64}. */
    public static Tensor argmax(Tensor x, int dimension) {
        return Native.tensor("argmax", () -> torch.argmax(x.handle(), new LongOptional(dimension), false), x);
    }

    /** Limits every element to [low, high]. */
    public static Tensor clamp(Tensor x, double low, double high) {
        return Native.tensor(
                "clamp",
                () -> torch.clamp(
                        x.handle(), new ScalarOptional(new Scalar(low)), new ScalarOptional(new Scalar(high))),
                x);
    }

    /** Counts the rows of logits (B, N) whose largest element stands at the label (B). */
    @SuppressWarnings("try")
    public static long countCorrect(Tensor logits, Tensor labels) {
        try (TensorScope scope = TensorScope.open("countCorrect")) {
            return (long) argmax(logits, -1).equalTo(labels).sum().item();
        }
    }
}
