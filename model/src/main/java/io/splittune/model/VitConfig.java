package io.splittune.model;

import io.splittune.core.Check;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The shape of a plain vision transformer: pre-norm blocks, fused qkv, exact GELU, class token, learned positions.
 *
 * @param imageSize height and width of the input in pixels, a multiple of the patch size
 * @param patchSize height and width of a patch in pixels
 * @param channels of the input image
 * @param width features of a token (D), a multiple of {@code heads}
 * @param depth number of blocks (L)
 * @param heads attention heads
 * @param mlpWidth hidden features of the feed-forward part
 * @param classes rows of the classifier; 0 when the checkpoint has no classifier
 * @param layerNormEps epsilon of every LayerNorm
 * @param qkvBias whether the qkv projection has a bias
 * @param mean per channel, subtracted from pixels in [0, 1]
 * @param std per channel, divides after that; positive
 * @param labels one per class in order, or empty when the checkpoint names none
 */
public record VitConfig(
        int imageSize,
        int patchSize,
        int channels,
        int width,
        int depth,
        int heads,
        int mlpWidth,
        int classes,
        double layerNormEps,
        boolean qkvBias,
        List<Double> mean,
        List<Double> std,
        List<String> labels)
        implements ModelConfig {
    /** Checks that the parts fit each other and copies the lists. */
    public VitConfig {
        Check.positive(patchSize, "patchSize");
        Check.positive(imageSize, "imageSize");
        Check.require(
                imageSize % patchSize == 0,
                "imageSize (%s) must be a multiple of patchSize (%s).",
                imageSize,
                patchSize);
        Check.positive(channels, "channels");
        Check.positive(width, "width");
        Check.positive(depth, "depth");
        Check.positive(heads, "heads");
        Check.require(width % heads == 0, "width (%s) must be a multiple of heads (%s).", width, heads);
        Check.positive(mlpWidth, "mlpWidth");
        Check.notNegative(classes, "classes");
        Check.positive(layerNormEps, "layerNormEps");
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        labels = List.copyOf(labels);
        Check.require(mean.size() == channels, "mean (%s) must have one value per channel (%s).", mean, channels);
        Check.require(std.size() == channels, "std (%s) must have one value per channel (%s).", std, channels);
        std.forEach(value -> Check.positive(value, "std"));
        Check.require(
                labels.isEmpty() || labels.size() == classes,
                "There are %s labels for %s classes.",
                labels.size(),
                classes);
    }

    /** Returns T, the tokens of an image: the class token and one per patch. */
    @Override
    public int tokens() {
        int side = imageSize / patchSize;
        return 1 + side * side;
    }

    /**
     * Returns the same model for another image size; positions are interpolated when they are read.
     *
     * @param newImageSize in pixels, a multiple of the patch size
     */
    public VitConfig withImageSize(int newImageSize) {
        return new VitConfig(
                newImageSize,
                patchSize,
                channels,
                width,
                depth,
                heads,
                mlpWidth,
                classes,
                layerNormEps,
                qkvBias,
                mean,
                std,
                labels);
    }

    @Override
    public VitConfig withClasses(int newClasses, List<String> newLabels) {
        return new VitConfig(
                imageSize,
                patchSize,
                channels,
                width,
                depth,
                heads,
                mlpWidth,
                Check.positive(newClasses, "classes"),
                layerNormEps,
                qkvBias,
                mean,
                std,
                newLabels);
    }

    @Override
    public Map<String, long[]> tensorShapes(HalfRange range) {
        requireWithin(range);
        Map<String, long[]> shapes = new LinkedHashMap<>();
        if (range.embedding()) {
            shapes.put("cls_token", shape(1, 1, width));
            shapes.put("pos_embed", shape(1, tokens(), width));
            shapes.put("patch_embed.proj.weight", shape(width, channels, patchSize, patchSize));
            shapes.put("patch_embed.proj.bias", shape(width));
        }
        for (int block = range.fromBlock(); block < range.toBlock(); block++) {
            addBlock(shapes, "blocks." + block + ".");
        }
        if (range.head()) {
            addPair(shapes, "norm", shape(width));
            shapes.putAll(headShapes());
        }
        return Collections.unmodifiableMap(shapes);
    }

    @Override
    public Map<String, long[]> headShapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        if (classes > 0) {
            addPair(shapes, "head", shape(classes, width));
        }
        return shapes;
    }

    @Override
    public int outputs() {
        return classes;
    }

    @Override
    public boolean labelsTokens() {
        return false;
    }

    private void addBlock(Map<String, long[]> shapes, String prefix) {
        addPair(shapes, prefix + "norm1", shape(width));
        shapes.put(prefix + "attn.qkv.weight", shape(3L * width, width));
        if (qkvBias) {
            shapes.put(prefix + "attn.qkv.bias", shape(3L * width));
        }
        addPair(shapes, prefix + "attn.proj", shape(width, width));
        addPair(shapes, prefix + "norm2", shape(width));
        addPair(shapes, prefix + "mlp.fc1", shape(mlpWidth, width));
        addPair(shapes, prefix + "mlp.fc2", shape(width, mlpWidth));
    }

    /** A weight, and a bias as long as the weight's first axis. */
    private static void addPair(Map<String, long[]> shapes, String module, long[] weight) {
        shapes.put(module + ".weight", weight);
        shapes.put(module + ".bias", shape(weight[0]));
    }

    private static long[] shape(long... axes) {
        return axes;
    }
}
