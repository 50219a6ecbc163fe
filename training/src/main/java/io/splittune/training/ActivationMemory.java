package io.splittune.training;

import io.splittune.codec.Compression;
import io.splittune.codec.SampleCache;
import io.splittune.transport.Message.Visit;
import io.splittune.transport.Message.Visits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * What one end of the cut remembers of one device's activations, so that a sample's later visits send only how its
 * activation has changed, and what earlier visits left out.
 *
 * <p>Both ends remember the same reconstruction {@code r}. At a visit with activation {@code x} the device sends
 * {@code x - r} where that has less energy than {@code x} itself, each end adds {@code r} to what it decodes and remembers
 * the sum. So at the same kept fraction what is left out shrinks from visit to visit, since adapters change an activation
 * little. The two ends cannot drift apart unnoticed: a checksum of what is referred to crosses the wire with each frame. A
 * memory ends with its session, and forgets everything when the cut moves.
 *
 * <p>Used by one thread at a time.
 */
final class ActivationMemory implements AutoCloseable {
    private final SampleCacheConfig config;
    private final SampleCache cache;
    private float[] reference = {};
    private int cut = -1;

    ActivationMemory(SampleCacheConfig config) {
        this.config = config;
        this.cache = new SampleCache(config.limits());
    }

    /** Begins a round, with nothing to remember if it has another cut than the one before. */
    void enter(int roundCut) {
        if (cut != roundCut) {
            cache.clear();
            cut = roundCut;
        }
    }

    /**
     * Turns activations into what is to be sent of them.
     *
     * @param values of a micro-batch; those of a sample that is coded against its last visit become the difference
     * @param samples their numbers in the device's data set
     */
    Visits refer(float[] values, int[] samples) {
        int elements = values.length / samples.length;
        CRC32C checksum = new CRC32C();
        List<Visit> visits = new ArrayList<>();
        for (int i = 0; i < samples.length; i++) {
            boolean refers = cache.holds(samples[i]) && subtractIfSmaller(samples[i], values, i * elements, elements);
            if (refers) {
                take(checksum, samples[i]);
            }
            visits.add(new Visit(samples[i], refers));
        }
        return new Visits(visits, (int) checksum.getValue());
    }

    /**
     * Returns how a micro-batch is compressed.
     *
     * @param usual what the round's decision says
     * @param elements of one sample
     */
    Compression compression(Compression usual, int[] samples, int elements) {
        boolean first = Arrays.stream(samples).anyMatch(sample -> !cache.holds(sample) && cache.hasRoomFor(elements));
        return first && usual instanceof Compression.Quantised ? config.firstVisit() : usual;
    }

    /**
     * Turns what was decoded into activations again.
     *
     * @param values of the frame; become the reconstruction
     * @param visits the frame's
     * @throws IllegalArgumentException if the ends do not remember the same, or the visits are not the frame's
     */
    void restore(float[] values, Visits visits) {
        int count = visits.samples().size();
        if (count == 0 || values.length % count != 0) {
            throw new IllegalArgumentException("An activation names " + count + " samples, which are not its own.");
        }
        requireSame(visits);
        int elements = values.length / count;
        for (int i = 0; i < count; i++) {
            Visit visit = visits.samples().get(i);
            if (visit.refers()) {
                add(visit.sample(), values, i * elements, elements);
            }
        }
        for (int i = 0; i < count; i++) {
            cache.remember(visits.samples().get(i).sample(), values, i * elements, elements);
        }
    }

    private void requireSame(Visits visits) {
        CRC32C checksum = new CRC32C();
        for (Visit visit : visits.samples()) {
            if (visit.refers()) {
                if (!cache.holds(visit.sample())) {
                    throw new IllegalArgumentException(
                            "An activation refers to sample " + visit.sample() + ", which is not remembered here.");
                }
                take(checksum, visit.sample());
            }
        }
        if ((int) checksum.getValue() != visits.checksum()) {
            throw new IllegalArgumentException(
                    "An activation refers to other last visits than those remembered here: the two ends have drifted apart.");
        }
    }

    private void take(CRC32C checksum, int sample) {
        int fingerprint = cache.fingerprint(sample);
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            checksum.update(fingerprint >>> shift);
        }
    }

    private boolean subtractIfSmaller(int sample, float[] values, int from, int elements) {
        float[] last = recall(sample, elements);
        double energy = 0;
        double difference = 0;
        for (int i = 0; i < elements; i++) {
            double value = values[from + i];
            double change = value - last[i];
            energy += value * value;
            difference += change * change;
        }
        // A sum that is no number says no: a diverged model's activation is for the codec to refuse.
        if (!(difference < energy)) {
            return false;
        }
        for (int i = 0; i < elements; i++) {
            values[from + i] -= last[i];
        }
        return true;
    }

    private void add(int sample, float[] values, int from, int elements) {
        float[] last = recall(sample, elements);
        for (int i = 0; i < elements; i++) {
            float sum = values[from + i] + last[i];
            // Two finite values can add up to more than there is.
            values[from + i] = Math.max(-Float.MAX_VALUE, Math.min(Float.MAX_VALUE, sum));
        }
    }

    private float[] recall(int sample, int elements) {
        if (reference.length != elements) {
            reference = new float[elements];
        }
        cache.recall(sample, reference);
        return reference;
    }

    @Override
    public void close() {
        cache.close();
    }
}
