package io.splittune.cli;

import io.splittune.cli.scenario.CompressionSection;
import io.splittune.cli.scenario.GradientSection;
import io.splittune.cli.scenario.PlannerSection;
import io.splittune.cli.scenario.Scenario;
import io.splittune.cli.scenario.SimulationSection;
import io.splittune.cli.scenario.StreamSection;
import io.splittune.codec.Coder;
import io.splittune.codec.FloatFormat;
import io.splittune.core.UserException;
import io.splittune.model.Precision;
import io.splittune.planner.Problem;
import io.splittune.simulation.BandwidthPlan;
import io.splittune.simulation.PlannedPolicy;
import io.splittune.simulation.VirtualClock;
import io.splittune.training.CutCompression;
import io.splittune.training.DeviceDecision;
import io.splittune.training.RoundPolicy;
import io.splittune.training.Scheme;
import io.splittune.wireless.Channel;
import io.splittune.wireless.MemoryModel;
import java.io.IOException;
import java.util.List;

/**
 * A real run on the scenario's network: who decides its rounds, and what they would cost there.
 *
 * <p>What the scenario fixes is trained as it says; what is {@code auto} its planner decides, anew every {@code
 * planner.replanRounds}. The band is shared anew in every round.
 */
final class VirtualRun {
    private final Scenario scenario;
    private final CostModel costs;
    private final Simulating simulating;
    private final Channel channel;
    private final RoundPolicy policy;
    private final BandwidthPlan bandwidths;

    private VirtualRun(Scenario scenario, CostModel costs, int depth) {
        this.scenario = scenario;
        this.costs = costs;
        this.simulating = new Simulating(costs);
        this.channel = costs.channel(0);
        costs.requireRounds(channel, scenario.training().rounds());
        if (scenario.split().cut().isAuto() || scenario.compression().auto()) {
            PlannedPolicy planned = new PlannedPolicy(problem(), channel, options(), costs.streams());
            this.policy = scenario.compression().auto()
                    ? planned
                    : new GivenCompression(
                            planned, Settings.compression(scenario.compression(), Settings.precision(scenario)));
            this.bandwidths = planned;
        } else {
            this.policy = Settings.fixedPolicy(scenario, depth);
            this.bandwidths = BandwidthPlan.allocated(simulating.fleet(), simulating.allocations());
        }
    }

    /** A planner's decisions with the scenario's own compression, which says more than a plan: both ways apart. */
    private record GivenCompression(PlannedPolicy planned, CutCompression compression) implements RoundPolicy {
        @Override
        public List<DeviceDecision> decide(int round) {
            return planned.decide(round).stream()
                    .map(device -> new DeviceDecision(device.cut(), compression, device.participates()))
                    .toList();
        }

        @Override
        public boolean movesCuts() {
            return planned.movesCuts();
        }
    }

    /**
     * Prepares a run.
     *
     * @param depth blocks of the model
     * @throws UserException when the scenario's network cannot be had under a real run, or its planner finds no plan
     */
    static VirtualRun of(Scenario scenario, int depth) throws IOException {
        refuseWhatIsForSimulation(scenario);
        return new VirtualRun(scenario, CostModel.of(scenario), depth);
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

    /** A compression that the scenario gives is trained whatever a calibration thinks of its accuracy. */
    private Problem problem() {
        Problem all = costs.problem(channel, 1);
        return scenario.compression().auto()
                ? all
                : new Problem(
                        all.tuning(),
                        all.devices(),
                        all.server(),
                        all.totalBandwidthHz(),
                        all.minBandwidthPerDeviceHz(),
                        all.cuts(),
                        all.compressions(),
                        0,
                        all.firstRound(),
                        all.maxDelaySeconds());
    }

    private PlannedPolicy.Options options() {
        PlannerSection planner = scenario.planner();
        FloatFormat plain = Settings.precision(scenario) == Precision.BF16 ? FloatFormat.BF16 : FloatFormat.FP32;
        boolean auto = scenario.compression().auto();
        return new PlannedPolicy.Options(
                Planning.name(planner.kind()),
                planner.replanRounds(),
                scenario.training().rounds(),
                auto ? costs.calibration().coder() : Coder.ADAPTIVE,
                auto && costs.calibration().sharesMask(),
                plain);
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
                bandwidths,
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
