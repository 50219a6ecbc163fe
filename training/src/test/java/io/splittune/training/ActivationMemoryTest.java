package io.splittune.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.splittune.codec.Coder;
import io.splittune.codec.Compression;
import io.splittune.codec.Compression.Quantised;
import io.splittune.codec.Encoded;
import io.splittune.codec.SampleCache;
import io.splittune.tensor.testing.LeakChecked;
import io.splittune.testkit.Property;
import io.splittune.transport.Message.Visit;
import io.splittune.transport.Message.Visits;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

@LeakChecked
class ActivationMemoryTest {
    private static final Quantised SPARSE = new Quantised(0.2, 7, Coder.ADAPTIVE);
    private static final Quantised DENSE = new Quantised(1, 15, Coder.ADAPTIVE);
    private static final long LARGE = 1 << 24;
    private static final int TOKENS = 5;
    private static final int WIDTH = 24;

    private final CutCodec codec = new CutCodec();

    private static ActivationMemory memory(long totalBytes, long memoryBytes) {
        ActivationMemory memory =
                new ActivationMemory(new SampleCacheConfig(new SampleCache.Limits(totalBytes, memoryBytes), DENSE));
        memory.enter(2);
        return memory;
    }

    private static float[] values(int count, RandomGenerator random) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** Sends a micro-batch as a device and takes it as the server does; returns what the server has. */
    private float[] visit(
            ActivationMemory device, ActivationMemory server, float[] activation, int[] samples, long seed) {
        int[] shape = {samples.length, TOKENS, WIDTH};
        float[] sent = activation.clone();
        Compression way = device.compression(SPARSE, samples, TOKENS * WIDTH);
        Visits visits = device.refer(sent, samples);
        Encoded encoded = codec.encodeActivation(sent, shape, way, new SplittableRandom(seed));
        float[] own = codec.decodeActivation(encoded.frame(), shape).values();
        device.restore(own, visits);
        float[] taken = codec.decodeActivation(encoded.frame(), shape).values();
        server.restore(taken, visits);
        assertThat(taken).isEqualTo(own);
        return taken;
    }

    /** Whatever is visited, whatever has room, whatever is in memory, and when the cut moves. */
    @Test
    void theTwoEndsNeverDriftApart() {
        Property.forAll(40, random -> {
            long total = 512L * random.nextInt(1, 30);
            try (ActivationMemory device = memory(total, total / 4);
                    ActivationMemory server = memory(total, random.nextLong(total))) {
                float[][] last = new float[20][];
                for (int step = 0; step < 60; step++) {
                    int cut = step < 40 ? 2 : 3;
                    device.enter(cut);
                    server.enter(cut);
                    int[] samples = random.ints(0, 20)
                            .distinct()
                            .limit(random.nextInt(1, 5))
                            .toArray();
                    float[] activation = values(samples.length * TOKENS * WIDTH, random);
                    for (int i = 0; i < samples.length && random.nextInt(4) > 0; i++) {
                        if (last[samples[i]] != null) {
                            System.arraycopy(last[samples[i]], 0, activation, i * TOKENS * WIDTH, TOKENS * WIDTH);
                        }
                    }
                    for (int i = 0; i < samples.length; i++) {
                        last[samples[i]] = Arrays.copyOfRange(activation, i * TOKENS * WIDTH, (i + 1) * TOKENS * WIDTH);
                    }
                    visit(device, server, activation, samples, step);
                }
            }
        });
    }

    @Test
    void whatIsLeftOutShrinksFromVisitToVisit() {
        float[] activation = values(2 * TOKENS * WIDTH, new SplittableRandom(3));
        int[] samples = {7, 3};
        try (ActivationMemory device = memory(LARGE, LARGE);
                ActivationMemory server = memory(LARGE, 0)) {
            double first = error(activation, visit(device, server, activation, samples, 0));
            double second = error(activation, visit(device, server, activation, samples, 1));
            for (int visit = 2; visit < 6; visit++) {
                visit(device, server, activation, samples, visit);
            }
            double last = error(activation, visit(device, server, activation, samples, 6));
            assertThat(first).isLessThan(0.02);
            assertThat(second).isLessThan(0.5 * first);
            // What BF16 leaves of it.
            assertThat(last).isLessThan(1e-4);
        }
    }

    private static double error(float[] exact, float[] taken) {
        double error = 0;
        double energy = 0;
        for (int i = 0; i < exact.length; i++) {
            error += Math.pow(exact[i] - taken[i], 2);
            energy += Math.pow(exact[i], 2);
        }
        return error / energy;
    }

