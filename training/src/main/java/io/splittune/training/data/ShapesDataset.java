package io.splittune.training.data;

import io.splittune.core.Check;
import io.splittune.core.RandomStreams;
import io.splittune.core.RandomStreams.Purpose;
import java.util.Objects;

/**
 * Procedural images: each is drawn anew at every access from its own random stream, so it depends on the design, the
 * split, its index and the side alone, and is the same on every platform. Sample i has the class i modulo the number of
 * classes.
 */
public final class ShapesDataset implements Dataset {
    private static final int LEAST_SIDE = 16;
    // The data set is a fixed one, like a file: a run's seed does not change it.
    private static final RandomStreams STREAMS = new RandomStreams(20260101);

    private final ShapesDesign design;
    private final Split split;
    private final int samples;
    private final int imageSize;

    private ShapesDataset(ShapesDesign design, Split split, int samples, int imageSize) {
        this.design = design;
        this.split = split;
        this.samples = samples;
        this.imageSize = imageSize;
    }

    /**
     * Makes a data set by rule.
     *
     * @param design its classes and rules
     * @param split training and test images come from different streams
     * @param samples number of images, positive
     * @param imageSize side in pixels, at least 16
     */
    public static ShapesDataset of(ShapesDesign design, Split split, int samples, int imageSize) {
        Check.positive(samples, "samples");
        Check.inRange(imageSize, LEAST_SIDE, 4096, "imageSize");
        return new ShapesDataset(design, split, samples, imageSize);
    }

    @Override
    public int size() {
        return samples;
    }

    @Override
    public int classes() {
        return design.classes().size();
    }

    @Override
    public String className(int label) {
        return design.classes().get(label).name();
    }

    @Override
    public int label(int index) {
        return Objects.checkIndex(index, samples) % classes();
    }

    @Override
    public RawImage image(int index) {
        ShapeClass shapeClass = design.classes().get(label(index));
        long splitKey = split == Split.TRAIN ? 0 : 1;
        return new ScenePainter(
                        design.rules(), imageSize, STREAMS.stream(Purpose.SYNTHESIS, design.key(), splitKey, index))
                .paint(shapeClass);
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
