package io.splittune.simulation;

import java.util.Arrays;

/** The jobs that stand at the server, first come first served: a ring of (device, arrival) that grows when it is full. */
final class WaitingLine {
    private int[] devices = new int[64];
    private double[] arrivals = new double[64];
    private int head;
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    void add(int device, double arrivalSeconds) {
        if (size == devices.length) {
            grow();
        }
        int tail = (head + size) & (devices.length - 1);
        devices[tail] = device;
        arrivals[tail] = arrivalSeconds;
        size++;
    }

    int firstDevice() {
        return devices[head];
    }

    double firstArrival() {
        return arrivals[head];
    }

    void removeFirst() {
        head = (head + 1) & (devices.length - 1);
        size--;
    }

    private void grow() {
        int old = devices.length;
        devices = Arrays.copyOf(devices, 2 * old);
        arrivals = Arrays.copyOf(arrivals, 2 * old);
        // What had wrapped around to the front now follows the old end.
        System.arraycopy(devices, 0, devices, old, head);
        System.arraycopy(arrivals, 0, arrivals, old, head);
    }
}
