package io.splittune.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.cli.scenario.Scenario;
import io.splittune.core.Ticker;
import io.splittune.core.UserException;
import io.splittune.model.HalfRange;
import io.splittune.model.ModelConfig;
import io.splittune.training.ComputeGate;
import io.splittune.training.FileRunStore;
import io.splittune.training.FrozenModel;
import io.splittune.training.HalfSource;
import io.splittune.training.RoundPolicy;
import io.splittune.training.RunCheckpoint;
import io.splittune.training.RunListener;
import io.splittune.training.RunParties;
import io.splittune.training.RunSummary;
import io.splittune.training.Scheme;
import io.splittune.training.SpooledWeights;
import io.splittune.training.TestSet;
import io.splittune.training.TrainingConfig;
import io.splittune.training.TrainingServer;
import io.splittune.transport.Admission;
import io.splittune.transport.LinkOptions;
import io.splittune.transport.TransportException;
import io.splittune.transport.grpc.GrpcListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "server",
        description = "Be the edge server of a run: wait for the devices and train with them.",
        footer = {
            "",
            "Example:",
            "  splittune certs certs --devices 3",
            "  splittune server examples/shapes.yaml --set devices.count=3 --listen 0.0.0.0:7433 --certs certs"
        })
final class ServerCommand extends AbstractCommand {
    @Mixin
    private ScenarioOptions scenarioOptions = new ScenarioOptions();

    @Mixin
    private RunOptions runOptions = new RunOptions();

