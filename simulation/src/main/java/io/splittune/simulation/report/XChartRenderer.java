package io.splittune.simulation.report;

import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.TextLayout;
import java.awt.image.BufferedImage;
import java.util.function.Consumer;
import javax.imageio.ImageIO;

/** Draws with XChart, as vectors through Batik. Needs no screen. */
final class XChartRenderer implements ChartRenderer {
    static final int WIDTH = 640;
    static final int HEIGHT = 400;
    /** Pixels of the PNG file per unit: legible on screens of high density and in print. */
    private static final int PNG_SCALE = 2;

    @Override
    public Picture render(Chart chart) throws PicturesUnavailableException {
        requireDrawing();
        Consumer<Graphics2D> painter = ChartLayout.of(chart);
        BufferedImage image = image(painter);
        return new Picture(SvgPicture.of(chart, painter), out -> ImageIO.write(image, "png", out));
    }

    /** Draws a word, as every chart does: without fonts, desktop libraries or a promised screen this fails first. */
    private static void requireDrawing() throws PicturesUnavailableException {
        try {
            Graphics2D canvas = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB).createGraphics();
            Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
            new TextLayout("Round", font, canvas.getFontRenderContext()).draw(canvas, 0, 8);
            canvas.dispose();
        } catch (OutOfMemoryError | StackOverflowError unrelated) {
            throw unrelated;
        } catch (RuntimeException | Error failure) {
            // The JDK has many names for it: NullPointerException, InternalError, UnsatisfiedLinkError, AWTError.
            String reason = firstCause(failure).toString().lines().findFirst().orElse("");
            throw new PicturesUnavailableException(
                    "this Java cannot draw (" + reason + "); install fontconfig and a font such as DejaVu, or run with"
                            + " -Djava.awt.headless=true.",
                    failure);
        }
    }

    private static Throwable firstCause(Throwable failure) {
        Throwable first = failure;
        while (first.getCause() != null) {
            first = first.getCause();
        }
        return first;
    }

    private static BufferedImage image(Consumer<Graphics2D> painter) {
        BufferedImage image = new BufferedImage(WIDTH * PNG_SCALE, HEIGHT * PNG_SCALE, BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = image.createGraphics();
        try {
            canvas.scale(PNG_SCALE, PNG_SCALE);
            painter.accept(canvas);
        } finally {
            canvas.dispose();
        }
        return image;
    }
}
