package io.splittune.planner;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Rounds in which devices take turns over the whole band, and the server has a clock for each: CARD and its baselines. */
final class CardTurns {
    private final String planner;
    private final CardOptions options;
    private final Function<CardCosts, CardDecision> rule;
    private final Function<CardCosts, Double> clock;

    /**
     * Takes what tells CARD from its baselines.
     *
     * @param rule decides cut and clock of a device
     * @param clock decides the clock alone, when a cut is kept
     */
    CardTurns(
            String planner,
            CardOptions options,
            Function<CardCosts, CardDecision> rule,
            Function<CardCosts, Double> clock) {
        this.planner = planner;
        this.options = options;
        this.rule = rule;
        this.clock = clock;
    }

    PlanResult plan(Problem problem) {
        RoundCosts costs = costs(problem);
        Optional<Infeasible> obstacle = new Feasibility(planner, costs).turnObstacle();
        if (obstacle.isPresent()) {
            return obstacle.get();
        }
        return assemble(costs, decide(costs));
    }

    List<CardDecision> decisions(Problem problem) {
        RoundCosts costs = costs(problem);
        new Feasibility(planner, costs).turnObstacle().ifPresent(infeasible -> {
            throw new IllegalArgumentException("planner " + planner + ": " + infeasible.reason());
        });
        return decide(costs).stream().map(Turn::decision).toList();
    }

    PlanResult reallocate(Problem problem, Plan previous) {
        RoundCosts costs = costs(problem);
        Optional<Infeasible> obstacle = new Feasibility(planner, costs).turnRoundObstacle();
        if (obstacle.isPresent()) {
            return obstacle.get();
        }
        List<Choice> choices = PlanAssembly.choicesOf(problem, previous);
        List<Turn> turns = new ArrayList<>(choices.size());
        for (int n = 0; n < choices.size(); n++) {
            Choice choice = choices.get(n);
            CardCosts device = new CardCosts(costs, n, choice.compression(), options);
            int kept = device.positionOf(choice.cut());
            turns.add(new Turn(choice, device.decision(kept, clock.apply(device)), device.leastSeconds(kept)));
        }
        return assemble(costs, turns);
    }

    /** A device's decision, its compression, and a delay that it cannot be below. */
    private record Turn(Choice choice, CardDecision decision, double leastSeconds) {}

    private RoundCosts costs(Problem problem) {
        options.requireClocks(planner, problem);
        return new RoundCosts(problem);
    }

    private List<Turn> decide(RoundCosts costs) {
        CompressionOption compression =
                costs.problem().compressions().mostSaving(costs.problem().accuracyFloor());
        List<Turn> turns = new ArrayList<>(costs.size());
        for (int n = 0; n < costs.size(); n++) {
            CardCosts device = new CardCosts(costs, n, compression, options);
            CardDecision decision = rule.apply(device);
            turns.add(new Turn(new Choice(decision.cut(), compression), decision, device.leastSeconds()));
        }
        return turns;
    }

    private PlanResult assemble(RoundCosts costs, List<Turn> turns) {
        List<DevicePlan> devices = new ArrayList<>(turns.size());
        double delay = 0;
        double bound = 0;
        double joules = 0;
        for (int n = 0; n < turns.size(); n++) {
            Turn turn = turns.get(n);
            DevicePlan device = costs.devicePlan(
                    n, turn.choice(), costs.totalHz(), turn.decision().serverClockHz());
            devices.add(device);
            delay += device.delaySeconds();
            joules += device.energy().total();
            bound += turn.leastSeconds();
        }
        Optional<Infeasible> late = new Feasibility(planner, costs).deadline(delay);
        return late.isPresent() ? late.get() : new Plan(planner, devices, delay, bound, joules);
    }
}
