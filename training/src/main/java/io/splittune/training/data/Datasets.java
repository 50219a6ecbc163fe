package io.splittune.training.data;

import io.splittune.core.RandomStreams;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/** Opens image data sets and narrows them; texts are {@link TextDataset}'s. */
public final class Datasets {
    private Datasets() {}

    /**
     * Opens images from files.
     *
     * @param format any of images but the built-in ones
     * @param path a file or folder; for {@link DataFormat#IDX} also a prefix such as {@code data/t10k}
     * @param split which files to take where a folder holds both parts
     * @return to be closed by the caller
     * @throws io.splittune.core.UserException for missing, truncated or unreadable files, and an empty data set
     */
    public static Dataset open(DataFormat format, Path path, Split split) {
        return switch (format) {
            case CIFAR10, CIFAR100, CIFAR100_COARSE -> CifarDataset.open(format, path, split);
            case IDX -> IdxDataset.open(path, split);
            case IMAGES -> ImageFolderDataset.open(path, Optional.empty());
            case SHAPES, SHAPES_SOURCE -> throw new IllegalArgumentException(format + " has no files.");
            case JSONL, TEXT, MENUS, TALES_SOURCE -> throw new IllegalArgumentException(format + " holds no images.");
        };
    }

    /**
     * Opens training and test data that must have the same classes.
     *
     * @throws io.splittune.core.UserException also if the classes differ
     */
    public static TrainingAndTest openPair(DataFormat format, Path train, Path test) {
        return switch (format) {
            case IDX -> {
                IdxDataset first = IdxDataset.open(train, Split.TRAIN);
                IdxDataset second = closing(first, () -> IdxDataset.open(test, Split.TEST));
                int classes = Math.max(first.classes(), second.classes());
                yield new TrainingAndTest(first.withClassesAtLeast(classes), second.withClassesAtLeast(classes));
            }
            case IMAGES -> {
                ImageFolderDataset first = ImageFolderDataset.open(train, Optional.empty());
                yield new TrainingAndTest(first, ImageFolderDataset.open(test, Optional.of(first.classNames())));
            }
            default -> {
                Dataset first = open(format, train, Split.TRAIN);
                yield new TrainingAndTest(first, closing(first, () -> open(format, test, Split.TEST)));
            }
        };
    }

    /**
     * Makes one of the procedural data sets; always the same images, whatever the seed of a run.
     *
     * @param format {@link DataFormat#SHAPES} or {@link DataFormat#SHAPES_SOURCE}
     * @param split training and test images come from different streams
     * @param samples number of images, positive; the first ones of a larger set are those of a smaller one
     * @param imageSize side in pixels, at least 16
     */
    public static Dataset builtin(DataFormat format, Split split, int samples, int imageSize) {
        return ShapesDataset.of(ShapesDesign.standard(format), split, samples, imageSize);
    }

    /**
     * Keeps some classes and relabels them in the given order; names stay.
     *
     * @param base closed with the result
     * @param classes labels of {@code base}, at least one, none twice
     * @throws io.splittune.core.UserException if a class does not exist, is named twice, or nothing is left
     */
    public static Dataset withClasses(Dataset base, int... classes) {
        return SubsetDataset.ofClasses(base, classes);
    }

    /**
     * Keeps a random sample of the given size, in the order of the base, so that a set that is sorted by class keeps its
     * mixture. The whole set when it is not larger.
     *
     * @param base closed with the result
     * @param limit positive
     * @param streams the stream {@code DATA} is drawn from
     */
    public static Dataset limited(Dataset base, int limit, RandomStreams streams) {
        return SubsetDataset.limited(base, limit, streams);
    }

    /** Opens a second data set, and closes the first if that fails. */
    private static <T extends Dataset> T closing(Dataset first, Supplier<T> second) {
        try {
            return second.get();
        } catch (RuntimeException e) {
            first.close();
            throw e;
        }
    }

    /** Training and test data with the same classes; closing closes both. */
    public record TrainingAndTest(Dataset train, Dataset test) implements AutoCloseable {
        @Override
        public void close() {
            try {
                train.close();
            } finally {
                test.close();
            }
        }
    }
}
