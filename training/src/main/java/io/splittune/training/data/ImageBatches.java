package io.splittune.training.data;

import io.splittune.core.RandomStreams;
import io.splittune.core.RandomStreams.Purpose;
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
        int[] order = SamplePass.shuffled(indices, streams, device, round, epoch);
        return new Pass(order, batchSize, Optional.of(new PassKeys(device, round, epoch)));
    }

    @Override
    public BatchSource evaluation(int batchSize) {
        return new Pass(SamplePass.all(data.size()), batchSize, Optional.empty());
    }

    @Override
    public BatchSource evaluation(int[] indices, int batchSize) {
        return new Pass(indices.clone(), batchSize, Optional.empty());
    }

    private record PassKeys(int device, int round, int epoch) {}

    private final class Pass extends SamplePass {
        private final Optional<PassKeys> keys;

        Pass(int[] order, int batchSize, Optional<PassKeys> keys) {
            super(order, batchSize);
            this.keys = keys;
        }

        @Override
        Batch batch(int[] samples) {
            float[] pixels = new float[Math.multiplyExact(samples.length, transform.valuesPerImage())];
            int[] labels = new int[samples.length];
            for (int i = 0; i < samples.length; i++) {
                labels[i] = data.label(samples[i]);
                prepare(samples[i], pixels, i * transform.valuesPerImage());
            }
            return new ImageBatch(pixels, labels, samples, transform.imageSize());
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
    }
}
