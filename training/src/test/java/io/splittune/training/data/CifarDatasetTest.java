package io.splittune.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.core.UserException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarDatasetTest {
    private static final int IMAGE_BYTES = 3072;

    @TempDir
    private Path folder;

    @Test
    void readsEveryRecordOfCifar10() throws IOException {
        Path file = write("train.bin", records(new int[][] {{3}, {9}, {0}}, 10));
        try (Dataset data = Datasets.open(DataFormat.CIFAR10, file, Split.TRAIN)) {
            assertThat(data.size()).isEqualTo(3);
            assertThat(data.classes()).isEqualTo(10);
            assertThat(data.labels()).containsExactly(3, 9, 0);
            assertThat(data.className(3)).isEqualTo("cat");
            RawImage image = data.image(1);
            assertThat(image.width()).isEqualTo(32);
            assertThat(image.height()).isEqualTo(32);
            assertThat(image.planes()).isEqualTo(pixels(11));
            assertThat(image.at(2, 31, 30)).isEqualTo(pixels(11)[3070] & 0xFF);
        }
    }

    @Test
    void takesTheFineOrTheCoarseLabelOfCifar100() throws IOException {
        Path file = write("train.bin", records(new int[][] {{4, 99}, {19, 0}}, 0));
        try (Dataset fine = Datasets.open(DataFormat.CIFAR100, file, Split.TRAIN);
                Dataset coarse = Datasets.open(DataFormat.CIFAR100_COARSE, file, Split.TRAIN)) {
            assertThat(fine.labels()).containsExactly(99, 0);
            assertThat(coarse.labels()).containsExactly(4, 19);
            assertThat(fine.classes()).isEqualTo(100);
            assertThat(coarse.classes()).isEqualTo(20);
            assertThat(fine.image(1).planes()).isEqualTo(pixels(1));
            assertThat(fine.className(7)).isEqualTo("class 7");
        }
    }

    @Test
    void takesNamesFromTheListBesideTheData() throws IOException {
        Path file = write("train.bin", records(new int[][] {{4, 99}}, 0));
        List<String> names = IntStream.range(0, 100).mapToObj(i -> "name" + i).toList();
        Files.write(folder.resolve("fine_label_names.txt"), names);
        try (Dataset data = Datasets.open(DataFormat.CIFAR100, file, Split.TRAIN)) {
            assertThat(data.className(42)).isEqualTo("name42");
        }
    }

    @Test
    void aFolderJoinsItsFilesAndKeepsTestFilesApart() throws IOException {
        write("data_batch_1.bin", records(new int[][] {{1}, {2}}, 0));
        write("data_batch_2.bin", records(new int[][] {{3}}, 50));
        write("test_batch.bin", records(new int[][] {{4}}, 60));
        write("readme.html", new byte[5]);
        try (Dataset train = Datasets.open(DataFormat.CIFAR10, folder, Split.TRAIN);
                Dataset test = Datasets.open(DataFormat.CIFAR10, folder, Split.TEST)) {
            assertThat(train.labels()).containsExactly(1, 2, 3);
            assertThat(train.image(2).planes()).isEqualTo(pixels(50));
            assertThat(train.image(1).planes()).isEqualTo(pixels(1));
            assertThat(test.labels()).containsExactly(4);
        }
    }

    @Test
    void aTruncatedFileIsRefusedWithItsSizes() throws IOException {
        byte[] whole = records(new int[][] {{1}, {2}}, 0);
        Path file = write("train.bin", Arrays.copyOf(whole, whole.length - 1));
        assertThatThrownBy(() -> Datasets.open(DataFormat.CIFAR10, file, Split.TRAIN))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("train.bin: 6145 bytes")
                .hasMessageContaining("3073")
                .hasMessageNotContaining("\n");
    }

    @Test
    void anEmptyFileIsRefused() throws IOException {
        Path file = write("train.bin", new byte[0]);
        assertThatThrownBy(() -> Datasets.open(DataFormat.CIFAR10, file, Split.TRAIN))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("0 bytes");
    }

    @Test
    void aLabelOutOfRangeIsRefusedWithItsRecord() throws IOException {
        Path file = write("train.bin", records(new int[][] {{1}, {10}}, 0));
        assertThatThrownBy(() -> Datasets.open(DataFormat.CIFAR10, file, Split.TRAIN))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("record 1 has the label 10")
                .hasMessageContaining("0 to 9");
    }

    @Test
    void aMissingFileAndAFolderWithoutDataAreRefused() {
        assertThatThrownBy(() -> Datasets.open(DataFormat.CIFAR10, folder.resolve("no.bin"), Split.TRAIN))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("no.bin: no such file");
        assertThatThrownBy(() -> Datasets.open(DataFormat.CIFAR10, folder, Split.TRAIN))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("holds no .bin file");
    }

    @Test
    void readingAfterCloseOrOutsideThrows() throws IOException {
        Path file = write("train.bin", records(new int[][] {{1}}, 0));
        Dataset data = Datasets.open(DataFormat.CIFAR10, file, Split.TRAIN);
        assertThatThrownBy(() -> data.image(1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> data.image(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        data.close();
        data.close();
        assertThatThrownBy(() -> data.image(0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("train.bin");
    }

    @Test
    void manyThreadsReadTheSameImages() throws IOException {
        int[][] labels =
                IntStream.range(0, 600).mapToObj(i -> new int[] {i % 10}).toArray(int[][]::new);
        Path file = write("train.bin", records(labels, 0));
        try (Dataset data = Datasets.open(DataFormat.CIFAR10, file, Split.TRAIN)) {
            boolean same = IntStream.range(0, 6000)
                    .parallel()
                    .allMatch(i -> Arrays.equals(data.image(i % 600).planes(), pixels(i % 600)));
            assertThat(same).isTrue();
        }
    }

    /** Records with the given label bytes and the pixels of the seeds {@code firstSeed}, {@code firstSeed + 1}, ... */
    static byte[] records(int[][] labels, int firstSeed) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < labels.length; i++) {
            for (int label : labels[i]) {
                out.write(label);
            }
            out.writeBytes(pixels(firstSeed + i));
        }
        return out.toByteArray();
    }

    static byte[] pixels(int seed) {
        byte[] pixels = new byte[IMAGE_BYTES];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i * 31 + seed * 17 + i / 32);
        }
        return pixels;
    }

    private Path write(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }
}
