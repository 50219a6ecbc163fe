package io.splittune.codec;

import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Buffers and tables that one encoding or decoding needs, and that are kept for the next. Confined to one thread between
 * being borrowed and closed.
 *
 * <p>There are as many as were ever in use at once; each grows to the largest tensor that it has seen: a few hundredths of
 * the tensor's size, and for one that gathers many ties up to its size.
 */
final class Tools implements AutoCloseable {
    private final ConcurrentLinkedQueue<Tools> home;
    private final TopK topK = new TopK();
    private final AdaptiveCoder adaptive = new AdaptiveCoder();

    private Tools(ConcurrentLinkedQueue<Tools> home) {
        this.home = home;
    }

    /** Takes idle tools, or makes some. */
    static Tools borrow(ConcurrentLinkedQueue<Tools> home) {
        Tools idle = home.poll();
        return idle != null ? idle : new Tools(home);
    }

    TopK topK() {
        return topK;
    }

    /** Returns the coder; what it returns is valid until the tools are closed. */
    LosslessCoder coder(Coder coder) {
        return switch (coder) {
            case RAW -> new RawCoder();
            case GOLOMB -> new GolombCoder();
            case ADAPTIVE -> adaptive;
        };
    }

    @Override
    public void close() {
        home.add(this);
    }
}
