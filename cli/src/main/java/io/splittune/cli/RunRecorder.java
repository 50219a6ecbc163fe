package io.splittune.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.core.UserException;
import io.splittune.model.ModelConfig;
import io.splittune.simulation.RoundCost;
import io.splittune.simulation.VirtualClock;
import io.splittune.training.RoundRecord;
import io.splittune.training.RunListener;
import io.splittune.training.Scheme;
import io.splittune.transport.StepId;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keeps a run's records in its folder as they come, and passes everything on to what the user sees. */
final class RunRecorder implements RunListener, AutoCloseable {
    private final RunDirectory folder;
    private final Scheme scheme;
    private final boolean language;
    private final VirtualRun virtual;
    private final VirtualClock clock;
    private final RunListener view;
    private final CutTensorFiles tensors;
    private final TensorBoardEvents events;
    private final List<ObjectNode> rounds;
    private double initialLoss = Double.NaN;
    private double initialAccuracy = Double.NaN;

    /**
     * Starts recording.
     *
     * @param folder of the run
     * @param scheme of the run
     * @param model that is trained
     * @param virtual the scenario's network
     * @param samples of each device, by index
     * @param lastRound the round that a resumed run goes on after; 0 for a new one
     * @param tensors takes what crosses the cut
     * @param view hears everything too
     */
    RunRecorder(
            RunDirectory folder,
            Scheme scheme,
            ModelConfig model,
            VirtualRun virtual,
            List<Integer> samples,
            int lastRound,
            CutTensorFiles tensors,
            RunListener view)
            throws IOException {
        this.folder = folder;
        this.scheme = scheme;
        this.language = model.givesWords();
        this.virtual = virtual;
        this.clock = virtual.clock(scheme, samples);
        this.tensors = tensors;
        this.view = view;
        this.rounds = new ArrayList<>(folder.keepMetrics(lastRound));
        rounds.forEach(this::rememberWeights);
        this.events = TensorBoardEvents.create(folder.folder(), InstantSource.system());
    }

    /** What earlier rounds have sent to the devices is not sent again. */
    private void rememberWeights(ObjectNode round) {
        int index = 0;
        for (JsonNode device : round.path("devices")) {
            if (device.path("samples").asLong() > 0) {
                clock.holds(index, device.path("cut").asInt());
            }
            index++;
        }
    }

    @Override
    public void onStart(double loss, double accuracy) {
        initialLoss = loss;
        initialAccuracy = accuracy;
        view.onStart(loss, accuracy);
    }

    @Override
    public void onJoin(String deviceId, int deviceIndex) {
        view.onJoin(deviceId, deviceIndex);
    }

    @Override
    public void onRefused(String peer, String reason) {
        view.onRefused(peer, reason);
    }

    @Override
    public void onBatch(int round, int deviceIndex, int batch, int batches, double loss) {
        view.onBatch(round, deviceIndex, batch, batches, loss);
    }

    @Override
    public void onActivation(int deviceIndex, StepId step, float[] values, int[] shape) {
        tensors.activation(deviceIndex, step, values, shape);
    }

    @Override
    public void onGradient(int deviceIndex, StepId step, float[] values, int[] shape) {
        tensors.gradient(deviceIndex, step, values, shape);
    }

    @Override
    public void onDrop(int round, String deviceId, String reason) {
        view.onDrop(round, deviceId, reason);
    }

    @Override
    public void onRoundResult(int round, double loss, double accuracy) {
        view.onRoundResult(round, loss, accuracy);
    }

    @Override
    public void onRound(RoundRecord record) {
        RoundCost cost = clock.cost(record);
        ObjectNode line = Metrics.round(record, Optional.of(cost));
        if (language) {
            Json.put(line, "perplexity", Math.exp(record.testLoss()));
        }
        try {
            folder.appendMetrics(line);
            events.scalars(record.round(), scalars(record, cost));
        } catch (IOException e) {
            throw new UserException(
                    folder.folder() + ": cannot be written: " + e.getMessage()
                            + "; make room, then go on with --resume",
                    e);
        }
        rounds.add(line);
        view.onRound(record);
    }

    private static Map<String, Double> scalars(RoundRecord record, RoundCost cost) {
        Map<String, Double> scalars = new LinkedHashMap<>();
        scalars.put("accuracy/test", record.accuracy());
        scalars.put("loss/training", record.loss());
        scalars.put("loss/test", record.testLoss());
        scalars.put("bytes/up", (double) record.traffic().bytesUp());
        scalars.put("bytes/down", (double) record.traffic().bytesDown());
        scalars.put("compression/up", record.traffic().compressionRatioUp());
        scalars.put("compression/down", record.traffic().compressionRatioDown());
        scalars.put("seconds/round", record.wallSeconds());
        scalars.put("seconds/virtual", cost.virtualSeconds());
        scalars.put("energy/joules", cost.energy().total());
        return scalars;
    }

    /**
     * Writes {@code summary.json} and returns it.
     *
     * @param devicesAreProcesses whether a device's resident memory is its own; else it says nothing of a device
     */
    ObjectNode finish(boolean devicesAreProcesses) throws IOException {
        ObjectNode summary = Metrics.summary(scheme.key(), language, initialLoss, initialAccuracy, rounds);
        summary.put("deviceMemoryPredictedBytes", Math.round(virtual.predictedMemoryBytes(scheme, greatestCut())));
        if (!devicesAreProcesses) {
            summary.putNull("deviceMemoryMeasuredBytes");
        }
        summary.put("adapter", folder.adapter().toString());
        summary.put("out", folder.folder().toString());
        folder.writeSummary(summary);
        return summary;
    }

    private int greatestCut() {
        int most = 0;
        for (ObjectNode round : rounds) {
            for (JsonNode device : round.path("devices")) {
                most = Math.max(most, device.path("cut").asInt());
            }
        }
        return most;
    }

    @Override
    public void close() throws IOException {
        events.close();
    }
}
