package io.splittune.training.data;

import io.splittune.core.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** A pair of IDX files with images and labels, as MNIST and its relatives have them. */
final class IdxDataset implements Dataset {
    private static final String IMAGES = "-images-idx3-ubyte";
    private static final String LABELS = "-labels-idx1-ubyte";
    private static final int LABEL_BLOCK = 1 << 16;

    private final IdxFile images;
    private final Labels labels;
    private final int classes;
    private final int width;
    private final int height;

    private IdxDataset(IdxFile images, Labels labels, int classes) {
        this.images = images;
        this.labels = labels;
        this.classes = classes;
        this.height = images.sizes()[1];
        this.width = images.sizes()[2];
    }

    static IdxDataset open(Path path, Split split) {
        Path imagesPath = imagesFile(path, split);
        Path labelsPath = labelsFile(imagesPath);
        IdxFile images = IdxFile.open(imagesPath, 3);
        try {
            Labels labels = readLabels(labelsPath);
            int[] sizes = images.sizes();
            if ((long) sizes[1] * sizes[2] > ImageDecoder.MOST_PIXELS) {
                throw new UserException(imagesPath + ": declares images of " + sizes[2] + " x " + sizes[1]
                        + " pixels; at most " + ImageDecoder.MOST_PIXELS + " are supported.");
            }
            int count = sizes[0];
            if (labels.size() != count) {
                throw new UserException(labelsPath + ": has " + labels.size() + " labels, but "
                        + imagesPath.getFileName() + " has " + count + " images; they are not a pair.");
            }
            return new IdxDataset(images, labels, labels.classes());
        } catch (RuntimeException e) {
            images.close();
            throw e;
        }
    }

    /** Returns the same data with at least so many classes: a test file need not contain the highest label. */
    IdxDataset withClassesAtLeast(int least) {
        return new IdxDataset(images, labels, Math.max(least, classes));
    }

    private static Path imagesFile(Path path, Split split) {
        if (Files.isDirectory(path)) {
            return fromFolder(path, split);
        }
        if (Files.exists(path)) {
            return path;
        }
        for (String ending : List.of(IMAGES, IMAGES + ".gz")) {
            Path candidate = path.resolveSibling(DataFiles.name(path) + ending);
            if (Files.exists(candidate)) {
                return candidate;
            }
        }
        throw new UserException(path + ": no such file or folder, and no " + DataFiles.name(path) + IMAGES
                + "[.gz] either; check data.train and data.test.");
    }

    private static Path fromFolder(Path folder, Split split) {
        List<Path> all = DataFiles.list(folder, name -> name.endsWith(IMAGES) || name.endsWith(IMAGES + ".gz"));
        List<Path> wanted = all.stream()
                .filter(file -> DataFiles.name(file).startsWith("train") == (split == Split.TRAIN))
                .filter(file -> !isPackedCopy(file))
                .toList();
        List<Path> chosen = wanted.isEmpty() ? all : wanted;
        if (chosen.isEmpty()) {
            throw new UserException(folder + ": holds no *" + IMAGES + "[.gz]; name the images file or its folder.");
        }
        if (chosen.size() > 1) {
            throw new UserException(folder + ": holds " + chosen.size() + " files *" + IMAGES
                    + "[.gz]; name one of them, such as " + chosen.get(0).getFileName() + ".");
        }
        return chosen.get(0);
    }

    /** Returns whether the same file lies there unpacked. */
    private static boolean isPackedCopy(Path file) {
        String name = DataFiles.name(file);
        return name.endsWith(".gz")
                && Files.exists(file.resolveSibling(name.substring(0, name.length() - ".gz".length())));
    }

    private static Path labelsFile(Path imagesPath) {
        String name = DataFiles.name(imagesPath);
        String plain = name.replaceAll("\\.gz$", "");
        if (!plain.endsWith(IMAGES)) {
            throw new UserException(imagesPath + ": its name must end in " + IMAGES + "[.gz], so that the labels "
                    + "are found in *" + LABELS + "[.gz] beside it.");
        }
        String stem = plain.substring(0, plain.length() - IMAGES.length());
        return Stream.of(LABELS, LABELS + ".gz")
                .map(ending -> imagesPath.resolveSibling(stem + ending))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new UserException(
                        imagesPath + ": the labels " + stem + LABELS + "[.gz] are missing beside it."));
    }

    private static Labels readLabels(Path path) {
        try (IdxFile file = IdxFile.open(path, 1)) {
            Labels.Builder labels = new Labels.Builder();
            int count = file.sizes()[0];
            for (int first = 0; first < count; first += LABEL_BLOCK) {
                byte[] block = new byte[Math.min(LABEL_BLOCK, count - first)];
                file.read(first, block);
                for (byte label : block) {
                    labels.add(label & 0xFF);
                }
            }
            return labels.build();
        }
    }

    @Override
    public int size() {
        return labels.size();
    }

    @Override
    public int classes() {
        return classes;
    }

    @Override
    public String className(int label) {
        return Integer.toString(Objects.checkIndex(label, classes));
    }

    @Override
    public int label(int index) {
        return labels.get(index);
    }

    @Override
    public RawImage image(int index) {
        byte[] grey = new byte[width * height];
        images.read((long) Objects.checkIndex(index, size()) * grey.length, grey);
        return RawImage.ofGrey(grey, width, height);
    }

    @Override
    public void close() {
        images.close();
    }
}
