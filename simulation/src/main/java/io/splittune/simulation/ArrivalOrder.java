package io.splittune.simulation;

import java.util.Arrays;

/**
 * Arrivals (time, device), put in order: earliest first, and as they were added among equals.
 *
 * <p>Radix sort over the bits of the times, which for numbers that are not negative are in the order of the numbers: linear
 * and exact, however the times crowd.
 */
final class ArrivalOrder {
    private static final int DIGIT_BITS = 11;
    private static final int DIGITS = 1 << DIGIT_BITS;
    /** So few are quicker by insertion. */
    private static final int FEW = 48;

    private long[] keys = new long[64];
    private int[] devices = new int[64];
    private long[] otherKeys = new long[64];
    private int[] otherDevices = new int[64];
    private final int[] places = new int[DIGITS];
    private int size;

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    /**
     * Adds an arrival.
     *
     * @param seconds not negative
     * @param device its index
     */
    void add(double seconds, int device) {
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, 2 * size);
            devices = Arrays.copyOf(devices, 2 * size);
            otherKeys = new long[2 * size];
            otherDevices = new int[2 * size];
        }
        keys[size] = Double.doubleToRawLongBits(seconds);
        devices[size] = device;
        size++;
    }

    double seconds(int index) {
        return Double.longBitsToDouble(keys[index]);
    }

    int device(int index) {
        return devices[index];
    }

    void sort() {
        if (size <= FEW) {
            sortByInsertion();
            return;
        }
        long differing = 0;
        for (int i = 1; i < size; i++) {
            differing |= keys[i] ^ keys[0];
        }
        for (int shift = Long.numberOfTrailingZeros(differing); differing >>> shift != 0; shift += DIGIT_BITS) {
            distribute(shift);
            if (shift + DIGIT_BITS >= Long.SIZE) {
                return;
            }
        }
    }

    private void sortByInsertion() {
        for (int i = 1; i < size; i++) {
            long key = keys[i];
            int device = devices[i];
            int hole = i;
            while (hole > 0 && keys[hole - 1] > key) {
                keys[hole] = keys[hole - 1];
                devices[hole] = devices[hole - 1];
                hole--;
            }
            keys[hole] = key;
            devices[hole] = device;
        }
    }

    /** Sorts by one digit and keeps the order among equal ones. */
    private void distribute(int shift) {
        Arrays.fill(places, 0);
        for (int i = 0; i < size; i++) {
            places[digit(keys[i], shift)]++;
        }
        int next = 0;
        for (int digit = 0; digit < DIGITS; digit++) {
            int count = places[digit];
            places[digit] = next;
            next += count;
        }
        for (int i = 0; i < size; i++) {
            int place = places[digit(keys[i], shift)]++;
            otherKeys[place] = keys[i];
            otherDevices[place] = devices[i];
        }
        long[] sortedKeys = otherKeys;
        int[] sortedDevices = otherDevices;
        otherKeys = keys;
        otherDevices = devices;
        keys = sortedKeys;
        devices = sortedDevices;
    }

    private static int digit(long key, int shift) {
        return (int) (key >>> shift) & (DIGITS - 1);
    }
}
