package io.splittune.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.cli.scenario.Scenario;
import io.splittune.core.Ticker;
import io.splittune.model.HalfRange;
import io.splittune.model.ModelConfig;
import io.splittune.tensor.Torch;
import io.splittune.training.ComputeGate;
import io.splittune.training.DeviceData;
import io.splittune.training.DeviceTask;
import io.splittune.training.FederatedRun;
import io.splittune.training.FileOptimizerStates;
import io.splittune.training.FileRunStore;
import io.splittune.training.FrozenModel;
import io.splittune.training.HalfSource;
import io.splittune.training.InProcessRun;
import io.splittune.training.OptimizerStates;
import io.splittune.training.RoundPolicy;
import io.splittune.training.RunCheckpoint;
import io.splittune.training.RunParties;
import io.splittune.training.RunSummary;
import io.splittune.training.Scheme;
import io.splittune.training.TrainingConfig;
import io.splittune.training.TrainingServer;
import io.splittune.training.UnsplitRun;
import io.splittune.training.WeightDistribution;
import io.splittune.training.data.Partition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A whole run in this process: devices and server are threads that share one frozen model. */
final class LocalTraining {
    private final Scenario scenario;
    private final Scheme scheme;
    private final RunOptions options;
    private final Path out;
    private final int savedActivations;
    private final ProgressView view;

    /**
     * Prepares a run.
     *
     * @param scenario what to do
     * @param scheme which of its schemes
     * @param options what to do with a run that is there
     * @param out folder of the run; only touched when all else is known to fit
     * @param savedActivations how many activations of the last round are kept as files, with their gradients
     * @param view shows how it goes
     */
    LocalTraining(
            Scenario scenario, Scheme scheme, RunOptions options, Path out, int savedActivations, ProgressView view) {
        this.scenario = scenario;
        this.scheme = scheme;
        this.options = options;
        this.out = out;
        this.savedActivations = savedActivations;
        this.view = view;
    }

    /**
     * Trains.
     *
     * @return the run's summary, which is also in its folder
     */
    ObjectNode run() throws IOException {
        try (RunModel model = RunModel.open(scenario);
                RunData data = RunData.open(scenario, model.base(), model.tokenizer())) {
            ModelConfig trained = model.trained(scenario, data.labels());
            AdapterStart start = AdapterStart.of(scenario, trained);
            TrainingConfig config = Settings.training(scenario, scheme, start.lora());
            VirtualRun virtual = VirtualRun.of(scenario, scheme, model, data);
            virtual.warning().ifPresent(view::note);
            data.notes().forEach(view::note);
            Partition partition = data.partition(scenario.devices().count());
            RunDirectory folder = RunDirectory.open(out, scenario, options.force(), options.resume());
            if (scheme != Scheme.CENTRAL) {
                view.note(partition.table(data.labels()::get));
            }
            HalfRange whole = HalfRange.whole(trained.depth());
            FileRunStore store = new FileRunStore(folder.checkpoint(), partition.devices(), options.resume());
            int lastRound =
                    config.resumes() ? store.latest().map(RunCheckpoint::round).orElse(0) : 0;
            try (HalfSource weights = FrozenModel.load(model.checkpoint(), trained, whole, config.precision())
                            .startingFrom(start.state());
                    RunRecorder recorder = new RunRecorder(
                            folder,
                            scheme,
                            trained,
                            virtual,
                            samples(partition),
                            lastRound,
                            new CutTensorFiles(folder.cutTensors(), config.rounds(), savedActivations),
                            view)) {
                RunSummary summary = train(config, data, partition, virtual.policy(), weights, folder, store, recorder);
                return Adapters.write(folder, summary, config, trained, model.checkpoint(), recorder, false);
            }
        }
    }

    private static List<Integer> samples(Partition partition) {
        return IntStream.range(0, partition.devices())
                .mapToObj(device -> partition.indices(device).length)
                .toList();
    }

    private RunSummary train(
            TrainingConfig config,
            RunData data,
            Partition partition,
            RoundPolicy policy,
            HalfSource weights,
            RunDirectory folder,
            FileRunStore store,
            RunRecorder recorder)
            throws IOException {
        if (scheme.isSplit()) {
            return split(config, data, partition, policy, weights, folder, store, recorder);
        }
        Map<String, DeviceData> learners = learners(data, partition);
        return scheme.isFederated()
                ? new FederatedRun(config, weights, policy, data.testSet(), recorder, Ticker.system()).run(learners)
                : new UnsplitRun(config, weights, data.testSet(), recorder, Ticker.system()).run(learners);
    }

    private Map<String, DeviceData> learners(RunData data, Partition partition) {
        Map<String, DeviceData> learners = new LinkedHashMap<>();
        if (scheme == Scheme.CENTRAL) {
            learners.put(scheme.key(), data.device(data.everything(), 0));
            return learners;
        }
        List<String> names = Devices.names(partition.devices());
        for (int i = 0; i < names.size(); i++) {
            learners.put(names.get(i), data.device(partition.indices(i), i));
        }
        return learners;
    }

    private RunSummary split(
            TrainingConfig config,
            RunData data,
            Partition partition,
            RoundPolicy policy,
            HalfSource weights,
            RunDirectory folder,
            FileRunStore store,
            RunRecorder recorder)
            throws IOException {
        int threads = Torch.intraOpThreads();
        if (!scheme.isSequential()) {
            int cores = Runtime.getRuntime().availableProcessors();
            Torch.setIntraOpThreads(Math.max(1, cores / Math.min(partition.devices(), cores)));
        }
        try {
            return inProcess(config, data, partition, policy, weights, folder, store, recorder);
        } finally {
            // What is run next is not to compute with the few threads of one device among many.
            Torch.setIntraOpThreads(threads);
        }
    }

    private RunSummary inProcess(
            TrainingConfig config,
            RunData data,
            Partition partition,
            RoundPolicy policy,
            HalfSource weights,
            RunDirectory folder,
            FileRunStore store,
            RunRecorder recorder)
            throws IOException {
        ComputeGate gate = ComputeGate.forThisProcess();
        List<String> names = Devices.names(partition.devices());
        List<DeviceTask> tasks = new ArrayList<>();
        List<OptimizerStates> states = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            tasks.add(new DeviceTask(config, data.device(partition.indices(i), i), 0));
            states.add(
                    config.resumes()
                            ? new FileOptimizerStates(folder.checkpoint().resolve(names.get(i)))
                            : OptimizerStates.NONE);
        }
        RunParties parties = new RunParties(names, new byte[0]);
        TrainingServer server = new TrainingServer(
                config,
                parties,
                weights,
                WeightDistribution.SHARED,
                policy,
                data.testSet(),
                store,
                recorder,
                gate,
                Ticker.system());
        return new InProcessRun(server, parties, tasks, weights, states, recorder, gate, Ticker.system()).run();
    }
}
