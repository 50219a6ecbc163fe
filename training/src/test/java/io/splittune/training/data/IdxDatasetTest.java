package io.splittune.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.core.UserException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxDatasetTest {
    private static final String IMAGES = "-images-idx3-ubyte";
    private static final String LABELS = "-labels-idx1-ubyte";

    @TempDir
    private Path folder;

    @Test
    void readsAPlainPairInPlaceAndRepeatsGreyInThreePlanes() throws IOException {
        writePair("train", false, 0, 2, 1);
        try (Dataset data = Datasets.open(DataFormat.IDX, folder.resolve("train" + IMAGES), Split.TRAIN)) {
            assertThat(data.labels()).containsExactly(0, 2, 1);
            assertThat(data.classes()).isEqualTo(3);
            assertThat(data.className(2)).isEqualTo("2");
            RawImage image = data.image(1);
            assertThat(image.width()).isEqualTo(3);
            assertThat(image.height()).isEqualTo(2);
            byte[] grey = {6, 7, 8, 9, 10, 11};
            for (int channel = 0; channel < 3; channel++) {
                assertThat(Arrays.copyOfRange(image.planes(), 6 * channel, 6 * channel + 6))
                        .isEqualTo(grey);
            }
        }
    }

    @Test
    void unpacksGzipOnceAndLeavesNoTemporaryFile() throws IOException {
        writePair("t10k", true, 1, 0);
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        long before = temporaryFiles(temporary);
        try (Dataset data = Datasets.open(DataFormat.IDX, folder.resolve("t10k" + IMAGES + ".gz"), Split.TEST)) {
            assertThat(data.labels()).containsExactly(1, 0);
            assertThat(data.image(1).at(0, 1, 2)).isEqualTo(11);
        }
        assertThat(temporaryFiles(temporary)).isEqualTo(before);
    }

    @Test
    void aFolderOrAPrefixNamesTheFilesToo() throws IOException {
        writePair("train", true, 0, 1, 1);
        writePair("t10k", false, 1, 0);
        writePair("t10k", true, 1, 0);
        try (Dataset train = Datasets.open(DataFormat.IDX, folder, Split.TRAIN);
                Dataset test = Datasets.open(DataFormat.IDX, folder, Split.TEST);
                Dataset prefix = Datasets.open(DataFormat.IDX, folder.resolve("t10k"), Split.TRAIN)) {
            assertThat(train.size()).isEqualTo(3);
            assertThat(test.size()).isEqualTo(2);
            assertThat(prefix.size()).isEqualTo(2);
        }
    }

    @Test
    void aPairOfFilesSharesTheLargerNumberOfClasses() throws IOException {
        writePair("train", false, 0, 5);
        writePair("t10k", false, 1, 0);
        try (Datasets.TrainingAndTest both = Datasets.openPair(DataFormat.IDX, folder, folder)) {
            assertThat(both.train().classes()).isEqualTo(6);
            assertThat(both.test().classes()).isEqualTo(6);
        }
    }

    @Test
    void truncatedFilesAreRefusedWithTheirSizes() throws IOException {
        writePair("train", false, 0, 5);
        Path images = folder.resolve("train" + IMAGES);
        byte[] whole = Files.readAllBytes(images);
        Files.write(images, Arrays.copyOf(whole, whole.length - 1));
        assertRefused(images, "has 27 bytes where its header promises 28");
        Files.write(images, Arrays.copyOf(whole, whole.length + 1));
        assertRefused(images, "has 29 bytes where its header promises 28");
        Files.write(images, Arrays.copyOf(whole, 9));
        assertRefused(images, "has 9 bytes where its header promises 16");
    }

    @Test
    void truncatedGzipIsRefusedAtEveryLength() throws IOException {
        writePair("train", true, 0, 5);
        Path images = folder.resolve("train" + IMAGES + ".gz");
        byte[] whole = Files.readAllBytes(images);
        long before = temporaryFiles(Path.of(System.getProperty("java.io.tmpdir")));
        for (int length = 0; length < whole.length; length++) {
            Files.write(images, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> Datasets.open(DataFormat.IDX, images, Split.TRAIN))
                    .as("first %s bytes", length)
                    .isInstanceOf(UserException.class)
                    .hasMessageNotContaining("\n");
        }
        assertThat(temporaryFiles(Path.of(System.getProperty("java.io.tmpdir"))))
                .isEqualTo(before);
    }

    @Test
    void aFileOfAnotherTypeIsRefused() throws IOException {
        writePair("train", false, 0, 5);
        Path images = folder.resolve("train" + IMAGES);
        Files.copy(folder.resolve("train" + LABELS), images, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        byte[] padded = Arrays.copyOf(Files.readAllBytes(images), 40);
        Files.write(images, padded);
        assertRefused(images, "begins with 0x00000801");
        padded[3] = 3;
        padded[4] = -1;
        Files.write(images, padded);
        assertRefused(images, "each must be positive");
    }

    @Test
    void missingOrUnequalLabelsAreRefused() throws IOException {
        writePair("train", false, 0, 5);
        Path images = folder.resolve("train" + IMAGES);
        Files.write(folder.resolve("train" + LABELS), idx(new int[] {3}, new byte[3]));
        assertRefused(images, "has 3 labels, but train" + IMAGES + " has 2 images");
        Files.delete(folder.resolve("train" + LABELS));
        assertRefused(images, "the labels train" + LABELS + "[.gz] are missing");
    }

    @Test
    void missingAndAmbiguousFilesAreRefused() throws IOException {
        assertRefused(folder.resolve("nothing"), "no nothing" + IMAGES);
        assertRefused(folder, "holds no *" + IMAGES);
        writePair("a", false, 0);
        writePair("b", false, 0);
        assertRefused(folder, "holds 2 files");
        Path odd = Files.write(folder.resolve("odd.bin"), new byte[30]);
        assertRefused(odd, "its name must end in");
    }

    private static void assertRefused(Path path, String words) {
        assertThatThrownBy(() -> Datasets.open(DataFormat.IDX, path, Split.TRAIN))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(words)
                .hasMessageNotContaining("\n");
    }

    private void writePair(String stem, boolean gzip, int... labels) throws IOException {
        byte[] pixels = new byte[labels.length * 6];
        byte[] labelBytes = new byte[labels.length];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) i;
        }
        for (int i = 0; i < labels.length; i++) {
            labelBytes[i] = (byte) labels[i];
        }
        write(stem + IMAGES, gzip, idx(new int[] {labels.length, 2, 3}, pixels));
        write(stem + LABELS, gzip, idx(new int[] {labels.length}, labelBytes));
    }

    private void write(String name, boolean gzip, byte[] content) throws IOException {
        if (!gzip) {
            Files.write(folder.resolve(name), content);
            return;
        }
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve(name + ".gz")))) {
            out.write(content);
        }
    }

    private static byte[] idx(int[] sizes, byte[] values) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(0x800 | sizes.length);
        for (int size : sizes) {
            out.writeInt(size);
        }
        out.write(values);
        return bytes.toByteArray();
    }

    private static long temporaryFiles(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".idx")).count();
        }
    }
}
