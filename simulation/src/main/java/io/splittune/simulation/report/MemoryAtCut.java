package io.splittune.simulation.report;

import io.splittune.core.Check;
import java.util.Map;

/**
 * What a device's memory holds when the model is cut after some block.
 *
 * @param cut blocks on the device
 * @param bytesByPart bytes by what they are for, in order
 */
public record MemoryAtCut(int cut, Map<String, Double> bytesByPart) {
    /** Checks ranges and copies. */
    public MemoryAtCut {
        Check.notNegative(cut, "cut");
        bytesByPart = RoundPoint.amounts(bytesByPart);
    }
}
