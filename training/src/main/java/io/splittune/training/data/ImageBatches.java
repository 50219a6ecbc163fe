package io.splittune.training.data;

import io.splittune.core.Check;
import io.splittune.core.RandomStreams;
import io.splittune.core.RandomStreams.Purpose;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Passes over images. The changes of an image come from the stream {@code AUGMENT} with the keys (device, round, epoch,
 * sample).
 */
public final class ImageBatches implements Batches {
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
    public ImageBatches(Dataset data, ImageTransform transform, RandomStreams streams) {
        this.data = data;
        this.transform = transform;
        this.streams = streams;
    }

    @Override
    public BatchSource training(int device, int[] indices, int batchSize, int round, int epoch) {
        int[] order = indices.clone();
        Shuffles.shuffle(order, streams.stream(Purpose.DATA, device, round, epoch));
        return new Pass(order, batchSize, Optional.of(new PassKeys(device, round, epoch)));
    }

    @Override
    public BatchSource evaluation(int batchSize) {
        int[] order = new int[data.size()];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        return new Pass(order, batchSize, Optional.empty());
    }

    @Override
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
            return new ImageBatch(pixels, labels, transform.imageSize());
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
