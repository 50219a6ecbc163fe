package io.splittune.planner;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Turns choices into plans, and plans of one round into those of another. */
final class PlanAssembly {
    private PlanAssembly() {}

    /** What a search finds, once nothing forbids every plan. */
    static PlanResult checked(String planner, Problem problem, Function<RoundCosts, PlanResult> search) {
        RoundCosts costs = new RoundCosts(problem);
        Optional<Infeasible> obstacle = new Feasibility(planner, costs).obstacle();
        return obstacle.isPresent() ? obstacle.get() : search.apply(costs);
    }

    /** A plan for one cut and compression for all, bounded by the relaxation. */
    static PlanResult common(String planner, RoundCosts costs, Choice choice, double[] bandwidthsHz) {
        List<Choice> choices = Collections.nCopies(costs.size(), choice);
        double delay = costs.demand(choices).delaySeconds(bandwidthsHz);
        double bound = new FreeChoice(costs).bisect(delay).impossibleSeconds();
        return assemble(planner, costs, choices, bandwidthsHz, bound);
    }

    /** The plan with its predictions, or the deadline that it misses. */
    static PlanResult assemble(
            String planner, RoundCosts costs, List<Choice> choices, double[] bandwidthsHz, double lowerBoundSeconds) {
        List<DevicePlan> devices = new ArrayList<>(costs.size());
        double delay = 0;
        double joules = 0;
        for (int n = 0; n < costs.size(); n++) {
            DevicePlan device = costs.devicePlan(n, choices.get(n), bandwidthsHz[n]);
            delay = Math.max(delay, device.delaySeconds());
            joules += device.energy().total();
            devices.add(device);
        }
        Optional<Infeasible> late = new Feasibility(planner, costs).deadline(delay);
        return late.isPresent() ? late.get() : new Plan(planner, devices, delay, lowerBoundSeconds, joules);
    }

    /** The former plan's cuts and compressions with the band divided anew. */
    static PlanResult reallocate(String planner, BandwidthAllocation allocation, Problem problem, Plan previous) {
        RoundCosts costs = new RoundCosts(problem);
        Optional<Infeasible> obstacle = new Feasibility(planner, costs).roundObstacle();
        if (obstacle.isPresent()) {
            return obstacle.get();
        }
        List<Choice> choices = choicesOf(problem, previous);
        BandwidthDemand demand = costs.demand(choices);
        double[] shares = allocation.allocate(demand);
        double bound = fronts(demand).bisect(demand.delaySeconds(shares)).impossibleSeconds();
        return assemble(planner, costs, choices, shares, bound);
    }

    static List<Choice> choicesOf(Problem problem, Plan previous) {
        Map<String, DevicePlan> former = new HashMap<>();
        previous.devices().forEach(device -> former.put(device.id(), device));
        List<Choice> choices = new ArrayList<>(problem.devices().size());
        for (PlannedDevice device : problem.devices()) {
            DevicePlan plan = former.get(device.id());
            if (plan == null) {
                throw new IllegalArgumentException("Device " + device.id() + " has no place in the former plan.");
            }
            choices.add(new Choice(plan.cut(), plan.compression()));
        }
        return choices;
    }

    /** One option for each device: bisection then bounds the band's division alone. */
    private static OptionFronts fronts(BandwidthDemand demand) {
        double[][] fixed = new double[demand.size()][];
        double[][] work = new double[demand.size()][];
        for (int n = 0; n < demand.size(); n++) {
            fixed[n] = new double[] {demand.fixedSeconds(n)};
            work[n] = new double[] {demand.workHzSeconds(n)};
        }
        return new OptionFronts(fixed, work, demand);
    }
}