    @Test
    void aSampleIsSentWholeWhereItsLastVisitTellsNothing() {
        int[] samples = {1};
        float[] activation = values(TOKENS * WIDTH, new SplittableRandom(4));
        float[] opposite = new float[activation.length];
        for (int i = 0; i < opposite.length; i++) {
            opposite[i] = -activation[i];
        }
        try (ActivationMemory device = memory(LARGE, LARGE);
                ActivationMemory server = memory(LARGE, LARGE)) {
            assertThat(device.compression(SPARSE, samples, activation.length)).isEqualTo(DENSE);
            visit(device, server, activation, samples, 0);
            assertThat(device.compression(SPARSE, samples, activation.length)).isEqualTo(SPARSE);
            float[] sent = opposite.clone();
            assertThat(device.refer(sent, samples).samples()).containsExactly(new Visit(1, false));
            assertThat(sent).isEqualTo(opposite);
            assertThat(device.refer(activation.clone(), samples).samples()).containsExactly(new Visit(1, true));
        }
    }

    @Test
    void withoutRoomAFirstVisitIsLikeAnyOther() {
        try (ActivationMemory device = memory(100, 100)) {
            assertThat(device.compression(SPARSE, new int[] {1}, TOKENS * WIDTH))
                    .isEqualTo(SPARSE);
        }
    }

    @Test
    void aReferenceToAnotherLastVisitIsRefused() {
        float[] activation = values(TOKENS * WIDTH, new SplittableRandom(5));
        int[] samples = {1};
        try (ActivationMemory device = memory(LARGE, LARGE);
                ActivationMemory server = memory(LARGE, LARGE);
                ActivationMemory other = memory(LARGE, LARGE)) {
            visit(device, server, activation, samples, 0);
            Visits visits = device.refer(activation.clone(), samples);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> other.restore(activation.clone(), visits))
                    .withMessageContaining("refers to sample 1, which is not remembered here");
            float[] different = activation.clone();
            different[3] += 1;
            other.restore(different, new Visits(List.of(new Visit(1, false)), 0));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> other.restore(activation.clone(), visits))
                    .withMessageContaining("drifted apart");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> server.restore(new float[7], new Visits(List.of(), 0)))
                    .withMessageContaining("names 0 samples");
        }
    }

    @Test
    void rememberingBringsTrainingNearerToThatWithoutCompression() throws IOException {
        int rounds = 4;
        SampleCacheConfig cache = new SampleCacheConfig(new SampleCache.Limits(LARGE, 1000), DENSE);
        CutCompression compression = new CutCompression(SPARSE, SPARSE, true);
        try (TinyRun without = TinyRun.language(Scheme.SFT, rounds, false);
                TinyRun with = TinyRun.remembering(Scheme.SFT, rounds, cache)) {
            double[] exact = TinyRun.losses(without.inProcess(2, 2, TinyRun.NONE));
            double[] sparse = TinyRun.losses(without.inProcess(2, 2, compression));
            double[] masked = TinyRun.losses(with.inProcess(2, 2, compression));
            RunSummary remembered = with.inProcess(2, 2, new CutCompression(SPARSE, DENSE, false));
            double[] whole = TinyRun.losses(remembered);
            int last = rounds - 1;
            double withoutMemory = Math.abs(sparse[last] - exact[last]);
            assertThat(Math.abs(masked[last] - exact[last])).isLessThan(0.8 * withoutMemory);
            // A gradient of its own positions is not held back to those that changed.
            assertThat(Math.abs(whole[last] - exact[last])).isLessThan(0.5 * withoutMemory);
            assertThat(remembered.rounds().get(last).devices())
                    .extracting(DeviceRound::dropped)
                    .containsExactly(false, false);
        }
    }

    @Test
    void movingCutsBeginWithNothingRemembered() throws IOException {
        SampleCacheConfig cache = new SampleCacheConfig(new SampleCache.Limits(LARGE, LARGE), DENSE);
        CutCompression compression = new CutCompression(SPARSE, SPARSE, true);
        RoundPolicy moving = round -> List.of(
                new DeviceDecision(1 + round % 2, compression, true), new DeviceDecision(2, compression, round != 2));
        try (TinyRun run = TinyRun.remembering(Scheme.SFT, 3, cache)) {
            for (RoundRecord round : run.inProcess(2, moving).rounds()) {
                assertThat(round.devices()).extracting(DeviceRound::dropped).containsExactly(false, false);
            }
        }
    }
}
