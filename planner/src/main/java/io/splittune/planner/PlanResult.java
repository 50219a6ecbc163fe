package io.splittune.planner;

/** The answer of a planner: a plan, or what stands in its way. */
public sealed interface PlanResult permits Plan, Infeasible {
    /** Returns the name of the planner that answers. */
    String planner();
}
