package io.splittune.training.data;

import io.splittune.core.UserException;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Decodes JPEG and PNG files of any colour model to RGB; an alpha channel is dropped. */
final class ImageDecoder {
    // Larger than any photograph in a training set; a small file can declare far more.
    static final long MOST_PIXELS = 200_000_000L;

    private ImageDecoder() {}

    static RawImage decode(Path path) {
        try (ImageInputStream in =
                new MemoryCacheImageInputStream(new ByteArrayInputStream(Files.readAllBytes(path)))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new UserException(path + ": is not an image that can be read; JPEG and PNG are supported.");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
                if (pixels > MOST_PIXELS) {
                    throw new UserException(path + ": has " + reader.getWidth(0) + " x " + reader.getHeight(0)
                            + " pixels; at most " + MOST_PIXELS + " are supported.");
                }
                return planes(reader.read(0));
            } finally {
                reader.dispose();
            }
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
            // The decoders of the JDK report damaged files by all three.
            throw new UserException(
                    path + ": cannot be decoded ("
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse("")
                            + "); replace or remove the file.",
                    e);
        }
    }

    private static RawImage planes(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        Raster raster = image.getRaster();
        if (raster.getNumBands() <= 2 && image.getColorModel().getNumColorComponents() == 1) {
            // getRGB would convert grey as linear light and brighten it.
            int shift = image.getColorModel().getComponentSize(0) - Byte.SIZE;
            int[] samples = raster.getSamples(0, 0, width, height, 0, (int[]) null);
            byte[] grey = new byte[width * height];
            for (int i = 0; i < grey.length; i++) {
                grey[i] = (byte) (shift > 0 ? samples[i] >> shift : samples[i] * 255 / ((1 << (8 + shift)) - 1));
            }
            return RawImage.ofGrey(grey, width, height);
        }
        byte[] planes = new byte[RawImage.CHANNELS * width * height];
        int[] row = new int[width];
        int plane = width * height;
        for (int y = 0; y < height; y++) {
            image.getRGB(0, y, width, 1, row, 0, width);
            for (int x = 0; x < width; x++) {
                int at = y * width + x;
                planes[at] = (byte) (row[x] >> 16);
                planes[plane + at] = (byte) (row[x] >> 8);
                planes[2 * plane + at] = (byte) row[x];
            }
        }
        return RawImage.ofPlanes(planes, width, height);
    }
}
