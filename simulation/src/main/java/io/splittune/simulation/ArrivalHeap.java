package io.splittune.simulation;

/** A binary heap of (time, device), earliest first and by device among equals; each device is in it at most once. */
final class ArrivalHeap {
    private final double[] times;
    private final int[] devices;
    private int size;

    ArrivalHeap(int capacity) {
        times = new double[capacity];
        devices = new int[capacity];
    }

    boolean isEmpty() {
        return size == 0;
    }

    double firstTime() {
        return times[0];
    }

    int firstDevice() {
        return devices[0];
    }

    void add(double time, int device) {
        int hole = size++;
        while (hole > 0) {
            int parent = (hole - 1) >> 1;
            if (!before(time, device, parent)) {
                break;
            }
            times[hole] = times[parent];
            devices[hole] = devices[parent];
            hole = parent;
        }
        times[hole] = time;
        devices[hole] = device;
    }

    void removeFirst() {
        size--;
        if (size > 0) {
            sink(times[size], devices[size]);
        }
    }

    private void sink(double time, int device) {
        int hole = 0;
        int child = 1;
        while (child < size) {
            int right = child + 1;
            if (right < size && before(times[right], devices[right], child)) {
                child = right;
            }
            if (before(time, device, child)) {
                break;
            }
            times[hole] = times[child];
            devices[hole] = devices[child];
            hole = child;
            child = 2 * hole + 1;
        }
        times[hole] = time;
        devices[hole] = device;
    }

    private boolean before(double time, int device, int other) {
        return time < times[other] || (time == times[other] && device < devices[other]);
    }
}
