package io.splittune.training;

import java.util.List;

/**
 * Decides every device's part in a round. A scenario with fixed values backs it by constants, a planner by its plan; the
 * training code knows neither channels nor planners.
 *
 * <p>Where a device's cut moves, its optimiser starts anew on both sides: moments and step count are forgotten, the
 * adapters themselves are not.
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
     * Returns whether a device's cut may differ from one round to another. Only devices that can compute any block can
     * follow: those in the server's process. A run over a network is refused before it starts.
     */
    default boolean movesCuts() {
        return false;
    }
}
