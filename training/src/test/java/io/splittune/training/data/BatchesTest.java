package io.splittune.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.core.RandomStreams;
import io.splittune.core.UserException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchesTest {
    private static final Normalisation SHIFTED =
            Normalisation.of(new float[] {0.5f, 0.25f, 0}, new float[] {0.5f, 1, 0.25f});

    @Test
    void aTrainingPassSeesEverySampleOnceInRandomOrder() {
        int[] mine = {3, 1, 4, 15, 9, 2, 6};
        List<Batch> pass = all(batches(new Ramp(20), Augmentation.NONE).training(0, mine, 3, 1, 0));
        assertThat(pass).extracting(Batch::size).containsExactly(3, 3, 1);
        int[] seen = labels(pass);
        assertThat(seen).isNotEqualTo(mine).containsExactlyInAnyOrder(mine);
        for (Batch batch : pass) {
            for (int i = 0; i < batch.size(); i++) {
                float first = ((ImageBatch) batch).pixels()[i * 3 * 16 * 16];
                assertThat(first).isEqualTo((batch.labels()[i] / 255f - 0.5f) / 0.5f, within());
            }
        }
    }

    @Test
    void aPassDependsOnSeedDeviceRoundAndEpochAlone() {
        int[] mine = IntStream.range(0, 20).toArray();
        Batches batches = batches(new Ramp(20), new Augmentation(true, Augmentation.Crop.PADDED));
        List<Batch> first = all(batches.training(1, mine, 8, 2, 0));
        assertThat(pixels(all(batches.training(1, mine, 8, 2, 0)))).isEqualTo(pixels(first));
        assertThat(labels(all(batches.training(2, mine, 8, 2, 0)))).isNotEqualTo(labels(first));
        assertThat(labels(all(batches.training(1, mine, 8, 3, 0)))).isNotEqualTo(labels(first));
        assertThat(labels(all(batches.training(1, mine, 8, 2, 1)))).isNotEqualTo(labels(first));
    }

    @Test
    void augmentationOfASampleDoesNotDependOnTheBatchSize() {
        int[] mine = IntStream.range(0, 20).toArray();
        Batches batches = batches(new Ramp(20), Augmentation.SMALL_IMAGES);
        assertThat(pixels(all(batches.training(1, mine, 20, 2, 0))))
                .isEqualTo(pixels(all(batches.training(1, mine, 3, 2, 0))));
    }

    @Test
    void anEvaluationPassKeepsTheOrderAndNormalisesEachChannel() {
        Batches batches =
                new ImageBatches(new Ramp(7), new ImageTransform(16, SHIFTED, Augmentation.SMALL_IMAGES), streams());
        BatchSource source = batches.evaluation(4);
        assertThat(source.batches()).isEqualTo(2);
        assertThat(source.samples()).isEqualTo(7);
        List<Batch> pass = all(source);
        assertThat(labels(pass)).containsExactly(0, 1, 2, 3, 4, 5, 6);
        float[] values = ((ImageBatch) pass.get(1)).pixels();
        int image = 2 * 3 * 256;
        assertThat(values[image]).isEqualTo((6 / 255f - 0.5f) / 0.5f, within());
        assertThat(values[image + 256]).isEqualTo(7 / 255f - 0.25f, within());
        assertThat(values[image + 512]).isEqualTo(8 / 255f / 0.25f, within());
        assertThat(labels(all(batches.evaluation(new int[] {5, 2}, 4)))).containsExactly(5, 2);
    }

    @Test
    void microBatchesCutABatchInOrder() {
        Batch batch = all(batches(new Ramp(7), Augmentation.NONE).evaluation(7)).get(0);
        List<Batch> parts = batch.microBatches(3);
        assertThat(parts).extracting(Batch::size).containsExactly(3, 3, 1);
        assertThat(labels(parts)).isEqualTo(batch.labels());
        assertThat(pixels(parts)).isEqualTo(((ImageBatch) batch).pixels());
        assertThat(batch.microBatches(7)).containsExactly(batch);
        assertThatThrownBy(() -> batch.slice(3, 8)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> batch.microBatches(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPartOfABatchKeepsItsSamplesNumbers() {
        int[] mine = {5, 3, 8, 1, 9};
        Batch batch =
                batches(new Ramp(10), Augmentation.NONE).evaluation(mine, 5).next();
        assertThat(batch.samples()).containsExactly(mine);
        assertThat(batch.slice(1, 4).samples()).containsExactly(3, 8, 1);
    }

    @Test
    void emptyPassesAndBadSizesAreRefused() {
        Batches batches = batches(new Ramp(7), Augmentation.NONE);
        assertThatThrownBy(() -> batches.training(0, new int[0], 4, 0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> batches.evaluation(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ImageBatch(new float[5], new int[1], new int[1], 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ImageBatch(new float[3], new int[1], new int[2], 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void preparationAheadGivesTheSameBatches() {
        int[] mine = IntStream.range(0, 50).toArray();
        Batches batches = batches(new Ramp(50), Augmentation.SMALL_IMAGES);
        List<Batch> plain = all(batches.training(1, mine, 8, 2, 0));
        List<Batch> ahead = all(new PrefetchedBatches(batches.training(1, mine, 8, 2, 0), 2));
        assertThat(labels(ahead)).isEqualTo(labels(plain));
        assertThat(pixels(ahead)).isEqualTo(pixels(plain));
    }

    @Test
    void preparationAheadEndsWithItsReaderAndPassesFailuresOn() {
        int[] mine = IntStream.range(0, 50).toArray();
        PrefetchedBatches left =
                new PrefetchedBatches(batches(new Ramp(50), Augmentation.NONE).training(1, mine, 2, 2, 0), 1);
        left.next();
        left.close();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("batches-ahead") && thread.isAlive());
        assertThat(left.hasNext()).isFalse();

        Dataset broken = new Ramp(50) {
            @Override
            public RawImage image(int index) {
                if (index == 5) {
                    throw new UserException("image 5 is broken");
                }
                return super.image(index);
            }
        };
        PrefetchedBatches failing =
                new PrefetchedBatches(batches(broken, Augmentation.NONE).evaluation(2), 1);
        assertThat(failing.next().size()).isEqualTo(2);
        assertThat(failing.next().size()).isEqualTo(2);
        assertThatThrownBy(failing::next).isInstanceOf(UserException.class).hasMessage("image 5 is broken");
        assertThat(failing.hasNext()).isFalse();
    }

    private static Batches batches(Dataset data, Augmentation augmentation) {
        return new ImageBatches(data, new ImageTransform(16, Normalisation.half(), augmentation), streams());
    }

    private static RandomStreams streams() {
        return new RandomStreams(5);
    }

    private static org.assertj.core.data.Offset<Float> within() {
        // A few roundings of values near one.
        return org.assertj.core.api.Assertions.within(1e-6f);
    }

    private static List<Batch> all(BatchSource source) {
        List<Batch> batches = new ArrayList<>();
        try (source) {
            source.forEachRemaining(batches::add);
        }
        return batches;
    }

    private static int[] labels(List<Batch> batches) {
        return batches.stream()
                .flatMapToInt(batch -> Arrays.stream(batch.labels()))
                .toArray();
    }

    private static float[] pixels(List<Batch> batches) {
        int total = batches.stream()
                .mapToInt(batch -> ((ImageBatch) batch).pixels().length)
                .sum();
        float[] joined = new float[total];
        int filled = 0;
        for (Batch batch : batches) {
            System.arraycopy(((ImageBatch) batch).pixels(), 0, joined, filled, ((ImageBatch) batch).pixels().length);
            filled += ((ImageBatch) batch).pixels().length;
        }
        return joined;
    }

    /** Sample i has label i, and pixel values i + channel + column. */
    private static class Ramp implements Dataset {
        private final int size;

        Ramp(int size) {
            this.size = size;
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public int classes() {
            return size;
        }

        @Override
        public String className(int label) {
            return "c" + label;
        }

        @Override
        public int label(int index) {
            return index;
        }

        @Override
        public RawImage image(int index) {
            byte[] planes = new byte[3 * 16 * 16];
            for (int i = 0; i < planes.length; i++) {
                planes[i] = (byte) (index + i / 256 + i % 16);
            }
            return RawImage.ofPlanes(planes, 16, 16);
        }

        @Override
        public void close() {}
    }
}
