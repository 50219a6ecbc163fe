package io.splittune.wireless;

import io.splittune.core.Check;
import java.util.Set;

/**
 * A vision transformer as timm writes it: patch convolution, class token, positions, pre-norm blocks, norm and
 * classifier.
 *
 * @param name for messages
 * @param layers L
 * @param width D
 * @param heads A, divides D
 * @param mlpWidth M, 4 D in all common models
 * @param patchSize P in pixels, divides the image
 * @param imageSize pixels on a side
 * @param channels colour planes
 * @param classes K
 */
public record VitShape(
        String name,
        int layers,
        int width,
        int heads,
        int mlpWidth,
        int patchSize,
        int imageSize,
        int channels,
        int classes)
        implements ModelShape {
    /** Checks the sizes. */
    public VitShape {
        Check.positive(layers, "layers");
        Check.positive(width, "width");
        Check.positive(heads, "heads");
        Check.positive(mlpWidth, "mlpWidth");
        Check.positive(patchSize, "patchSize");
        Check.positive(imageSize, "imageSize");
        Check.positive(channels, "channels");
        Check.positive(classes, "classes");
        Check.require(width % heads == 0, "width (%s) must be a multiple of heads (%s).", width, heads);
        Check.require(
                imageSize % patchSize == 0,
                "imageSize (%s) must be a multiple of patchSize (%s).",
                imageSize,
                patchSize);
    }

    /** Returns the patches of an image: tokens without the class token. */
    public int patches() {
        int side = imageSize / patchSize;
        return side * side;
    }

    /** Returns P^2 C, the values of a patch. */
    long patchValues() {
        return (long) patchSize * patchSize * channels;
    }

    @Override
    public int tokens() {
        return patches() + 1;
    }

    /** Convolution with bias, class token, positions of all tokens: SFT's (P^2 C + N + 3) D with N = patches. */
    @Override
    public long embeddingParameters() {
        return deviceEmbeddingParameters() + (long) tokens() * width;
    }

    @Override
    public long deviceEmbeddingParameters() {
        return (patchValues() + 2) * width;
    }

    /** 12 D^2 + 13 D when M = 4 D; SFT's eq. (21) leaves biases and norms out. */
    @Override
    public long blockParameters() {
        long d = width;
        return 4 * d * d + 2L * mlpWidth * d + 9 * d + mlpWidth;
    }

    @Override
    public long headParameters() {
        return 2L * width + (long) width * classes + classes;
    }

    @Override
    public long loraParametersPerBlock(int rank, Set<LoraTarget> targets) {
        Check.positive(rank, "rank");
        Check.require(!targets.contains(LoraTarget.MLP_GATE), "%s has no gate for LoRA to sit on.", name);
        return rank * LoraWidths.sum(targets, width, width, width, mlpWidth);
    }

    @Override
    public long embeddingLoraParameters(int rank) {
        return rank * (patchValues() + width);
    }

    @Override
    public long headLoraParameters(int rank) {
        return (long) rank * (width + classes);
    }

    @Override
    public Set<LoraTarget> allLinear() {
        return LoraTarget.VIT_FUSED;
    }

    @Override
    public double blockLinearFlops(int batch) {
        return 2.0 * batch * tokens() * (4.0 * width * width + 2.0 * width * mlpWidth);
    }

    @Override
    public double blockAttentionFlops(int batch) {
        return 4.0 * batch * tokens() * tokens() * width;
    }

    @Override
    public double embeddingForwardFlops(int batch) {
        return 2.0 * batch * patches() * patchValues() * width;
    }

    /** The classifier reads the class token alone: 2 B D K. */
    @Override
    public double headForwardFlops(int batch) {
        return 2.0 * batch * width * classes;
    }

    @Override
    public long inputValuesPerSample() {
        return (long) channels * imageSize * imageSize;
    }

    /**
     * 17 B N D + B A N^2 + 4 B N when M = 4 D: norm1 in and out, q, k, v, scaled q, projection in, norm2 in and out (9
     * D), fc1 and gelu out (2 M), the softmax, and mean and deviation of two norms.
     */
    @Override
    public double blockSavedValues(int batch) {
        double rows = (double) batch * tokens();
        return rows * (9.0 * width + 2.0 * mlpWidth) + rows * heads * tokens() + 4 * rows;
    }

    /** Input and statistics of the final norm, and the log-softmax. */
    @Override
    public double headSavedValues(int batch) {
        double rows = (double) batch * tokens();
        return rows * width + 2 * rows + (double) batch * classes;
    }
}
