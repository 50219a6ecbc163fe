package io.splittune.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.splittune.testkit.Property;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class SampleCacheTest {
    private static final long MEGABYTE = 1 << 20;

    private static float[] values(int count, RandomGenerator random) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @Test
    void whatIsRememberedComesBackRoundedToBf16WithZerosBehindIt() {
        try (SampleCache cache = new SampleCache(new SampleCache.Limits(MEGABYTE, MEGABYTE))) {
            float[] batch = {9, 9, 1.0f, -2.5f, 1 + 0x1p-8f, Float.MAX_VALUE, -Float.MAX_VALUE, 0, 0};
            cache.remember(4, batch, 2, 7);
            float[] read = {7, 7, 7, 7, 7, 7, 7, 7};
            cache.recall(4, read);
            // A tie goes to the even neighbour; what would round to infinity is cut off.
            float largest = Float.intBitsToFloat(0x7f7f0000);
            assertThat(read).containsExactly(1, -2.5f, 1.0f, largest, -largest, 0, 0, 0);
        }
    }

    /** Memory, file, or both: the same is held, and the same is read. */
    @Test
    void whereValuesAreKeptChangesNothing() {
        Property.forAll(60, random -> {
            long total = 512L * random.nextInt(1, 60);
            try (SampleCache memory = new SampleCache(new SampleCache.Limits(total, total));
                    SampleCache file = new SampleCache(new SampleCache.Limits(total, 0));
                    SampleCache both = new SampleCache(new SampleCache.Limits(total, total / 3))) {
                SampleCache[] caches = {memory, file, both};
                for (int visit = 0; visit < 200; visit++) {
                    int sample = random.nextInt(40);
                    float[] values = values(random.nextInt(1, 1200), random);
                    float[][] read = new float[caches.length][values.length];
                    for (int i = 0; i < caches.length; i++) {
                        if (visit == 150) {
                            caches[i].clear();
                        }
                        caches[i].remember(sample, values, 0, values.length);
                        assertThat(caches[i].holds(sample)).isEqualTo(memory.holds(sample));
                        assertThat(caches[i].bytes()).isEqualTo(memory.bytes()).isLessThanOrEqualTo(total);
                        if (caches[i].holds(sample)) {
                            caches[i].recall(sample, read[i]);
                            assertThat(read[i]).isEqualTo(read[0]);
                            assertThat(caches[i].fingerprint(sample)).isEqualTo(memory.fingerprint(sample));
                            assertThat(read[i][0]).isCloseTo(values[0], within(Math.abs(values[0]) / 256));
                        }
                    }
                }
                assertThat(memory.bytesInMemory()).isEqualTo(memory.bytes());
                assertThat(file.bytesInMemory()).isZero();
                assertThat(both.bytesInMemory()).isLessThanOrEqualTo(total / 3);
            }
        });
    }

    @Test
    void aSampleBeyondTheTotalIsNotHeldAndPushesNobodyOut() {
        try (SampleCache cache = new SampleCache(new SampleCache.Limits(2048, 1024))) {
            float[] values = new float[256];
            values[255] = 1;
            for (int sample = 0; sample < 5; sample++) {
                assertThat(cache.hasRoomFor(256)).isEqualTo(sample < 4);
                cache.remember(sample, values, 0, 256);
            }
            assertThat(cache.holds(3)).isTrue();
            assertThat(cache.holds(4)).isFalse();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> cache.recall(4, values))
                    .withMessage("Sample 4 is not held.");
            cache.clear();
            assertThat(cache.bytes()).isZero();
            assertThat(cache.hasRoomFor(1024)).isTrue();
        }
    }

    @Test
    void aSampleThatOutgrowsTheTotalIsForgotten() {
        try (SampleCache cache = new SampleCache(new SampleCache.Limits(1024, 0))) {
            float[] longer = values(600, new SplittableRandom(5));
            cache.remember(1, longer, 0, 300);
            assertThat(cache.holds(1)).isTrue();
            cache.remember(1, longer, 0, 600);
            assertThat(cache.holds(1)).isFalse();
            assertThat(cache.bytes()).isZero();
        }
    }

    @Test
    void anotherValueOrAnotherOrderHasAnotherFingerprint() {
        try (SampleCache cache = new SampleCache(new SampleCache.Limits(MEGABYTE, MEGABYTE))) {
            cache.remember(0, new float[] {1, 2, 3}, 0, 3);
            cache.remember(1, new float[] {1, 3, 2}, 0, 3);
            cache.remember(2, new float[] {1, 2, 4}, 0, 3);
            cache.remember(3, new float[] {1, 2, 3}, 0, 3);
            assertThat(cache.fingerprint(0))
                    .isEqualTo(cache.fingerprint(3))
                    .isNotEqualTo(cache.fingerprint(1))
                    .isNotEqualTo(cache.fingerprint(2));
        }
    }
}
