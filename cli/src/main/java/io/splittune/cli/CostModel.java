package io.splittune.cli;

import io.splittune.cli.scenario.CutSetting;
import io.splittune.cli.scenario.PlannerSection;
import io.splittune.cli.scenario.Scenario;
import io.splittune.core.RandomStreams;
import io.splittune.core.RandomStreams.Purpose;
import io.splittune.core.UserException;
import io.splittune.planner.CompressionTable;
import io.splittune.planner.PlannedDevice;
import io.splittune.planner.Problem;
import io.splittune.wireless.BlockGains;
import io.splittune.wireless.Channel;
import io.splittune.wireless.TuningSetup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A scenario as the cost formulas and planners see it. Everything that is drawn comes from the scenario's seed. Needs no
 * native library.
 */
final class CostModel {
    private final Scenario scenario;
    private final RandomStreams streams;
    private final ModelSizes sizes;
    private final TuningSetup tuning;
    private final CostFleet fleet;
    private final Channels channels;
    private final Channel first;
    private final CompressionChoices choices;
    private @Nullable CompressionTable compressions;

    private CostModel(Scenario scenario, ModelSizes sizes) {
        this.scenario = scenario;
        this.streams = new RandomStreams(scenario.seed());
        this.sizes = sizes;
        this.tuning = sizes.tuning(scenario);
        this.fleet = CostFleet.of(scenario, streams);
        this.channels = new Channels(scenario, fleet.devices());
        this.first = channels.open(streams);
        this.choices = new CompressionChoices(scenario);
        requireCuts(scenario.split().cut().cuts(), "split.cut");
        scenario.planner().cuts().ifPresent(cuts -> requireCuts(cuts, "planner.cuts"));
    }

    /**
     * Prepares a scenario.
     *
     * @throws UserException when keys do not fit the model, or a file is missing or damaged
     * @throws IOException when a built-in checkpoint cannot be unpacked
     */
    static CostModel of(Scenario scenario) throws IOException {
        return new CostModel(scenario, ModelSizes.of(scenario));
    }

    /**
     * Prepares a scenario whose checkpoint and data are open already.
     *
     * @throws UserException when keys do not fit the model
     */
    static CostModel of(Scenario scenario, RunModel model, RunData data) {
        return new CostModel(scenario, ModelSizes.of(scenario, model.base(), data.sizes()));
    }

    private void requireCuts(List<Integer> cuts, String path) {
        int layers = tuning.model().layers();
        for (int cut : cuts) {
            if (cut < 1 || cut >= layers) {
                throw new UserException(path + ": read " + cut + ", expected a whole number in [1, " + (layers - 1)
                        + "]: the model has " + layers + " blocks, and both sides need one");
            }
        }
    }

    Scenario scenario() {
        return scenario;
    }

    RandomStreams streams() {
        return streams;
    }

    TuningSetup tuning() {
        return tuning;
    }

    CostFleet fleet() {
        return fleet;
    }

    /**
     * Returns the choices that the scenario leaves: one when it says which.
     *
     * @throws UserException when the calibration is missing, damaged or does not cover what is asked for
     */
    CompressionTable compressions() {
        CompressionTable known = compressions;
        if (known == null) {
            known = choices.table();
            compressions = known;
        }
        return known;
    }

    /** Returns the calibration that what is auto is chosen by. */
    MeasuredCompressions calibration() {
        return choices.measured();
    }

    /** Returns each device's samples, by index. */
    List<Integer> samples() {
        return sizes.data().samples();
    }

    /** Returns each device's mini-batches in a round, the last one counted by its samples. */
    List<Double> iterations() {
        double perSample =
                (double) scenario.training().localEpochs() / scenario.training().batchSize();
        return samples().stream().map(count -> count * perSample).toList();
    }

    /**
     * Draws the channel.
     *
     * @param realization 0 for the one that plans and training see, others for further draws
     */
    Channel channel(int realization) {
        return realization == 0 ? first : channels.redraw(first, redrawn(realization));
    }

    private RandomStreams redrawn(int realization) {
        return new RandomStreams(streams.streamSeed(Purpose.CHANNEL, realization));
    }

    /**
     * Draws gains by resource block.
     *
     * @param blocks how many
     * @param realization as for {@link #channel}
     * @throws UserException for a channel that says nothing of single blocks
     */
    BlockGains blockGains(int blocks, int realization) {
        return channels.blockGains(blocks, realization == 0 ? streams : redrawn(realization));
    }

    /**
     * Checks that a recorded channel covers a run.
     *
     * @throws UserException when it ends early
     */
    void requireRounds(Channel channel, int rounds) {
        channels.requireRounds(channel, rounds);
    }

    /**
     * Returns what a planner decides about.
     *
     * @param channel says the links
     * @param round whose links they are, from 1; in the first the devices also get their frozen halves
     */
    Problem problem(Channel channel, int round) {
        List<PlannedDevice> devices = new ArrayList<>();
        List<Double> iterations = iterations();
        for (int n = 0; n < fleet.devices().size(); n++) {
            devices.add(new PlannedDevice(
                    fleet.devices().get(n).id(),
                    fleet.devices().get(n),
                    channel.state(n, round),
                    iterations.get(n),
                    fleet.maxBandwidthsHz().get(n)));
        }
        PlannerSection planner = scenario.planner();
        return new Problem(
                tuning,
                devices,
                fleet.server(),
                scenario.network().bandwidthHz(),
                scenario.network().minBandwidthPerDeviceHz(),
                cuts(),
                compressions(),
                planner.accuracyFloor(),
                round == 1,
                planner.maxDelaySeconds().map(OptionalDouble::of).orElseGet(OptionalDouble::empty));
    }

    private List<Integer> cuts() {
        CutSetting cut = scenario.split().cut();
        if (!cut.isAuto()) {
            return cut.cuts().stream().distinct().toList();
        }
        return scenario.planner()
                .cuts()
                .orElseGet(() ->
                        IntStream.range(1, tuning.model().layers()).boxed().toList());
    }
}
