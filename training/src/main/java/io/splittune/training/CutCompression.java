package io.splittune.training;

import io.splittune.codec.Coder;
import io.splittune.codec.Compression;
import io.splittune.codec.FloatFormat;
import io.splittune.core.Check;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * How the two tensors that cross the cut are compressed.
 *
 * @param activations device to server
 * @param gradients server to device
 * @param shareMask whether a gradient frame reuses the activation's kept positions and so carries none itself; the
 *     gradient's own kept fraction is then not used
 */
public record CutCompression(Compression activations, Compression gradients, boolean shareMask) {
    /** Checks that both are there. */
    public CutCompression {
        Objects.requireNonNull(activations, "activations");
        Objects.requireNonNull(gradients, "gradients");
    }

    /**
     * Returns both tensors uncompressed.
     *
     * @param format of the values on the wire
     */
    public static CutCompression none(FloatFormat format) {
        return new CutCompression(new Compression.None(format), new Compression.None(format), false);
    }

    /** Returns the form in which the server tells it to a device: ASCII text such as {@code 0.2/7/GOLOMB/NEAREST/FITTED,FP32,false}. */
    byte[] toBytes() {
        return String.join(",", text(activations), text(gradients), Boolean.toString(shareMask))
                .getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Reads what {@link #toBytes} wrote.
     *
     * @throws IllegalArgumentException for anything else
     */
    static CutCompression fromBytes(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.US_ASCII);
        String[] parts = text.split(",", -1);
        Check.require(parts.length == 3, "'%s' is not a compression: it needs 3 parts.", text);
        return new CutCompression(parse(parts[0]), parse(parts[1]), Boolean.parseBoolean(parts[2]));
    }

    private static String text(Compression compression) {
        if (compression instanceof Compression.Quantised quantised) {
            return quantised.keep() + "/" + quantised.levels() + "/" + quantised.coder() + "/" + quantised.rounding()
                    + "/" + quantised.points();
        }
        return ((Compression.None) compression).format().name();
    }

    private static Compression parse(String text) {
        String[] parts = text.split("/", -1);
        return parts.length == 5
                ? new Compression.Quantised(
                        Double.parseDouble(parts[0]),
                        Integer.parseInt(parts[1]),
                        Coder.valueOf(parts[2]),
                        Compression.Rounding.valueOf(parts[3]),
                        Compression.Points.valueOf(parts[4]))
                : new Compression.None(FloatFormat.valueOf(text));
    }
}
