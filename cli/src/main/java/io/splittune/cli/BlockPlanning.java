package io.splittune.cli;

import io.splittune.cli.scenario.PlannerSection;
import io.splittune.cli.scenario.Scenario;
import io.splittune.cli.scenario.StreamSection;
import io.splittune.cli.scenario.TrainingSection;
import io.splittune.codec.Coder;
import io.splittune.core.RandomStreams;
import io.splittune.core.RandomStreams.Purpose;
import io.splittune.core.UserException;
import io.splittune.planner.ClosedFormPower;
import io.splittune.planner.MatchingWeight;
import io.splittune.planner.Performance;
import io.splittune.planner.ScaPower;
import io.splittune.planner.SflamDevice;
import io.splittune.planner.SflamGoal;
import io.splittune.planner.SflamLimits;
import io.splittune.planner.SflamPlanner;
import io.splittune.planner.SflamProblem;
import io.splittune.simulation.BlockPolicy;
import io.splittune.training.CutCompression;
import io.splittune.wireless.SplitBatch;
import io.splittune.wireless.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A scenario as the planners see it that give devices resource blocks: SFLAM's. */
final class BlockPlanning {
    /** T_max of a mini-batch: in the middle of what the paper's fleet can meet. Not given in the paper. */
    private static final double SECONDS_PER_BATCH = 5;

    private final CostModel costs;
    private final Scenario scenario;
    private final PlannerSection.Kind kind;

    /**
     * Takes the scenario.
     *
     * @param kind one that {@link PlannerSection.Kind#givesBlocks}
     */
    BlockPlanning(CostModel costs, PlannerSection.Kind kind) {
        this.costs = costs;
        this.scenario = costs.scenario();
        this.kind = kind;
    }

    /** Returns the planner. */
    SflamPlanner planner() {
        PlannerSection section = scenario.planner();
        return switch (kind) {
            case SFLAM ->
                SflamPlanner.proposed(
                        section.power() == PlannerSection.Power.SCA ? new ScaPower() : new ClosedFormPower());
            case EP -> SflamPlanner.equalPower(section.equalPowerWatts());
            default -> SflamPlanner.named(Planning.name(kind), costs.streams());
        };
    }

    /**
     * Returns what is decided.
     *
     * @param realization whose gains: 0 for those that plans and training see
     * @param round from 1
     * @throws UserException when the scenario's channel or compression does not go with resource blocks
     */
    SflamProblem problem(int realization, int round) {
        int blocks = scenario.network().resourceBlocks();
        Workload workload = new Workload(costs.tuning());
        SplitBatch batch = new SplitBatch(
                workload.deviceForwardFlops(0) + workload.deviceBackwardFlops(0),
                workload.serverForwardFlops(0) + workload.serverBackwardFlops(0),
                (double) Byte.SIZE * workload.activationBytes(),
                scenario.planner().countSignBits());
        return new SflamProblem(
                devices(),
                costs.fleet().server(),
                batch,
                costs.blockGains(blocks, realization),
                round,
                scenario.network().bandwidthHz() / blocks,
                limits(),
                goal());
    }

    /** Returns the planner's rounds. */
    BlockPolicy policy(int realization) {
        Optional<StreamSection> given = scenario.compression().activations().section();
        CutCompression compression = Settings.compression(scenario.compression(), Settings.precision(scenario));
        return new BlockPolicy(
                problem(realization, 1),
                planner(),
                new BlockPolicy.Options(
                        scenario.training()
                                .participants()
                                .orElse(scenario.network().resourceBlocks()),
                        given.map(StreamSection::coder).orElse(Coder.ADAPTIVE),
                        compression.gradients(),
                        Settings.plainFormat(scenario),
                        scenario.training().aggregation() == TrainingSection.Averaging.INVERSE_PROBABILITY),
                realization == 0
                        ? costs.streams()
                        : new RandomStreams(costs.streams().streamSeed(Purpose.PLANNER, realization)));
    }

    private List<SflamDevice> devices() {
        List<Double> iterations = costs.iterations();
        List<Integer> samples = costs.samples();
        List<SflamDevice> devices = new ArrayList<>();
        for (int n = 0; n < iterations.size(); n++) {
            devices.add(new SflamDevice(
                    costs.fleet().devices().get(n).id(),
                    costs.fleet().devices().get(n),
                    samples.get(n),
                    iterations.get(n)));
        }
        return devices;
    }

    private SflamLimits limits() {
        double mostBatches =
                costs.iterations().stream().mapToDouble(Math::ceil).max().orElse(1);
        double deadline = scenario.planner().maxDelaySeconds().orElse(SECONDS_PER_BATCH * mostBatches);
        Optional<StreamSection> given = scenario.compression().activations().section();
        return given.isPresent()
                ? new SflamLimits(deadline, bits(given.get()), bits(given.get()))
                : new SflamLimits(
                        deadline,
                        scenario.planner().minBits(),
                        scenario.planner().maxBits());
    }

    /** The bits that the scenario gives leave nothing to choose. */
    private static int bits(StreamSection given) {
        int bits = Integer.bitCount(given.levels());
        if (given.keep() < 1 || given.levels() != (1 << bits) - 1) {
            throw new UserException("compression.activations: read keep " + given.keep() + " and levels "
                    + given.levels() + ", but SFLAM's planners quantise every value to whole bits; give keep: 1 and"
                    + " bits, or leave it out and the planner decides");
        }
        return bits;
    }

    private SflamGoal goal() {
        PlannerSection section = scenario.planner();
        return new SflamGoal(
                switch (section.performance()) {
                    case LOG -> Performance.LOG;
                    case SATURATING -> Performance.SATURATING;
                    case LINEAR -> Performance.LINEAR;
                },
                switch (section.objective()) {
                    case RATIO -> SflamGoal.Form.RATIO;
                    case DIFFERENCE -> SflamGoal.Form.DIFFERENCE;
                },
                section.perJoule(),
                switch (section.blocksBy()) {
                    case ENERGY -> MatchingWeight.ENERGY;
                    case UTILITY -> MatchingWeight.UTILITY;
                });
    }
}
