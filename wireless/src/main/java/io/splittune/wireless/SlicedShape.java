package io.splittune.wireless;

import io.splittune.core.Check;
import java.util.Set;

/**
 * A model taken as equal slices of the whole, embedding and classifier spread evenly over them.
 *
 * <p>Source: CARD section IV speaks of a LLaMA-3.2-1B with 32 layers of the same workload; the model has 16. This is
 * the reading in which the paper's 31 cuts exist. Running code cuts real layers.
 *
 * @param name for messages
 * @param whole the model that is sliced
 * @param layers number of slices
 */
public record SlicedShape(String name, ModelShape whole, int layers) implements ModelShape {
    /** Checks the number of slices. */
    public SlicedShape {
        Check.positive(layers, "layers");
    }

    private long sliceOf(long total) {
        return (total + layers - 1) / layers;
    }

    @Override
    public int width() {
        return whole.width();
    }

    @Override
    public int tokens() {
        return whole.tokens();
    }

    @Override
    public int heads() {
        return whole.heads();
    }

    @Override
    public int mlpWidth() {
        return whole.mlpWidth();
    }

    @Override
    public long embeddingParameters() {
        return 0;
    }

    @Override
    public long deviceEmbeddingParameters() {
        return 0;
    }

    @Override
    public long blockParameters() {
        return sliceOf(whole.totalParameters());
    }

    @Override
    public long headParameters() {
        return 0;
    }

    @Override
    public long loraParametersPerBlock(int rank, Set<LoraTarget> targets) {
        return sliceOf(whole.layers() * whole.loraParametersPerBlock(rank, targets));
    }

    @Override
    public long embeddingLoraParameters(int rank) {
        return 0;
    }

    @Override
    public long headLoraParameters(int rank) {
        return 0;
    }

    @Override
    public Set<LoraTarget> allLinear() {
        return whole.allLinear();
    }

    @Override
    public double blockLinearFlops(int batch) {
        double linear = whole.layers() * whole.blockLinearFlops(batch);
        return (linear + whole.embeddingForwardFlops(batch) + whole.headForwardFlops(batch)) / layers;
    }

    @Override
    public double blockAttentionFlops(int batch) {
        return whole.layers() * whole.blockAttentionFlops(batch) / layers;
    }

    @Override
    public double embeddingForwardFlops(int batch) {
        return 0;
    }

    @Override
    public double headForwardFlops(int batch) {
        return 0;
    }

    @Override
    public long inputValuesPerSample() {
        return whole.inputValuesPerSample();
    }

    @Override
    public double blockSavedValues(int batch) {
        return (whole.layers() * whole.blockSavedValues(batch) + whole.headSavedValues(batch)) / layers;
    }

    @Override
    public double headSavedValues(int batch) {
        return 0;
    }
}
