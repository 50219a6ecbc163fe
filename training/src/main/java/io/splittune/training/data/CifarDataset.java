package io.splittune.training.data;

import io.splittune.core.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** CIFAR's binary files: labels scanned once, images by positional reads. */
final class CifarDataset implements Dataset {
    private static final int SIDE = 32;
    private static final int IMAGE_BYTES = RawImage.CHANNELS * SIDE * SIDE;
    private static final int SCAN_RECORDS = 256;
    private static final List<String> CIFAR10_NAMES =
            List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

    /** What differs between the variants. */
    private record Variant(int labelBytes, int labelAt, int classes, String namesFile) {
        static Variant of(DataFormat format) {
            return switch (format) {
                case CIFAR10 -> new Variant(1, 0, 10, "batches.meta.txt");
                case CIFAR100 -> new Variant(2, 1, 100, "fine_label_names.txt");
                case CIFAR100_COARSE -> new Variant(2, 0, 20, "coarse_label_names.txt");
                default -> throw new IllegalArgumentException(format + " is not a CIFAR format.");
            };
        }

        int recordBytes() {
            return labelBytes + IMAGE_BYTES;
        }
    }

    private final Variant variant;
    private final List<RecordFile> files;
    /** First sample of each file, and the number of all samples. */
    private final int[] starts;

    private final Labels labels;
    private final List<String> names;

    private CifarDataset(Variant variant, List<RecordFile> files, int[] starts, Labels labels, List<String> names) {
        this.variant = variant;
        this.files = files;
        this.starts = starts;
        this.labels = labels;
        this.names = names;
    }

    static CifarDataset open(DataFormat format, Path path, Split split) {
        Variant variant = Variant.of(format);
        List<Path> paths = Files.isDirectory(path) ? binaries(path, split) : List.of(path);
        List<RecordFile> files = new ArrayList<>();
        try {
            int[] starts = new int[paths.size() + 1];
            Labels.Builder labels = new Labels.Builder();
            for (int i = 0; i < paths.size(); i++) {
                RecordFile file = DataFiles.open(paths.get(i));
                files.add(file);
                starts[i + 1] = Math.addExact(starts[i], scan(format, variant, paths.get(i), file, labels));
            }
            return new CifarDataset(variant, List.copyOf(files), starts, labels.build(), names(variant, paths.get(0)));
        } catch (RuntimeException e) {
            files.forEach(RecordFile::close);
            throw e;
        }
    }

    /** The official folders hold training and test files side by side; the latter begin with "test". */
    private static List<Path> binaries(Path folder, Split split) {
        List<Path> all =
                DataFiles.list(folder, name -> name.toLowerCase(Locale.ROOT).endsWith(".bin"));
        if (all.isEmpty()) {
            throw new UserException(folder + ": holds no .bin file; name a CIFAR binary file or a folder of them.");
        }
        List<Path> wanted = all.stream()
                .filter(file -> DataFiles.name(file).startsWith("test") == (split == Split.TEST))
                .toList();
        return wanted.isEmpty() ? all : wanted;
    }

    private static int scan(DataFormat format, Variant variant, Path path, RecordFile file, Labels.Builder labels) {
        long length = file.length();
        int recordBytes = variant.recordBytes();
        if (length == 0 || length % recordBytes != 0) {
            throw new UserException(path + ": " + length + " bytes are not a whole number of " + format.key()
                    + " records of " + recordBytes + " bytes; the file is truncated or of another format.");
        }
        if (length / recordBytes > Integer.MAX_VALUE / 2) {
            throw new UserException(path + ": " + length / recordBytes + " records are too many for one data set.");
        }
        int records = (int) (length / recordBytes);
        byte[] block = new byte[SCAN_RECORDS * recordBytes];
        for (int first = 0; first < records; first += SCAN_RECORDS) {
            int count = Math.min(SCAN_RECORDS, records - first);
            file.read((long) first * recordBytes, block, 0, count * recordBytes);
            for (int i = 0; i < count; i++) {
                int label = block[i * recordBytes + variant.labelAt] & 0xFF;
                if (label >= variant.classes) {
                    throw new UserException(path + ": record " + (first + i) + " has the label " + label + "; "
                            + format.key() + " has 0 to " + (variant.classes - 1) + ". Is it of another format?");
                }
                labels.add(label);
            }
        }
        return records;
    }

    /** Names from the list that the data sets bring along, where it lies beside the data. */
    private static List<String> names(Variant variant, Path data) {
        Path file = data.resolveSibling(variant.namesFile);
        if (Files.isRegularFile(file)) {
            try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
                List<String> read =
                        lines.map(String::strip).filter(line -> !line.isEmpty()).toList();
                if (read.size() == variant.classes) {
                    return read;
                }
                throw new UserException(
                        file + ": has " + read.size() + " names; " + variant.classes + " are expected, one a line.");
            } catch (IOException e) {
                throw new UserException(file + ": cannot be read (" + e.getMessage() + ").", e);
            }
        }
        if (variant.classes == CIFAR10_NAMES.size()) {
            return CIFAR10_NAMES;
        }
        return IntStream.range(0, variant.classes).mapToObj(i -> "class " + i).toList();
    }

    @Override
    public int size() {
        return labels.size();
    }

    @Override
    public int classes() {
        return variant.classes;
    }

    @Override
    public String className(int label) {
        return names.get(label);
    }

    @Override
    public int label(int index) {
        return labels.get(index);
    }

    @Override
    public RawImage image(int index) {
        Objects.checkIndex(index, size());
        int file = 0;
        while (index >= starts[file + 1]) {
            file++;
        }
        byte[] planes = new byte[IMAGE_BYTES];
        long record = (long) (index - starts[file]) * variant.recordBytes();
        files.get(file).read(record + variant.labelBytes, planes, 0, IMAGE_BYTES);
        return RawImage.ofPlanes(planes, SIDE, SIDE);
    }

    @Override
    public void close() {
        files.forEach(RecordFile::close);
    }
}
