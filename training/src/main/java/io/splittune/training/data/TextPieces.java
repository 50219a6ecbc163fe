package io.splittune.training.data;

import io.splittune.model.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A long text in pieces of at most 65,536 characters that are tokenised one by one and give the tokens of the whole.
 *
 * <p>A piece ends before a single space between two words, where the tokenizers of language models begin a new token.
 * Those that think a space in front of every text (SentencePiece's) would see two, so for them the space is dropped;
 * which kind a tokenizer is, is tried out. A text without such spaces is cut after 65,536 characters, where its tokens may
 * differ from the whole's.
 */
final class TextPieces implements AutoCloseable {
    /** Most characters of a piece. */
    static final int MOST = 1 << 16;

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final Reader reader;
    private final boolean dropsSpace;
    private final char[] buffer = new char[MOST];
    private int filled;
    private boolean first = true;

    TextPieces(InputStream in, Tokenizer tokenizer) {
        this.reader = new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder());
        this.dropsSpace = !isTheWhole(tokenizer, " go") && isTheWhole(tokenizer, "go");
    }

    private static boolean isTheWhole(Tokenizer tokenizer, String second) {
        int[] parts = IntStream.concat(
                        Arrays.stream(tokenizer.encode("we", false)), Arrays.stream(tokenizer.encode(second, false)))
                .toArray();
        return Arrays.equals(parts, tokenizer.encode("we go", false));
    }

    /** Returns the next piece, or nothing after the last. */
    Optional<String> next() throws IOException {
        boolean ended = fill();
        if (first && filled > 0 && buffer[0] == BYTE_ORDER_MARK) {
            remove(1);
        }
        first = false;
        if (filled == 0) {
            return Optional.empty();
        }
        int end = ended ? filled : border();
        String piece = new String(buffer, 0, end);
        remove(end + (dropsSpace && end < filled && buffer[end] == ' ' ? 1 : 0));
        return Optional.of(piece);
    }

    /** Reads until the buffer is full; returns whether the text has ended. */
    private boolean fill() throws IOException {
        while (filled < MOST) {
            int count = reader.read(buffer, filled, MOST - filled);
            if (count < 0) {
                return true;
            }
            filled += count;
        }
        return false;
    }

    private int border() {
        for (int i = filled - 2; i > 0; i--) {
            if (buffer[i] == ' ' && !Character.isWhitespace(buffer[i - 1]) && !Character.isWhitespace(buffer[i + 1])) {
                return i;
            }
        }
        return Character.isHighSurrogate(buffer[filled - 1]) ? filled - 1 : filled;
    }

    private void remove(int count) {
        System.arraycopy(buffer, count, buffer, 0, filled - count);
        filled -= count;
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
