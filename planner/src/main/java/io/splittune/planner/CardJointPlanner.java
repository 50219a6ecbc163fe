package io.splittune.planner;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * CARD's decision for all devices at once: a cut and a share of the band for each, and one server clock.
 *
 * <p>None of the papers has it. Devices work in parallel: shares b fit into the band, each device's chain {@code ED + CC + SC
 * + DU + V / b} ends within the round, and so does the server's work for all, {@code sum SC}. Minimised is {@code w} times the
 * round's normalised delay plus {@code 1 - w} times the server's normalised energy, with the extremes of {@link CardOptions}
 * taken at rounds in which all devices have their least, or all their greatest, cut.
 *
 * <p>Branch and bound over clock and delay, with a knapsack over cuts in each box (see {@link JointDecision#gap()}): within a
 * thousandth of the normalised cost of the optimum, unless many devices end the search early; the gap that is reported was
 * proven in either case. {@link Plan#lowerBoundSeconds()} is a delay that no plan is below whatever it weighs. Unlike {@link
 * CardPlanner} it plans within the deadline, and a first round with the frozen halves that are sent in it. Immutable and
 * thread-safe.
 */
public final class CardJointPlanner implements Planner {
    private static final String NAME = "card-joint";

    private final CardOptions options;

    /**
     * Takes weight, least clock and normalisation.
     *
     * @param options w, F_min and extremes
     */
    public CardJointPlanner(CardOptions options) {
        this.options = options;
    }

    @Override
    public String name() {
        return NAME;
    }

    /**
     * {@inheritDoc}
     *
     * @throws io.splittune.core.UserException if F_min is above F_max
     */
    @Override
    public PlanResult plan(Problem problem) {
        options.requireClocks(NAME, problem);
        return PlanAssembly.checked(NAME, problem, this::solve);
    }

    /**
     * Returns what {@link #plan} decides, with its proof.
     *
     * @param problem one that has a plan
     * @throws IllegalArgumentException with the reason if it has none
     * @throws io.splittune.core.UserException if F_min is above F_max
     */
    public JointDecision decision(Problem problem) {
        options.requireClocks(NAME, problem);
        RoundCosts costs = new RoundCosts(problem);
        new Feasibility(NAME, costs).obstacle().ifPresent(CardJointPlanner::refuse);
        JointCosts joint = new JointCosts(costs, choices(costs), options);
        JointSearch.Found found = new JointSearch(joint).search(options.weight() == 1);
        if (found.cuts().length == 0) {
            refuse(tooLate(costs, joint, found));
        }
        List<Integer> cuts = new ArrayList<>();
        for (int n = 0; n < costs.size(); n++) {
            cuts.add(joint.choice(n, found.cuts()[n]).cut());
        }
        return new JointDecision(
                cuts,
                found.clockHz(),
                joint.delaySeconds(found.cuts(), found.clockHz()),
                joint.serverJoules(found.cuts(), found.clockHz()),
                found.cost(),
                found.boundCost(),
                joint.extremes());
    }

    /** Keeps cuts and compressions, and decides the clock and the shares anew. */
    @Override
    public PlanResult reallocate(Problem problem, Plan previous) {
        options.requireClocks(NAME, problem);
        RoundCosts costs = new RoundCosts(problem);
        Optional<Infeasible> obstacle = new Feasibility(NAME, costs).roundObstacle();
        if (obstacle.isPresent()) {
            return obstacle.get();
        }
        JointCosts joint =
                new JointCosts(costs, choices(costs), options).keeping(PlanAssembly.choicesOf(problem, previous));
        int[] cuts = new int[costs.size()];
        double clockHz = joint.bestClockHz(cuts);
        return assemble(costs, joint, cuts, clockHz, joint.delaySeconds(cuts, joint.maxClockHz()));
    }

    private PlanResult solve(RoundCosts costs) {
        JointCosts joint = new JointCosts(costs, choices(costs), options);
        JointSearch.Found found = new JointSearch(joint).search(options.weight() == 1);
        if (found.cuts().length == 0) {
            return tooLate(costs, joint, found);
        }
        return assemble(costs, joint, found.cuts(), found.clockHz(), found.boundSeconds());
    }

    /** No cuts meet the deadline: by at least the shortest delay's excess, or by too little to be bounded. */
    private static Infeasible tooLate(RoundCosts costs, JointCosts joint, JointSearch.Found found) {
        double fastest = Math.max(found.boundSeconds(), Math.nextUp(joint.deadlineSeconds()));
        return new Feasibility(NAME, costs).deadline(fastest).orElseThrow();
    }

    private static void refuse(Infeasible infeasible) {
        throw new IllegalArgumentException("planner " + NAME + ": " + infeasible.reason());
    }

    private static PlanResult assemble(
            RoundCosts costs, JointCosts joint, int[] cuts, double clockHz, double boundSeconds) {
        double[] shares = joint.shares(cuts, clockHz);
        List<DevicePlan> devices = new ArrayList<>(cuts.length);
        double delay = joint.cycles(cuts) / clockHz;
        double joules = 0;
        for (int n = 0; n < cuts.length; n++) {
            DevicePlan device = costs.devicePlan(n, joint.choice(n, cuts[n]), shares[n], clockHz);
            delay = Math.max(delay, device.delaySeconds());
            joules += device.energy().total();
            devices.add(device);
        }
        Optional<Infeasible> late = new Feasibility(NAME, costs).deadline(delay);
        return late.isPresent() ? late.get() : new Plan(NAME, devices, delay, boundSeconds, joules);
    }

    private static List<List<Choice>> choices(RoundCosts costs) {
        CompressionOption compression =
                costs.problem().compressions().mostSaving(costs.problem().accuracyFloor());
        List<List<Choice>> choices = new ArrayList<>();
        for (int n = 0; n < costs.size(); n++) {
            choices.add(costs.cutsOf(n).stream()
                    .sorted()
                    .map(cut -> new Choice(cut, compression))
                    .toList());
        }
        return choices;
    }
}
