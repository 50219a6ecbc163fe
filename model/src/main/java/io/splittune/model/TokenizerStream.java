package io.splittune.model;

import java.util.Arrays;

/**
 * Gives the text of tokens as they come, never a part of a character. Confined to one thread.
 *
 * <p>What a token says can depend on the one before (a space is dropped at the beginning only), so each text is the
 * difference between the last tokens with and without the new ones.
 */
public final class TokenizerStream {
    private static final char UNFINISHED = '\uFFFD';
    private static final int MOST_CONTEXT = 16;

    private final Tokenizer tokenizer;
    /** The latest tokens: {@code context} of them have been said, the others not yet. */
    private int[] ids = new int[2 * MOST_CONTEXT];

    private int size;
    private int context;

    TokenizerStream(Tokenizer tokenizer, int[] before) {
        this.tokenizer = tokenizer;
        this.context = Math.min(before.length, MOST_CONTEXT);
        this.size = context;
        System.arraycopy(before, before.length - context, ids, 0, context);
    }

    /**
     * Takes the next token.
     *
     * @return the text that has become certain, often empty
     */
    public String add(int id) {
        if (size == ids.length) {
            ids = Arrays.copyOf(ids, 2 * size);
        }
        ids[size++] = id;
        String text = tokenizer.decode(Arrays.copyOf(ids, size));
        return !text.isEmpty() && text.charAt(text.length() - 1) == UNFINISHED ? "" : said(text);
    }

    /** Ends the text. Returns what had not become certain: U+FFFD where a character lacks its end. */
    public String end() {
        return said(tokenizer.decode(Arrays.copyOf(ids, size)));
    }

    private String said(String text) {
        String before = tokenizer.decode(Arrays.copyOf(ids, context));
        if (text.length() <= before.length()) {
            return "";
        }
        int unsaid = size - context;
        System.arraycopy(ids, context, ids, 0, unsaid);
        size = unsaid;
        context = unsaid;
        return text.substring(before.length());
    }
}
