package io.splittune.simulation;

import io.splittune.training.Scheme;
import io.splittune.wireless.Workload;
import java.util.Arrays;

/** Which frozen weights each device has by now: what it has is not sent again. */
final class HeldWeights {
    private static final int NOTHING = -1;

    private final Scheme scheme;
    private final SchemeLoads loads;
    private final int[] blocks;

    HeldWeights(Scheme scheme, SchemeLoads loads, int devices) {
        this.scheme = scheme;
        this.loads = loads;
        this.blocks = new int[devices];
        Arrays.fill(blocks, NOTHING);
    }

    /** Notes that a device has at least the blocks of a cut. */
    void holds(int device, int cut) {
        blocks[device] = Math.max(blocks[device], cut);
    }

    /** Returns the size of the frozen weights that a device needs and does not have. */
    long missingBytes(int device, int cut) {
        if (loads.trainsAllWeights(scheme)) {
            return 0; // They are sent in every round.
        }
        boolean hasNothing = blocks[device] == NOTHING;
        if (!scheme.isSplit()) {
            return hasNothing ? loads.workload().modelBytes() : 0;
        }
        long held = hasNothing ? 0 : halfBytes(blocks[device]);
        return Math.max(0, halfBytes(cut) - held);
    }

    private long halfBytes(int cut) {
        Workload workload = loads.workload();
        return workload.deviceModelBytes(cut) - workload.deviceAdapterBytes(cut);
    }
}
