package io.splittune.training;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Decides every device's part in a round. A scenario with fixed values backs it by constants, a planner by its plan; the
 * training code knows neither channels nor planners.
 *
 * <p>Where a device's cut moves, the adapters go on as they were, each from the side that it was on. So does the optimiser
 * of a sequential scheme, whose state is handed on for the whole model. Under the other schemes device and server each
 * keep the moments of their own half, and start them anew where it has changed.
 */
@FunctionalInterface
public interface RoundPolicy {
    /**
     * Decides for one round. Called by one thread, once per round that is run and in order of rounds; a resumed run
     * begins with its first own round, so a policy must not depend on having been asked for earlier ones.
     *
     * @param round from 1
     * @return one decision per device of the run, in order of their index
     */
    List<DeviceDecision> decide(int round);

    /**
     * Announces a cut that may differ from one round to another. A device that does not share the server's process holds
     * the frozen weights of that many blocks from the beginning, read from its own model or sent once, and computes with
     * as many of the first ones as a round says: its memory is that of the greatest cut, whatever the round's. Asked
     * before the first round.
     *
     * @param device its index
     * @return the most blocks that the device may have in any round; empty when it always has those of its first
     */
    default OptionalInt greatestCut(int device) {
        return OptionalInt.empty();
    }

    /**
     * Returns the blocks that each device has to hold: its greatest cut, which is its first one unless more is announced.
     *
     * @param first the decisions of the run's first round
     */
    default List<Integer> heldBlocks(List<DeviceDecision> first) {
        return IntStream.range(0, first.size())
                .mapToObj(device -> greatestCut(device).orElse(first.get(device).cut()))
                .toList();
    }
}
