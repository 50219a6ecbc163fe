package io.splittune.training.data;

import io.splittune.core.Check;
import java.util.NoSuchElementException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Prepares the next batches on one other thread while the current one is used. The batches and their order are those of
 * the wrapped source. Confined to one thread, like any source.
 */
public final class PrefetchedBatches implements BatchSource {
    /** How long one side waits for the other before it looks whether that has gone. */
    private static final long WAIT_MILLIS = 50;

    private final BatchSource source;
    private final BlockingQueue<Item> queue;
    private final Thread worker;
    private volatile boolean closed;
    private int taken;

    /** A batch or what was thrown in its place. */
    private sealed interface Item {
        record Ready(Batch batch) implements Item {}

        record Failed(RuntimeException cause) implements Item {}
    }

    /**
     * Starts to prepare batches.
     *
     * @param source used by the other thread alone from now on; closed with this one
     * @param ahead number of batches kept ready, positive: memory for two more than that is in use
     */
    public PrefetchedBatches(BatchSource source, int ahead) {
        this.source = source;
        this.queue = new ArrayBlockingQueue<>(Check.positive(ahead, "ahead"));
        this.worker = new Thread(this::prepareAll, "batches-ahead");
        this.worker.setDaemon(true);
        this.worker.start();
    }

    private void prepareAll() {
        try {
            while (!closed && source.hasNext() && put(new Item.Ready(source.next()))) {
                // All work is in the condition.
            }
        } catch (RuntimeException e) {
            put(new Item.Failed(e));
        }
    }

    /** Waits for room; returns false when the reader has gone. */
    private boolean put(Item item) {
        try {
            while (!closed) {
                if (queue.offer(item, WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
                    return true;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    @Override
    public int batches() {
        return source.batches();
    }

    @Override
    public int samples() {
        return source.samples();
    }

    @Override
    public boolean hasNext() {
        return !closed && taken < batches();
    }

    /**
     * Waits for the next batch.
     *
     * @throws IllegalStateException if this thread is interrupted while it waits
     */
    @Override
    public Batch next() {
        if (!hasNext()) {
            throw new NoSuchElementException("The pass has ended.");
        }
        Item item = take();
        if (item instanceof Item.Ready ready) {
            taken++;
            return ready.batch();
        }
        close();
        throw ((Item.Failed) item).cause();
    }

    private Item take() {
        try {
            while (true) {
                boolean ended = !worker.isAlive();
                Item item = queue.poll(WAIT_MILLIS, TimeUnit.MILLISECONDS);
                if (item != null) {
                    return item;
                }
                if (ended) {
                    // An Error ended it, such as exhausted memory; the JVM has reported it.
                    throw new IllegalStateException("The thread that prepares batches has died.");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for a batch.", e);
        }
    }

    /** Returns once the other thread has ended. */
    @Override
    public void close() {
        closed = true;
        queue.clear();
        try {
            worker.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        source.close();
    }
}