    @Mixin
    private SecurityOptions security = new SecurityOptions();

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description =
                    "Where devices arrive (default: ${DEFAULT-VALUE}; 0.0.0.0 for all networks, port 0 for any free one).")
    private String listen = "localhost:7433";

    @Option(
            names = "--device",
            paramLabel = "ID",
            description = "A device that takes part; may be given several times (default: device-1 to device-N).")
    private List<String> deviceIds = new ArrayList<>();

    @Option(names = "--child", hidden = true, description = "Report to a parent process and end with it.")
    private boolean child;

    @Override
    Report execute() throws IOException {
        if (child) {
            ParentWatch.start();
        }
        Scenario scenario = scenarioOptions.read();
        Scheme scheme = splitScheme(scenario);
        List<String> names = names(scenario);
        Address address = Address.parse(listen, "--listen", 0);
        Admission admission = new Admission(new LinkedHashSet<>(names), security.token());
        // The port first: what is wrong with it should be known before anything large is loaded or written.
        try (GrpcListener door = listen(address, admission);
                RunModel model = RunModel.open(scenario);
                RunData data = RunData.open(scenario, model.base(), model.tokenizer());
                ProgressView view = new ProgressView(err(), ProgressView.isTerminal() && !child, names)) {
            ModelConfig trained = model.trained(scenario, data.labels());
            AdapterStart start = AdapterStart.of(scenario, trained);
            VirtualRun virtual = VirtualRun.of(scenario, scheme, model, data);
            String shares = data.partition(names.size()).table(data.labels()::get);
            RunDirectory folder =
                    RunDirectory.open(runOptions.folder(scenario), scenario, runOptions.force(), runOptions.resume());
            view.note(shares);
            virtual.warning().ifPresent(view::note);
            data.notes().forEach(view::note);
            Optional<EventStream> events = child ? Optional.of(new EventStream(out())) : Optional.empty();
            ObjectNode summary = new NetworkTraining(scenario, scheme, start, names, folder, door)
                    .run(model, trained, virtual, data.testSet(), view, events);
            return new Report(summary, TrainCommand.text(summary));
        }
    }

    private GrpcListener listen(Address address, Admission admission) throws TransportException {
        try {
            return GrpcListener.listen(
                    address.host(), address.port(), security.server(), admission, LinkOptions.DEFAULT);
        } catch (TransportException e) {
            if (e.kind() == TransportException.Kind.PORT_IN_USE) {
                throw new UserException(
                        "--listen: port " + address.port() + " of " + address.host()
                                + " is taken by another process; choose another one, or 0 for any free one",
                        e);
            }
            throw e;
        }
    }

    /** The part that needs no options. */
    private final class NetworkTraining {
        private final Scenario scenario;
        private final AdapterStart start;
        private final TrainingConfig config;
        private final List<String> names;
        private final RunDirectory folder;
        private final GrpcListener door;

        NetworkTraining(
                Scenario scenario,
                Scheme scheme,
                AdapterStart start,
                List<String> names,
                RunDirectory folder,
                GrpcListener door) {
            this.scenario = scenario;
            this.start = start;
            this.config = Settings.training(scenario, scheme, start.lora());
            this.names = names;
            this.folder = folder;
            this.door = door;
        }

        ObjectNode run(
                RunModel model,
                ModelConfig trained,
                VirtualRun virtual,
                TestSet testSet,
                ProgressView view,
                Optional<EventStream> events)
                throws IOException {
            // Devices are told how many blocks to hold: their greatest cut, which is the only one unless it moves.
            RoundPolicy policy = virtual.policy();
            Scenario decided = start.describe(scenario).withCuts(policy.heldBlocks(policy.decide(1)));
            RunParties parties =
                    new RunParties(names, new RunDescription(decided, trained, model.tokenizer()).toBytes());
            FileRunStore store = new FileRunStore(folder.checkpoint(), names.size(), runOptions.resume());
            int lastRound =
                    config.resumes() ? store.latest().map(RunCheckpoint::round).orElse(0) : 0;
            HalfRange whole = HalfRange.whole(trained.depth());
            RunListener shown = events.<RunListener>map(stream -> stream).orElse(view);
            try (HalfSource weights = FrozenModel.load(model.checkpoint(), trained, whole, config.precision())
                            .startingFrom(start.state());
                    SpooledWeights halves = new SpooledWeights(model.checkpoint());
                    RunRecorder recorder = new RunRecorder(
                            folder,
                            config.scheme(),
                            trained,
                            virtual,
                            Collections.nCopies(names.size(), 0),
                            lastRound,
                            new CutTensorFiles(folder.cutTensors(), config.rounds(), 0),
                            shown)) {
                events.ifPresentOrElse(
                        stream -> stream.listening(door.port()),
                        () -> view.note("waiting for " + names.size() + " devices (" + String.join(", ", names)
                                + ") on port " + door.port()));
                TrainingServer server = new TrainingServer(
                        config,
                        parties,
                        weights,
                        halves,
                        policy,
                        testSet,
                        store,
                        recorder,
                        ComputeGate.forThisProcess(),
                        Ticker.system());
                RunSummary summary =
                        server.run(door, Settings.seconds(scenario.server().joinTimeoutSeconds()));
                return Adapters.write(folder, summary, config, trained, model.checkpoint(), recorder, true);
            }
        }
    }

    private Scheme splitScheme(Scenario scenario) {
        List<Scheme> schemes = scenario.training().scheme().names().stream()
                .map(Settings::scheme)
                .toList();
        if (schemes.size() != 1 || !schemes.get(0).isSplit()) {
            throw new UserException("training.scheme: read "
                    + schemes.stream().map(Scheme::key).collect(Collectors.joining(", ")) + "; a server runs one of "
                    + Settings.schemes(Scheme::isSplit) + "; splittune train runs the others, and lists");
        }
        TrainCommand.requireResumable(scenario, schemes.get(0), runOptions);
        return schemes.get(0);
    }

    private List<String> names(Scenario scenario) {
        int count = scenario.devices().count();
        if (deviceIds.isEmpty()) {
            return Devices.names(count);
        }
        if (new LinkedHashSet<>(deviceIds).size() != count) {
            throw new UserException("--device: names " + new LinkedHashSet<>(deviceIds).size()
                    + " devices, the scenario has " + count + " (devices.count)");
        }
        deviceIds.forEach(ServerCommand::checkName);
        return List.copyOf(deviceIds);
    }

    private static void checkName(String id) {
        try {
            Admission.checkDeviceId(id);
        } catch (IllegalArgumentException e) {
            throw new UserException("--device: " + e.getMessage(), e);
        }
    }
}
