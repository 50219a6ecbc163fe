package io.splittune.training.data;

import io.splittune.core.RandomStreams;
import io.splittune.model.ModelConfig;
import java.util.Arrays;

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
        return new Pass(SamplePass.shuffled(indices, streams, device, round, epoch), batchSize);
    }

    @Override
    public BatchSource evaluation(int batchSize) {
        return new Pass(SamplePass.all(data.size()), batchSize);
    }

    @Override
    public BatchSource evaluation(int[] indices, int batchSize) {
        return new Pass(indices.clone(), batchSize);
    }

    private final class Pass extends SamplePass {
        Pass(int[] order, int batchSize) {
            super(order, batchSize);
        }

        @Override
        Batch batch(int[] samples) {
            int count = samples.length;
            int[][] rows = new int[count][];
            int[] lengths = new int[count];
            for (int i = 0; i < count; i++) {
                rows[i] = data.tokens(samples[i]);
                lengths[i] = rows[i].length;
            }
            int longest = Arrays.stream(lengths).max().orElseThrow();
            int[] tokens = new int[Math.multiplyExact(count, longest)];
            int[] labels = new int[tokens.length];
            Arrays.fill(tokens, data.padding());
            Arrays.fill(labels, ModelConfig.NO_LABEL);
            for (int i = 0; i < count; i++) {
                System.arraycopy(rows[i], 0, tokens, i * longest, lengths[i]);
                System.arraycopy(data.targets(samples[i]), 0, labels, i * longest, lengths[i]);
            }
            return new TokenBatch(tokens, labels, lengths, samples);
        }
    }
}
