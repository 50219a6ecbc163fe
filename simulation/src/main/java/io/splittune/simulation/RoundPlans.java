package io.splittune.simulation;

import io.splittune.planner.DevicePlan;
import io.splittune.training.RoundPolicy;
import java.util.List;
import java.util.Optional;

/** A planner's decisions for a run, round by round: who takes part, how, and with what resources. */
public interface RoundPlans extends RoundPolicy, ResourcePlan {
    /**
     * Returns a round's plan.
     *
     * @param round from 1
     * @return one entry per device, empty for one that stays out
     */
    List<Optional<DevicePlan>> plans(int round);
}
