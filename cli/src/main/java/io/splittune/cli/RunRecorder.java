package io.splittune.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.training.RoundRecord;
import io.splittune.training.RunListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keeps a run's records in its folder as they come, and passes everything on to what the user sees. */
final class RunRecorder implements RunListener, AutoCloseable {
    private final RunDirectory folder;
    private final String scheme;
    private final RunListener view;
    private final TensorBoardEvents events;
    private final List<ObjectNode> rounds;
    private double initialLoss = Double.NaN;
    private double initialAccuracy = Double.NaN;

    /**
     * Starts recording.
     *
     * @param folder of the run
     * @param scheme its name
     * @param lastRound the round that a resumed run goes on after; 0 for a new one
     * @param view hears everything too
     */
    RunRecorder(RunDirectory folder, String scheme, int lastRound, RunListener view) throws IOException {
        this.folder = folder;
        this.scheme = scheme;
        this.view = view;
        this.rounds = new ArrayList<>(folder.keepMetrics(lastRound));
        this.events = TensorBoardEvents.create(folder.folder(), InstantSource.system());
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
    public void onDrop(int round, String deviceId, String reason) {
        view.onDrop(round, deviceId, reason);
    }

    @Override
    public void onRoundResult(int round, double loss, double accuracy) {
        view.onRoundResult(round, loss, accuracy);
    }

    @Override
    public void onRound(RoundRecord record) {
        ObjectNode line = Metrics.round(record);
        try {
            folder.appendMetrics(line);
            events.scalars(record.round(), scalars(record));
        } catch (IOException e) {
            throw new UncheckedIOException(folder.folder() + ": cannot be written: " + e.getMessage(), e);
        }
        rounds.add(line);
        view.onRound(record);
    }

    private static Map<String, Double> scalars(RoundRecord record) {
        Map<String, Double> scalars = new LinkedHashMap<>();
        scalars.put("accuracy/test", record.accuracy());
        scalars.put("loss/training", record.loss());
        scalars.put("loss/test", record.testLoss());
        scalars.put("bytes/up", (double) record.traffic().bytesUp());
        scalars.put("bytes/down", (double) record.traffic().bytesDown());
        scalars.put("compression/up", record.traffic().compressionRatioUp());
        scalars.put("compression/down", record.traffic().compressionRatioDown());
        scalars.put("seconds/round", record.wallSeconds());
        return scalars;
    }

    /**
     * Writes {@code summary.json} and returns it.
     *
     * @param devicesAreProcesses whether a device's resident memory is its own; else it says nothing of a device
     */
    ObjectNode finish(boolean devicesAreProcesses) throws IOException {
        ObjectNode summary = Metrics.summary(scheme, initialLoss, initialAccuracy, rounds);
        if (!devicesAreProcesses) {
            summary.putNull("deviceMemoryMeasuredBytes");
        }
        summary.put("adapter", folder.adapter().toString());
        summary.put("out", folder.folder().toString());
        folder.writeSummary(summary);
        return summary;
    }

    @Override
    public void close() throws IOException {
        events.close();
    }
}
