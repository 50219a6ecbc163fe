package io.splittune.training;

/**
 * Decides a device's part in a round. A scenario with fixed values backs it by constants, a planner by its plan; the
 * training code knows neither channels nor planners.
 */
@FunctionalInterface
public interface RoundPolicy {
    /**
     * Decides for one device and round. Called by one thread, in order of rounds.
     *
     * @param round from 1
     * @param deviceIndex from 0
     */
    DeviceDecision decide(int round, int deviceIndex);
}
