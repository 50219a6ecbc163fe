package io.splittune.training.data;

import io.splittune.core.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Lines of UTF-8 text, counted, and bounded in length. */
final class LineReader {
    private static final int MOST_BYTES = 16 << 20;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final InputStream in;
    private final String file;
    private byte[] line = new byte[4096];
    private int number;

    /**
     * Begins at the first line.
     *
     * @param in buffered; the caller closes it
     * @param file names it in messages
     */
    LineReader(InputStream in, String file) {
        this.in = in;
        this.file = file;
    }

    /** Returns the next line without its end, or nothing after the last. */
    Optional<String> next() throws IOException {
        int length = 0;
        int value = in.read();
        if (value < 0) {
            return Optional.empty();
        }
        number++;
        while (value >= 0 && value != '\n') {
            if (length == line.length) {
                if (length == MOST_BYTES) {
                    throw new UserException(place() + ": is longer than " + MOST_BYTES + " bytes; split it.");
                }
                line = Arrays.copyOf(line, Math.min(MOST_BYTES, 2 * length));
            }
            line[length++] = (byte) value;
            value = in.read();
        }
        if (length > 0 && line[length - 1] == '\r') {
            length--;
        }
        String text = decode(length);
        return Optional.of(
                number == 1 && !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text);
    }

    private String decode(int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new UserException(place() + ": is not UTF-8 text; convert the file first.", e);
        }
    }

    /** Returns file and number of the last line read. */
    String place() {
        return file + ":" + number;
    }
}
