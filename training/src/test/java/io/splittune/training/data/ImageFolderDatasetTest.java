package io.splittune.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.core.UserException;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderDatasetTest {
    @TempDir
    private Path folder;

    @Test
    void classesAreTheSortedFoldersAndFilesAreDecodedOnAccess() throws IOException {
        write("dog/b.png", "png", solid(4, 2, Color.RED));
        write("dog/a.png", "png", solid(3, 3, Color.GREEN));
        write("cat/images/x.JPEG", "jpg", solid(8, 16, Color.BLUE));
        Files.writeString(folder.resolve("dog/notes.txt"), "no image");
        Files.createDirectories(folder.resolve("empty"));
        Files.createDirectories(folder.resolve(".git"));
        try (Dataset data = Datasets.open(DataFormat.IMAGES, folder, Split.TRAIN)) {
            assertThat(data.classes()).isEqualTo(2);
            assertThat(data.className(0)).isEqualTo("cat");
            assertThat(data.className(1)).isEqualTo("dog");
            assertThat(data.labels()).containsExactly(0, 1, 1);
            assertThat(data.image(1).width()).isEqualTo(3);
            assertThat(pixel(data.image(1))).containsExactly(0, 255, 0);
            assertThat(data.image(2).width()).isEqualTo(4);
            assertThat(data.image(2).height()).isEqualTo(2);
            assertThat(pixel(data.image(2))).containsExactly(255, 0, 0);
            // JPEG loses a little.
            int[] blue = pixel(data.image(0));
            assertThat(blue[0]).isLessThan(6);
            assertThat(blue[2]).isGreaterThan(249);
        }
    }

    @Test
    void readsTinyImagenetsValidationPart() throws IOException {
        write("val/images/val_0.JPEG", "jpg", solid(4, 4, Color.RED));
        write("val/images/val_1.JPEG", "jpg", solid(4, 4, Color.RED));
        write("train/n02/images/n02_0.JPEG", "jpg", solid(4, 4, Color.RED));
        write("train/n01/images/n01_0.JPEG", "jpg", solid(4, 4, Color.RED));
        Files.writeString(
                folder.resolve("val/val_annotations.txt"),
                "val_0.JPEG\tn02\t0\t32\t44\t62\nval_1.JPEG\tn01\t1\t2\t3\t4\nval_2.JPEG\tn07\t0\t0\t0\t0\n");
        try (Datasets.TrainingAndTest both =
                Datasets.openPair(DataFormat.IMAGES, folder.resolve("train"), folder.resolve("val"))) {
            assertThat(both.train().labels()).containsExactly(0, 1);
            assertThat(both.test().labels()).containsExactly(1, 0);
            assertThat(both.test().className(1)).isEqualTo("n02");
            assertThat(both.test().image(0).width()).isEqualTo(4);
        }
    }

    @Test
    void testDataTakesTheLabelsOfTheTrainingFolders() throws IOException {
        for (String name : new String[] {"train/a/1.png", "train/b/1.png", "train/c/1.png", "test/c/1.png"}) {
            write(name, "png", solid(2, 2, Color.RED));
        }
        try (Datasets.TrainingAndTest both =
                Datasets.openPair(DataFormat.IMAGES, folder.resolve("train"), folder.resolve("test"))) {
            assertThat(both.test().labels()).containsExactly(2);
            assertThat(both.test().classes()).isEqualTo(3);
        }
        write("test/d/1.png", "png", solid(2, 2, Color.RED));
        assertThatThrownBy(() -> Datasets.openPair(DataFormat.IMAGES, folder.resolve("train"), folder.resolve("test")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("the class \"d\"");
    }

    @Test
    void greyKeepsItsValuesAndAlphaIsDropped() throws IOException {
        BufferedImage grey = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_GRAY);
        grey.getRaster().setSample(0, 0, 0, 100);
        BufferedImage deep = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
        deep.getRaster().setSample(0, 0, 0, 100 << 8 | 7);
        BufferedImage alpha = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
        alpha.setRGB(0, 0, 0x40_0A_14_1E);
        BufferedImage binary = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY);
        binary.setRGB(0, 0, 0xFFFFFFFF);
        write("a/1.png", "png", grey);
        write("a/2.png", "png", deep);
        write("a/3.png", "png", alpha);
        write("a/4.png", "png", binary);
        try (Dataset data = Datasets.open(DataFormat.IMAGES, folder, Split.TRAIN)) {
            assertThat(pixel(data.image(0))).containsExactly(100, 100, 100);
            assertThat(pixel(data.image(1))).containsExactly(100, 100, 100);
            assertThat(pixel(data.image(2))).containsExactly(10, 20, 30);
            assertThat(pixel(data.image(3))).containsExactly(255, 255, 255);
        }
    }

    @Test
    void readsJpegsInCmyk() throws IOException {
        Files.createDirectories(folder.resolve("a"));
        try (InputStream in = ImageFolderDatasetTest.class.getResourceAsStream("cmyk.jpg")) {
            Files.copy(in, folder.resolve("a/cmyk.jpg"));
        }
        try (Dataset data = Datasets.open(DataFormat.IMAGES, folder, Split.TRAIN)) {
            int[] rgb = pixel(data.image(0));
            // Made from (200, 30, 60); what ink looks like depends on the colour profile.
            assertThat(rgb[0]).isBetween(150, 255);
            assertThat(rgb[1]).isBetween(0, 80);
            assertThat(rgb[2]).isBetween(20, 110);
        }
    }

    @Test
    void anUnreadableImageIsNamed() throws IOException {
        write("a/good.jpg", "jpg", solid(16, 16, Color.RED));
        byte[] good = Files.readAllBytes(folder.resolve("a/good.jpg"));
        Files.write(folder.resolve("a/bad1.jpg"), new byte[100]);
        Files.write(folder.resolve("a/bad2.jpg"), Arrays.copyOf(good, 200));
        Files.write(folder.resolve("a/bad3.png"), new byte[0]);
        try (Dataset data = Datasets.open(DataFormat.IMAGES, folder, Split.TRAIN)) {
            assertThat(data.size()).isEqualTo(4);
            for (int bad = 0; bad < 3; bad++) {
                int index = bad;
                assertThatThrownBy(() -> data.image(index))
                        .isInstanceOf(UserException.class)
                        .hasMessageContaining("bad" + (bad + 1))
                        .hasMessageNotContaining("\n");
            }
            assertThat(data.image(3).width()).isEqualTo(16);
        }
    }

    @Test
    void pngCutAtEveryByteNeverEndsInAnotherException() throws IOException {
        write("a/x.png", "png", solid(9, 7, Color.ORANGE));
        Path file = folder.resolve("a/x.png");
        byte[] whole = Files.readAllBytes(file);
        try (Dataset data = Datasets.open(DataFormat.IMAGES, folder, Split.TRAIN)) {
            for (int length = 0; length < whole.length; length++) {
                Files.write(file, Arrays.copyOf(whole, length));
                try {
                    data.image(0);
                } catch (UserException e) {
                    assertThat(e).hasMessageContaining("x.png");
                }
            }
        }
    }

    @Test
    void aFileAnEmptyFolderAndAMissingOneAreRefused() throws IOException {
        Path file = Files.write(folder.resolve("x.txt"), new byte[3]);
        assertRefused(file, "is a file");
        assertRefused(folder, "holds no folder with");
        assertRefused(folder.resolve("none"), "no such file or folder");
    }

    private static void assertRefused(Path path, String words) {
        assertThatThrownBy(() -> Datasets.open(DataFormat.IMAGES, path, Split.TRAIN))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(words)
                .hasMessageNotContaining("\n");
    }

    private static int[] pixel(RawImage image) {
        return new int[] {image.at(0, 0, 0), image.at(1, 0, 0), image.at(2, 0, 0)};
    }

    private static BufferedImage solid(int width, int height, Color colour) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, colour.getRGB());
            }
        }
        return image;
    }

    private void write(String name, String format, BufferedImage image) {
        Path file = folder.resolve(name);
        try {
            Files.createDirectories(file.getParent());
            assertThat(ImageIO.write(image, format, file.toFile())).isTrue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
