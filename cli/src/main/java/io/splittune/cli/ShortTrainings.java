package io.splittune.cli;

import io.splittune.cli.scenario.Scenario;
import io.splittune.core.Ticker;
import io.splittune.simulation.Calibration;
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
import io.splittune.training.data.Partition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Split trainings from the same start on the same batches, which differ in their compression alone; nothing is kept. */
final class ShortTrainings implements Calibration.ShortTraining {
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
        this.config = Settings.training(scenario, Scheme.SFT);
        this.data = data;
        this.partition = data.partition(scenario.devices().count());
        this.weights = weights;
        this.cut = cut;
        int cores = Runtime.getRuntime().availableProcessors();
        Torch.setIntraOpThreads(Math.max(1, cores / Math.min(partition.devices(), cores)));
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
