package io.splittune.cli;

import io.splittune.cli.scenario.CutSetting;
import io.splittune.cli.scenario.DeviceEntry;
import io.splittune.cli.scenario.NetworkSection;
import io.splittune.cli.scenario.PlannerSection;
import io.splittune.cli.scenario.Scenario;
import io.splittune.cli.scenario.ServerSection;
import io.splittune.cli.scenario.SimulationSection;
import io.splittune.cli.scenario.TrainingSection;
import io.splittune.core.RandomStreams.Purpose;
import io.splittune.core.UserException;
import io.splittune.planner.BisectionBandwidth;
import io.splittune.planner.CompressionOption;
import io.splittune.planner.EqualBandwidth;
import io.splittune.planner.RandomBandwidth;
import io.splittune.simulation.DeviceSetting;
import io.splittune.simulation.Disturbance;
import io.splittune.simulation.EventOptions;
import io.splittune.simulation.Fleet;
import io.splittune.simulation.SchemeLoads;
import io.splittune.simulation.ServerQueue;
import io.splittune.simulation.SimulatedScheme.Allocations;
import io.splittune.training.Scheme;
import io.splittune.wireless.Formulas;
import io.splittune.wireless.VitShape;
import io.splittune.wireless.Workload;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** A scenario as the simulator sees it: what virtual time needs beside the channel. */
final class Simulating {
    /** A token's number, which language models are given. */
    private static final double TOKEN_BYTES = 4;

    private final CostModel costs;
    private final Scenario scenario;

    /**
     * Takes the cost model.
     *
     * @throws UserException when the scenario asks for what cannot be simulated
     */
    Simulating(CostModel costs) {
        this.costs = costs;
        this.scenario = costs.scenario();
        if (scenario.costs().formulas() == Formulas.PRINTED) {
            throw new UserException("costs.formulas: 'printed' has no mini-batches to simulate; use ours");
        }
    }

    /** Returns queue, overlap and disturbances. */
    EventOptions options() {
        SimulationSection section = scenario.simulation();
        int batchSize = costs.tuning().batchSize();
        int microBatch = costs.tuning().microBatch();
        return new EventOptions(
                scenario.server().queue() == ServerSection.Queue.FIFO ? ServerQueue.FIFO : ServerQueue.NONE,
                section.overlap() ? (batchSize + microBatch - 1) / microBatch : 1,
                new Disturbance(
                        section.jitter(),
                        section.stragglerProbability(),
                        section.stragglerSlowdown(),
                        section.dropoutProbability(),
                        section.deadlineSeconds().orElse(Double.POSITIVE_INFINITY)));
    }

    /**
     * Returns hardware and band.
     *
     * @throws UserException when the least shares do not fit into the band, or a device has a cap of its own
     */
    Fleet fleet() {
        NetworkSection network = scenario.network();
        int count = costs.fleet().devices().size();
        if (count * network.minBandwidthPerDeviceHz() > network.bandwidthHz()) {
            throw new UserException("network.minBandwidthPerDeviceHz: " + count + " devices with at least "
                    + network.minBandwidthPerDeviceHz() + " Hz each need more than network.bandwidthHz ("
                    + network.bandwidthHz() + ")");
        }
        for (int n = 0; n < count; n++) {
            if (DataSizes.entry(scenario, n)
                    .flatMap(DeviceEntry::maxBandwidthHz)
                    .isPresent()) {
                throw new UserException("devices.list[" + n + "].maxBandwidthHz: the simulator has one cap for all "
                        + "devices; use network.maxBandwidthPerDeviceHz");
            }
        }
        return new Fleet(
                costs.fleet().devices(),
                costs.fleet().server(),
                network.bandwidthHz(),
                network.minBandwidthPerDeviceHz(),
                network.maxBandwidthPerDeviceHz());
    }

    /** Returns the formulas; a raw sample is a byte for each value of an image, or four for a token. */
    SchemeLoads loads() {
        double perValue = costs.tuning().model() instanceof VitShape ? 1 : TOKEN_BYTES;
        return new SchemeLoads(
                new Workload(costs.tuning()),
                perValue * costs.tuning().model().inputValuesPerSample(),
                scenario.training().tuning() == TrainingSection.Tuning.FULL);
    }

    /**
     * Returns how the band is shared in every round. Algorithm 3 and bisection agree to rounding error, so the faster one
     * stands for both, and for planners that share no band.
     */
    Allocations allocations(PlannerSection.Kind kind) {
        return switch (kind) {
            case EQUAL -> Allocations.always(new EqualBandwidth());
            case RANDOM ->
                (realization, round) ->
                        new RandomBandwidth(costs.streams().stream(Purpose.PLANNER, realization, round));
            default -> Allocations.always(new BisectionBandwidth());
        };
    }

    /**
     * Returns each device's cut and ratios as the scenario gives them.
     *
     * @param scheme of the run; those without a cut have none
     */
    List<DeviceSetting> settings(Scheme scheme) {
        int count = costs.fleet().devices().size();
        if (!scheme.isSplit()) {
            return Collections.nCopies(count, DeviceSetting.uncompressed(0));
        }
        CutSetting cut = scenario.split().cut();
        CompressionOption option = costs.compressions().options().get(0);
        return IntStream.range(0, count)
                .mapToObj(n -> new DeviceSetting(
                        scheme == Scheme.SFLAM ? 0 : cut.cutOf(n), option.activationRatio(), option.gradientRatio()))
                .toList();
    }
}
