package io.splittune.simulation;

import java.util.Arrays;

/**
 * Arrivals (time, device), put in order: earliest first, and as they were added among equals.
 *
 * <p>They are distributed over as many equal slots of time as there are arrivals, crowded slots in the same way again, and
 * what is then nearly in order is finished by insertion. Linear while arrivals spread or coincide, and exact however they
 * crowd.
 */
final class ArrivalOrder {
    /** So few are quicker by insertion. */
    private static final int FEW = 32;

    private double[] seconds = new double[64];
    private int[] devices = new int[64];
    private double[] otherSeconds = new double[64];
    private int[] otherDevices = new int[64];
    private int[] ends = new int[64];
    private int size;

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    void add(double arrivalSeconds, int device) {
        if (size == devices.length) {
            seconds = Arrays.copyOf(seconds, 2 * size);
            devices = Arrays.copyOf(devices, 2 * size);
            otherSeconds = new double[2 * size];
            otherDevices = new int[2 * size];
            ends = new int[2 * size];
        }
        seconds[size] = arrivalSeconds;
        devices[size] = device;
        size++;
    }

    double seconds(int index) {
        return seconds[index];
    }

    int device(int index) {
        return devices[index];
    }

    void sort() {
        if (size > FEW) {
            distribute(0, size, ends);
        }
        for (int i = 1; i < size; i++) {
            insert(i);
        }
    }

    private void insert(int index) {
        double time = seconds[index];
        int device = devices[index];
        int hole = index;
        while (hole > 0 && seconds[hole - 1] > time) {
            seconds[hole] = seconds[hole - 1];
            devices[hole] = devices[hole - 1];
            hole--;
        }
        seconds[hole] = time;
        devices[hole] = device;
    }

    /** Orders a range by slots, and crowded slots within; {@code slotEnds} is scratch of at least the range's length. */
    private void distribute(int from, int to, int[] slotEnds) {
        double first = seconds[from];
        double last = first;
        for (int i = from; i < to; i++) {
            first = Math.min(first, seconds[i]);
            last = Math.max(last, seconds[i]);
        }
        if (first == last) {
            return;
        }
        int slots = to - from;
        double slotsPerSecond = (slots - 1) / (last - first);
        Arrays.fill(slotEnds, 0, slots, 0);
        for (int i = from; i < to; i++) {
            slotEnds[slot(seconds[i] - first, slotsPerSecond, slots)]++;
        }
        int start = from;
        for (int slot = 0; slot < slots; slot++) {
            int count = slotEnds[slot];
            slotEnds[slot] = start;
            start += count;
        }
        for (int i = from; i < to; i++) {
            int place = slotEnds[slot(seconds[i] - first, slotsPerSecond, slots)]++;
            otherSeconds[place] = seconds[i];
            otherDevices[place] = devices[i];
        }
        System.arraycopy(otherSeconds, from, seconds, from, slots);
        System.arraycopy(otherDevices, from, devices, from, slots);
        distributeCrowds(from, slotEnds, slots);
    }

    /** The first and the last arrival never share a slot, so a crowd is smaller than the range that it is part of. */
    private void distributeCrowds(int from, int[] slotEnds, int slots) {
        int start = from;
        for (int slot = 0; slot < slots; slot++) {
            int end = slotEnds[slot];
            if (end - start > FEW) {
                distribute(start, end, new int[end - start]);
            }
            start = end;
        }
    }

    /** A range so narrow that the slots' number per second overflows has two slots. */
    private static int slot(double sinceFirst, double slotsPerSecond, int slots) {
        return Math.min((int) (sinceFirst * slotsPerSecond), slots - 1);
    }
}
