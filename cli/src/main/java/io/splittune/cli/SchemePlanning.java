package io.splittune.cli;

import io.splittune.cli.scenario.PlannerSection;
import io.splittune.cli.scenario.Scenario;
import io.splittune.codec.Coder;
import io.splittune.core.UserException;
import io.splittune.planner.Problem;
import io.splittune.simulation.PlannedPolicy;
import io.splittune.simulation.RoundPlans;
import io.splittune.training.Scheme;
import io.splittune.wireless.Channel;

/** Who decides the rounds of a scheme: a planner, or the scenario itself. */
final class SchemePlanning {
    private final CostModel costs;
    private final Scenario scenario;
    private final Scheme scheme;
    private final PlannerSection.Kind kind;

    /**
     * Takes a scheme of the scenario.
     *
     * @throws UserException when the scenario's planner cannot decide what the scheme leaves open
     */
    SchemePlanning(CostModel costs, Scheme scheme) {
        this.costs = costs;
        this.scenario = costs.scenario();
        this.scheme = scheme;
        this.kind = Settings.planner(scenario, scheme);
        if (plans()) {
            requireFit();
        }
        if (scheme == Scheme.SFLAM
                && !kind.givesBlocks()
                && scenario.compression().auto()) {
            throw new UserException("compression: 'auto' for scheme sflam is decided by its planners; use planner.kind "
                    + "sflam, or give a compression");
        }
    }

    private void requireFit() {
        String name = Planning.name(kind);
        if (kind.givesBlocks() && scheme != Scheme.SFLAM) {
            throw new UserException(
                    "planner.kind: " + name + " gives resource blocks to devices that hold the embedding"
                            + " alone, which is scheme sflam; scheme " + scheme.key() + " needs another planner");
        }
        if (kind.takesTurns() && scheme.isSplit() && !scheme.isSequential()) {
            throw new UserException("planner.kind: " + name + " plans for devices that take turns (schemes card, sl);"
                    + " scheme " + scheme.key() + " has them in parallel, which card-joint plans for");
        }
    }

    /** Returns whether a planner decides. */
    boolean plans() {
        if (scheme == Scheme.SFLAM) {
            return kind.givesBlocks();
        }
        boolean isOpen =
                scenario.split().cut().isAuto() || scenario.compression().auto();
        boolean decidesClock = scheme == Scheme.CARD
                && kind.takesTurns()
                && scenario.split().cut().cuts().size() == 1;
        return isOpen || decidesClock;
    }

    /**
     * Returns the planner's rounds.
     *
     * @param realization whose channel: 0 for the one that plans and training see
     * @throws UserException when there is no plan for the first round
     */
    RoundPlans rounds(int realization) {
        if (scheme == Scheme.SFLAM) {
            return new BlockPlanning(costs, kind).policy(realization);
        }
        Channel channel = costs.channel(realization);
        return new PlannedPolicy(
                problem(channel),
                channel,
                options(),
                costs.streams(),
                streams -> Planning.planner(scenario, kind, streams));
    }

    /** A compression that the scenario gives is used whatever a calibration thinks of its accuracy. */
    private Problem problem(Channel channel) {
        Problem all = costs.problem(channel, 1);
        return scenario.compression().auto() ? all : all.withAccuracyFloor(0);
    }

    private PlannedPolicy.Options options() {
        boolean auto = scenario.compression().auto();
        return new PlannedPolicy.Options(
                Planning.name(kind),
                kind.takesTurns() ? 1 : scenario.planner().replanRounds(),
                scenario.training().rounds(),
                auto ? costs.calibration().coder() : Coder.ADAPTIVE,
                auto && costs.calibration().sharesMask(),
                Settings.plainFormat(scenario));
    }
}
