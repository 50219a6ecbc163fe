package io.splittune.codec;

import io.splittune.core.Check;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The values that both ends of the cut remember of each sample's activation, to code its next visit against. Confined to
 * one thread.
 *
 * <p>Bounded: what does not fit into memory goes to a file, and a sample that does not fit into the total is not held.
 * Nothing makes room for it: a pass visits every sample once, so whatever was pushed out would be wanted next. What is held
 * depends on the total and on the calls alone: two caches of equal totals that see the same calls hold the same bits,
 * however much of it each has in memory.
 *
 * <p>Values are held in BF16, cut off at its largest; zeros at a sample's end take no room.
 */
public final class SampleCache implements AutoCloseable {
    /** Room is counted, and given in the file, in steps of this many values: a sample's length moves little. */
    private static final int STEP = 256;

    /** Of the polynomial that is a fingerprint. */
    private static final int PRIME = 0x0100_0193;

    /** The largest finite BF16. */
    private static final float LARGEST = Float.intBitsToFloat(0x7f7f_0000);

    private final Limits limits;
    private final Map<Integer, Entry> entries = new HashMap<>();
    private final SpillFile spilled = new SpillFile();
    private short[] buffer = {};
    private long totalBytes;
    private long memoryBytes;

    /**
     * How much is held.
     *
     * @param totalBytes in memory and in the file, not negative; the same at both ends
     * @param memoryBytes of these at most so many in memory, not negative; each end's own affair
     */
    public record Limits(long totalBytes, long memoryBytes) {
        /** Checks the ranges. */
        public Limits {
            Check.notNegative(totalBytes, "totalBytes");
            Check.notNegative(memoryBytes, "memoryBytes");
        }
    }

    /** Where a sample's values are; room counts values, in memory or in the file. */
    private static final class Entry {
        private int length;
        private int room;
        private int fingerprint;
        /** Empty while the values are in the file. */
        private short[] values = {};

        private long place = -1;

        private boolean inFile() {
            return place >= 0;
        }

        private long bytes() {
            return (long) Short.BYTES * room;
        }
    }

    /**
     * Makes an empty cache; the file comes with the first sample that goes there.
     *
     * @param limits how much it holds
     */
    public SampleCache(Limits limits) {
        this.limits = limits;
    }

    /** Returns whether there are values of the sample. */
    public boolean holds(int sample) {
        return entries.containsKey(sample);
    }

    /**
     * Returns whether a sample that is not held would be, were it remembered now.
     *
     * @param elements of its activation
     */
    public boolean hasRoomFor(int elements) {
        return totalBytes + (long) Short.BYTES * roomFor(elements) <= limits.totalBytes();
    }

    /** Returns the bytes held, in memory and in the file. */
    public long bytes() {
        return totalBytes;
    }

    /** Returns the bytes held in memory. */
    public long bytesInMemory() {
        return memoryBytes;
    }

    /**
     * Reads a sample that is held.
     *
     * @param sample its number
     * @param target gets the values, zeros behind them; values that it has no room for are left out
     * @throws io.splittune.core.UserException if the file cannot be read
     */
    public void recall(int sample, float[] target) {
        Entry entry = held(sample);
        short[] values = entry.values;
        if (entry.inFile()) {
            values = buffer(entry.length);
            spilled.read(entry.place, values, entry.length);
        }
        int known = Math.min(entry.length, target.length);
        for (int i = 0; i < known; i++) {
            target[i] = Float.intBitsToFloat(values[i] << Short.SIZE);
        }
        Arrays.fill(target, known, target.length, 0);
    }

    /** Returns a number that is another, but for one case in 2^32, where another cache holds other values of the sample. */
    public int fingerprint(int sample) {
        return held(sample).fingerprint;
    }

    /**
     * Holds a sample's values in place of any earlier ones, or forgets the sample where there is no room.
     *
     * @param sample its number
     * @param values of a batch
     * @param from where the sample's begin
     * @param elements how many they are
     * @throws io.splittune.core.UserException if the file cannot be written
     */
    public void remember(int sample, float[] values, int from, int elements) {
        int length = elements;
        while (length > 0 && values[from + length - 1] == 0) {
            length--;
        }
        Entry entry = entries.get(sample);
        if (entry == null || entry.room < length) {
            forget(sample);
            if (!hasRoomFor(length)) {
                return;
            }
            entry = place(roomFor(length));
            entries.put(sample, entry);
        }
        short[] rounded = entry.inFile() ? buffer(length) : entry.values;
        int fingerprint = length;
        for (int i = 0; i < length; i++) {
            float value = Math.max(-LARGEST, Math.min(LARGEST, values[from + i]));
            rounded[i] = (short) FloatFormat.toBf16(value);
            fingerprint = PRIME * fingerprint + rounded[i];
        }
        entry.fingerprint = fingerprint;
        entry.length = length;
        if (entry.inFile()) {
            spilled.write(entry.place, rounded, length);
        }
    }

    /** Forgets all samples; the file stays for those to come. */
    public void clear() {
        entries.clear();
        spilled.clear();
        totalBytes = 0;
        memoryBytes = 0;
    }

    /** Forgets all samples and deletes the file; closing twice does nothing. */
    @Override
    public void close() {
        clear();
        spilled.close();
    }

    private Entry held(int sample) {
        Entry entry = entries.get(sample);
        if (entry == null) {
            throw new IllegalArgumentException("Sample " + sample + " is not held.");
        }
        return entry;
    }

    private Entry place(int room) {
        Entry entry = new Entry();
        entry.room = room;
        totalBytes += entry.bytes();
        if (memoryBytes + entry.bytes() <= limits.memoryBytes()) {
            entry.values = new short[room];
            memoryBytes += entry.bytes();
        } else {
            entry.place = spilled.place(entry.bytes());
        }
        return entry;
    }

    private void forget(int sample) {
        Entry gone = entries.remove(sample);
        if (gone == null) {
            return;
        }
        totalBytes -= gone.bytes();
        if (gone.inFile()) {
            spilled.free(gone.place, gone.bytes());
        } else {
            memoryBytes -= gone.bytes();
        }
    }

    private short[] buffer(int length) {
        if (buffer.length < length) {
            buffer = new short[roomFor(length)];
        }
        return buffer;
    }

    private static int roomFor(int elements) {
        return Math.max(STEP, Math.addExact(elements, STEP - 1) / STEP * STEP);
    }
}
