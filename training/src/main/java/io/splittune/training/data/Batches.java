package io.splittune.training.data;

import io.splittune.core.Check;
import io.splittune.core.RandomStreams;
import io.splittune.core.RandomStreams.Purpose;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Makes passes over the samples of a data set.
 *
 * <p>A training pass depends on the seed, device, round and epoch alone: its order comes from the stream {@code DATA}
 * with the keys (device, round, epoch), the changes of an image from {@code AUGMENT} with (device, round, epoch, sample).
 * So a pass can be repeated exactly, by any process. Immutable and thread-safe; does not own the data set.
 */
public final class Batches {
    private final Dataset data;
    private final ImageTransform transform;
    private final RandomStreams streams;

    /**
     * Binds a data set to its preparation.
     *
     * @param data stays open as long as passes are used
     * @param transform preparation of every image
     * @param streams root of order and augmentation
     */
    public Batches(Dataset data, ImageTransform transform, RandomStreams streams) {
        this.data = data;
        this.transform = transform;
        this.streams = streams;
    }

    /**
     * One pass over a device's samples in random order, augmented; the last batch may be smaller.
     *
     * @param device the device's index
     * @param indices its samples, at least one; copied
     * @param batchSize positive
     * @param round number of the round
     * @param epoch number of the local epoch within the round
     */
    public BatchSource training(int device, int[] indices, int batchSize, int round, int epoch) {
        int[] order = indices.clone();
        Shuffles.shuffle(order, streams.stream(Purpose.DATA, device, round, epoch));
        return new Pass(order, batchSize, Optional.of(new PassKeys(device, round, epoch)));
    }

    /**
     * One pass over all samples in their order, without augmentation; the last batch may be smaller.
     *
     * @param batchSize positive
     */
    public BatchSource evaluation(int batchSize) {
        int[] order = new int[data.size()];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        return new Pass(order, batchSize, Optional.empty());
    }

    /**
     * One pass over given samples in the given order, without augmentation.
     *
     * @param indices at least one; copied
     * @param batchSize positive
     */
    public BatchSource evaluation(int[] indices, int batchSize) {
        return new Pass(indices.clone(), batchSize, Optional.empty());
    }

    private record PassKeys(int device, int round, int epoch) {}

    private final class Pass implements BatchSource {
        private final int[] order;
        private final int batchSize;
        private final Optional<PassKeys> keys;
        private int position;

        Pass(int[] order, int batchSize, Optional<PassKeys> keys) {
            Check.positive(order.length, "number of samples");
            this.order = order;
            this.batchSize = Check.positive(batchSize, "batchSize");
            this.keys = keys;
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
            float[] pixels = new float[Math.multiplyExact(count, transform.valuesPerImage())];
            int[] labels = new int[count];
            for (int i = 0; i < count; i++) {
                int sample = order[position + i];
                labels[i] = data.label(sample);
                prepare(sample, pixels, i * transform.valuesPerImage());
            }
            position += count;
            return new Batch(pixels, labels, transform.imageSize());
        }

        private void prepare(int sample, float[] pixels, int offset) {
            RawImage image = data.image(sample);
            if (keys.isEmpty()) {
                transform.evaluate(image, pixels, offset);
                return;
            }
            PassKeys of = keys.get();
            RandomGenerator random = streams.stream(Purpose.AUGMENT, of.device, of.round, of.epoch, sample);
            transform.train(image, random, pixels, offset);
        }

        @Override
        public void close() {
            position = order.length;
        }
    }
}
