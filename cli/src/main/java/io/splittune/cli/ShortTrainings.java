package io.splittune.cli;

import io.splittune.cli.scenario.Scenario;
import io.splittune.codec.Coder;
import io.splittune.core.RandomStreams;
import io.splittune.core.Ticker;
import io.splittune.model.LoraConfig;
import io.splittune.simulation.Calibration;
import io.splittune.simulation.CalibrationGrid;
import io.splittune.simulation.CalibrationTable;
import io.splittune.simulation.CutProbe;
import io.splittune.tensor.Torch;
import io.splittune.training.ComputeGate;
import io.splittune.training.CutCompression;
import io.splittune.training.DeviceDecision;
import io.splittune.training.DeviceTask;
import io.splittune.training.HalfSource;
import io.splittune.training.InProcessRun;
import io.splittune.training.OptimizerStates;
import io.splittune.training.RunListener;
import io.splittune.training.RunParties;
import io.splittune.training.RunStore;
import io.splittune.training.Scheme;
import io.splittune.training.TrainingConfig;
import io.splittune.training.TrainingServer;
import io.splittune.training.WeightDistribution;
import io.splittune.training.data.BatchSource;
import io.splittune.training.data.Partition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Split trainings from the same start on the same batches, which differ in their compression alone; nothing is kept. */
final class ShortTrainings implements Calibration.ShortTraining {
    private static final int PROBE_BATCHES = 8;

    private final TrainingConfig config;
    private final RunData data;
    private final Partition partition;
    private final HalfSource weights;
    private final int cut;

    /**
     * Prepares trainings.
     *
     * @param scenario all but cut and compression
     * @param data its data, not closed by this
     * @param weights the frozen model, not closed by this
     * @param cut blocks on each device
     */
    ShortTrainings(Scenario scenario, RunData data, HalfSource weights, int cut) {
        this.config = Settings.training(scenario, Scheme.SFT, Settings.lora(scenario.lora(), weights.config()));
        this.data = data;
        this.partition = data.partition(scenario.devices().count());
        this.weights = weights;
        this.cut = cut;
        int cores = Runtime.getRuntime().availableProcessors();
        Torch.setIntraOpThreads(Math.max(1, cores / Math.min(partition.devices(), cores)));
    }

    /**
     * Calibrates with such trainings, and with the bytes of the first batches.
     *
     * @param scenario all but cut and compression; of a checkpoint
     * @param grid what is measured
     * @param coder lossless stage
     * @param shareMask whether gradient frames reuse the activation's positions
     * @param data not closed by this
     * @param weights the frozen model, not closed by this
     * @param cut blocks on each device
     * @param listener hears each point
     */
    static CalibrationTable calibrate(
            Scenario scenario,
            CalibrationGrid grid,
            Coder coder,
            boolean shareMask,
            RunData data,
            HalfSource weights,
            int cut,
            Calibration.Listener listener) {
        ShortTrainings trainings = new ShortTrainings(scenario, data, weights, cut);
        Calibration calibration = new Calibration(grid, coder, shareMask, trainings, listener);
        RandomStreams streams = new RandomStreams(scenario.seed());
        LoraConfig lora = Settings.lora(scenario.lora(), weights.config());
        try (BatchSource batches = data.probe(PROBE_BATCHES);
                CutProbe probe =
                        new CutProbe(weights, lora, weights.initialAdapter(lora, streams), cut, streams, batches)) {
            return calibration.run(scenario.model().checkpoint().orElseThrow(), cut, probe);
        }
    }

    @Override
    public double accuracyWith(CutCompression compression) {
        List<String> names = Devices.names(partition.devices());
        List<DeviceTask> tasks = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            tasks.add(new DeviceTask(config, data.device(partition.indices(i), i), cut));
        }
        List<DeviceDecision> decisions = Collections.nCopies(names.size(), new DeviceDecision(cut, compression, true));
        RunParties parties = new RunParties(names, new byte[0]);
        RunListener nobody = new RunListener() {};
        ComputeGate gate = ComputeGate.forThisProcess();
        TrainingServer server = new TrainingServer(
                config,
                parties,
                weights,
                WeightDistribution.SHARED,
                round -> decisions,
                data.testSet(),
                RunStore.NONE,
                nobody,
                gate,
                Ticker.system());
        List<OptimizerStates> states = Collections.nCopies(names.size(), OptimizerStates.NONE);
        try {
            return new InProcessRun(server, parties, tasks, weights, states, nobody, gate, Ticker.system())
                    .run()
                    .finalAccuracy();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
