package io.splittune.training.data;

import io.splittune.core.Check;
import io.splittune.core.RandomStreams;
import io.splittune.core.RandomStreams.Purpose;
import io.splittune.model.ModelConfig;
import java.util.Arrays;
import java.util.NoSuchElementException;

/** Passes over texts; rows are filled up on the right to the longest of their batch. */
public final class TokenBatches implements Batches {
    private final TextDataset data;
    private final RandomStreams streams;

    /**
     * Binds a data set to its order.
     *
     * @param data stays open as long as passes are used
     * @param streams root of the order
     */
    public TokenBatches(TextDataset data, RandomStreams streams) {
        this.data = data;
        this.streams = streams;
    }

    @Override
    public BatchSource training(int device, int[] indices, int batchSize, int round, int epoch) {
        int[] order = indices.clone();
        Shuffles.shuffle(order, streams.stream(Purpose.DATA, device, round, epoch));
        return new Pass(order, batchSize);
    }

    @Override
    public BatchSource evaluation(int batchSize) {
        int[] order = new int[data.size()];
        Arrays.setAll(order, i -> i);
        return new Pass(order, batchSize);
    }

    @Override
    public BatchSource evaluation(int[] indices, int batchSize) {
        return new Pass(indices.clone(), batchSize);
    }

    private final class Pass implements BatchSource {
        private final int[] order;
        private final int batchSize;
        private int position;

        Pass(int[] order, int batchSize) {
            Check.positive(order.length, "number of samples");
            this.order = order;
            this.batchSize = Check.positive(batchSize, "batchSize");
        }

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
            int count = Math.min(batchSize, order.length - position);
            int[][] rows = new int[count][];
            int[] lengths = new int[count];
            for (int i = 0; i < count; i++) {
                rows[i] = data.tokens(order[position + i]);
                lengths[i] = rows[i].length;
            }
            int longest = Arrays.stream(lengths).max().orElseThrow();
            int[] tokens = new int[Math.multiplyExact(count, longest)];
            int[] labels = new int[tokens.length];
            Arrays.fill(tokens, data.padding());
            Arrays.fill(labels, ModelConfig.NO_LABEL);
            for (int i = 0; i < count; i++) {
                System.arraycopy(rows[i], 0, tokens, i * longest, lengths[i]);
                System.arraycopy(data.targets(order[position + i]), 0, labels, i * longest, lengths[i]);
            }
            position += count;
            return new TokenBatch(tokens, labels, lengths);
        }

        @Override
        public void close() {
            position = order.length;
        }
    }
}
