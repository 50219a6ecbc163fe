package io.splittune.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.training.RoundRecord;
import io.splittune.training.RunListener;
import io.splittune.training.Traffic;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;

/**
 * Progress of a child process as lines of JSON, and back. {@code quickstart} shows several processes as one run by it.
 * Thread-safe.
 */
final class EventStream implements RunListener {
    private final PrintWriter out;

    EventStream(PrintWriter out) {
        this.out = out;
    }

    private synchronized void send(ObjectNode event) {
        out.println(Json.line(event));
        out.flush();
    }

    private static ObjectNode event(String kind) {
        return Json.object().put("event", kind);
    }

    /** Tells where the server listens. */
    void listening(int port) {
        send(event("listening").put("port", port));
    }

    @Override
    public void onStart(double initialLoss, double initialAccuracy) {
        send(event("start").put("loss", initialLoss).put("accuracy", initialAccuracy));
    }

    @Override
    public void onJoin(String deviceId, int deviceIndex) {
        send(event("join").put("id", deviceId).put("index", deviceIndex));
    }

    @Override
    public void onRefused(String peer, String reason) {
        send(event("refused").put("peer", peer).put("reason", reason));
    }

    @Override
    public void onBatch(int round, int deviceIndex, int batch, int batches, double loss) {
        send(event("batch")
                .put("round", round)
                .put("index", deviceIndex)
                .put("batch", batch)
                .put("batches", batches)
                .put("loss", loss));
    }

    @Override
    public void onDrop(int round, String deviceId, String reason) {
        send(event("drop").put("round", round).put("id", deviceId).put("reason", reason));
    }

    @Override
    public void onRound(RoundRecord record) {
        ObjectNode round = event("round");
        round.set("record", Metrics.round(record, Optional.empty()));
        send(round);
    }

    /**
     * Hands an event to a listener as if it had happened in this process.
     *
     * @param event what another process sent
     * @param listener hears it; a round's devices are not among what it hears
     */
    static void replay(JsonNode event, RunListener listener) {
        int round = event.path("round").asInt();
        switch (event.path("event").asText()) {
            case "start" ->
                listener.onStart(
                        event.path("loss").asDouble(), event.path("accuracy").asDouble());
            case "join" ->
                listener.onJoin(event.path("id").asText(), event.path("index").asInt());
            case "refused" ->
                listener.onRefused(
                        event.path("peer").asText(), event.path("reason").asText());
            case "batch" ->
                listener.onBatch(
                        round,
                        event.path("index").asInt(),
                        event.path("batch").asInt(),
                        event.path("batches").asInt(),
                        event.path("loss").asDouble());
            case "drop" ->
                listener.onDrop(
                        round, event.path("id").asText(), event.path("reason").asText());
            case "round" -> listener.onRound(record(event.path("record")));
            default -> {
                // Of no interest to a listener.
            }
        }
    }

    private static RoundRecord record(JsonNode json) {
        return new RoundRecord(
                json.path("round").asInt(),
                json.path("loss").asDouble(Double.NaN),
                json.path("testLoss").asDouble(Double.NaN),
                json.path("accuracy").asDouble(Double.NaN),
                new Traffic(
                        json.path("bytesUp").asLong(),
                        json.path("bytesDown").asLong(),
                        json.path("activationRawBytes").asLong(),
                        json.path("activationFrameBytes").asLong(),
                        json.path("gradientRawBytes").asLong(),
                        json.path("gradientFrameBytes").asLong()),
                json.path("wallSeconds").asDouble(),
                List.of());
    }
}
