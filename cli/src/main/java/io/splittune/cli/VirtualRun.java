package io.splittune.cli;

import io.splittune.cli.scenario.CompressionSection;
import io.splittune.cli.scenario.GradientSection;
import io.splittune.cli.scenario.Scenario;
import io.splittune.cli.scenario.SimulationSection;
import io.splittune.cli.scenario.StreamSection;
import io.splittune.core.UserException;
import io.splittune.simulation.ResourcePlan;
import io.splittune.simulation.RoundPlans;
import io.splittune.simulation.VirtualClock;
import io.splittune.training.CutCompression;
import io.splittune.training.DeviceDecision;
import io.splittune.training.RoundPolicy;
import io.splittune.training.Scheme;
import io.splittune.wireless.Channel;
import io.splittune.wireless.MemoryModel;
import io.splittune.wireless.ServerPower;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A real run on the scenario's network: who decides its rounds, and what they would cost there.
 *
 * <p>What the scenario fixes is trained as it says; what is {@code auto} its planner decides, anew every {@code
 * planner.replanRounds}. The band is shared anew in every round.
 */
final class VirtualRun {
    private final CostModel costs;
    private final Simulating simulating;
    private final Channel channel;
    private final RoundPolicy policy;
    private final ResourcePlan resources;

    private VirtualRun(Scenario scenario, CostModel costs, Scheme scheme, int depth) {
        this.costs = costs;
        this.simulating = new Simulating(costs);
        this.channel = costs.channel(0);
        costs.requireRounds(channel, scenario.training().rounds());
        SchemePlanning planning = new SchemePlanning(costs, scheme);
        if (planning.plans()) {
            RoundPlans planned = planning.rounds(0);
            boolean isAnswered =
                    scheme == Scheme.SFLAM || scenario.compression().auto();
            this.policy = isAnswered
                    ? planned
                    : new GivenCompression(
                            planned, Settings.compression(scenario.compression(), Settings.precision(scenario)));
            this.resources = planned;
        } else {
            this.policy = Settings.fixedPolicy(scenario, scheme, depth);
            this.resources = ResourcePlan.allocated(
                    simulating.fleet(), simulating.allocations(Settings.planner(scenario, scheme)));
        }
    }

    /** A planner's decisions with the scenario's own compression, which says more than a plan: both ways apart. */
    private record GivenCompression(RoundPolicy planned, CutCompression compression) implements RoundPolicy {
        @Override
        public List<DeviceDecision> decide(int round) {
            return planned.decide(round).stream()
                    .map(decision -> decision.withCompression(compression))
                    .toList();
        }

        @Override
        public OptionalInt greatestCut(int device) {
            return planned.greatestCut(device);
        }
    }

    /**
     * Prepares a run.
     *
     * @param scheme one of its schemes
     * @param model the scenario's, opened
     * @param data the scenario's, opened
     * @throws UserException when the scenario's network cannot be had under a real run, or its planner finds no plan
     */
    static VirtualRun of(Scenario scenario, Scheme scheme, RunModel model, RunData data) {
        refuseWhatIsForSimulation(scenario);
        return new VirtualRun(
                scenario,
                CostModel.of(scenario, model, data),
                scheme,
                model.base().depth());
    }

    private static void refuseWhatIsForSimulation(Scenario scenario) {
        SimulationSection simulation = scenario.simulation();
        if (simulation.dropoutProbability() > 0 || simulation.deadlineSeconds().isPresent()) {
            throw new UserException("simulation.dropoutProbability, simulation.deadlineSeconds: devices drop out in "
                    + "splittune simulate only; a real run keeps those that it has");
        }
        CompressionSection compression = scenario.compression();
        boolean given =
                compression.activations().section().flatMap(StreamSection::beta).isPresent()
                        || compression
                                .gradients()
                                .section()
                                .flatMap(GradientSection::beta)
                                .isPresent();
        if (given) {
            throw new UserException("compression.*.beta: a real run measures its own ratio; beta is for plan and "
                    + "simulate, leave it out");
        }
        if (scenario.split().cut().cuts().size() > 1 && compression.auto()) {
            throw new UserException("compression: 'auto' does not go with a list of cuts (split.cut); give one cut, "
                    + "split.cut auto, or a compression");
        }
    }

    /** Returns a line to print when the server's power is not one that hardware has. */
    Optional<String> warning() {
        return ServerPower.warning(costs.fleet().server());
    }

    /** Returns who decides each round. */
    RoundPolicy policy() {
        return policy;
    }

    /** Returns the clock of a run whose devices have as many samples as given, by index; only central reads them. */
    VirtualClock clock(Scheme scheme, List<Integer> samples) {
        return new VirtualClock(
                scheme,
                new VirtualClock.Setting(simulating.fleet(), channel, simulating.loads(), samples),
                resources,
                simulating.options(),
                costs.streams());
    }

    /** Returns what the formulas say that a device needs: what planners hold against its memory. */
    double predictedMemoryBytes(Scheme scheme, int cut) {
        MemoryModel memory = new MemoryModel(costs.tuning());
        return scheme.isSplit()
                ? memory.requiredBytes(cut)
                : memory.whole(scheme == Scheme.FL).total();
    }
}
