package io.splittune.training.data;

import io.splittune.core.Check;
import io.splittune.core.RandomStreams;
import io.splittune.core.RandomStreams.Purpose;
import java.util.Arrays;
import java.util.NoSuchElementException;

/** One pass over samples in a given order; the last batch may be smaller. What a batch is made of is the subclass's. */
abstract class SamplePass implements BatchSource {
    private final int[] order;
    private final int batchSize;
    private int position;

    /**
     * Starts a pass.
     *
     * @param order of the samples, at least one; taken over
     * @param batchSize positive
     */
    SamplePass(int[] order, int batchSize) {
        Check.positive(order.length, "number of samples");
        this.order = order;
        this.batchSize = Check.positive(batchSize, "batchSize");
    }

    /** Returns a device's samples in the random order of a training pass. */
    static int[] shuffled(int[] indices, RandomStreams streams, int device, int round, int epoch) {
        int[] order = indices.clone();
        Shuffles.shuffle(order, streams.stream(Purpose.DATA, device, round, epoch));
        return order;
    }

    /** Returns all samples in their own order. */
    static int[] all(int size) {
        int[] order = new int[size];
        Arrays.setAll(order, i -> i);
        return order;
    }

    /** Makes a batch of these samples, at least one. */
    abstract Batch batch(int[] samples);

    @Override
    public int batches() {
        return (int) (((long) order.length + batchSize - 1) / batchSize);
    }

    @Override
    public int samples() {
        return order.length;
    }

    @Override
    public boolean hasNext() {
        return position < order.length;
    }

    @Override
    public Batch next() {
        if (!hasNext()) {
            throw new NoSuchElementException("The pass has ended.");
        }
        int end = Math.min(order.length, position + batchSize);
        Batch made = batch(Arrays.copyOfRange(order, position, end));
        position = end;
        return made;
    }

    @Override
    public void close() {
        position = order.length;
    }
}
