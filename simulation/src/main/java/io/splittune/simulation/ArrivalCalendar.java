package io.splittune.simulation;

import java.util.Arrays;

/**
 * The devices that are away from the server, by the time they come back: a ring of time slots in front of a heap, after
 * Brown's calendar queue (CACM 31(10), 1988).
 *
 * <p>A slot is an unsorted list, of this turn of the ring and of later ones; when it is due, what is of this turn moves into
 * the heap, which puts it in order. With about one arrival to a slot an operation costs O(1); when most arrivals crowd into
 * a few slots, O(log) of their number. The order is exact either way: earliest first, by device among equals. Each device
 * is in it at most once.
 */
final class ArrivalCalendar {
    private static final int NONE = -1;

    private final ArrivalHeap due;
    /** First device of each slot, and for each device the next one of its slot. */
    private int[] firstOf = {NONE};

    private final int[] nextOf;
    private final double[] times;
    /** Zero at first: everything is in slot 0, and so in the heap. */
    private double slotsPerSecond;

    private long currentSlot;
    private int later;

    ArrivalCalendar(int devices) {
        due = new ArrivalHeap(devices);
        nextOf = new int[devices];
        times = new double[devices];
    }

    /**
     * Adapts the ring to those who are in the round.
     *
     * @param nowSeconds not after any entry
     * @param devices that are still in it
     * @param slotSeconds mean time between two arrivals; infinite for a heap alone
     */
    void resize(double nowSeconds, int devices, double slotSeconds) {
        int[] former = firstOf;
        firstOf = new int[Integer.highestOneBit(devices) << 2];
        Arrays.fill(firstOf, NONE);
        slotsPerSecond = 1 / slotSeconds;
        currentSlot = slotOf(nowSeconds);
        later = 0;
        for (int first : former) {
            int next;
            for (int device = first; device != NONE; device = next) {
                next = nextOf[device];
                add(times[device], device);
            }
        }
    }

    boolean isEmpty() {
        return due.isEmpty() && later == 0;
    }

    void add(double time, int device) {
        long slot = slotOf(time);
        if (slot <= currentSlot) {
            due.add(time, device);
        } else {
            times[device] = time;
            link(device, place(slot));
            later++;
        }
    }

    /** Returns the earliest time; there must be one. */
    double firstTime() {
        fetch();
        return due.firstTime();
    }

    /** Removes the earliest and returns its device. */
    int removeFirst() {
        fetch();
        int device = due.firstDevice();
        due.removeFirst();
        return device;
    }

    /** Moves slots into the heap until it surely has the earliest: whatever is in a later slot is later than it. */
    private void fetch() {
        while (later > 0 && (due.isEmpty() || slotOf(due.firstTime()) > currentSlot)) {
            currentSlot++;
            int place = place(currentSlot);
            int device = firstOf[place];
            firstOf[place] = NONE;
            while (device != NONE) {
                int next = nextOf[device];
                if (slotOf(times[device]) <= currentSlot) {
                    due.add(times[device], device);
                    later--;
                } else {
                    link(device, place);
                }
                device = next;
            }
        }
    }

    private void link(int device, int place) {
        nextOf[device] = firstOf[place];
        firstOf[place] = device;
    }

    private int place(long slot) {
        return (int) slot & (firstOf.length - 1);
    }

    private long slotOf(double time) {
        return (long) (time * slotsPerSecond);
    }
}
