package io.splittune.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.codec.Compression;
import io.splittune.training.DeviceRound;
import io.splittune.training.RoundRecord;
import java.util.List;
import java.util.Optional;

/** Rounds and runs as JSON. Virtual time and energy are null: they come with the cost models. */
final class Metrics {
    private Metrics() {}

    /** Returns a line of {@code metrics.jsonl}. */
    static ObjectNode round(RoundRecord record) {
        ObjectNode json = Json.object();
        json.put("round", record.round());
        Json.put(json, "loss", record.loss());
        Json.put(json, "testLoss", record.testLoss());
        Json.put(json, "accuracy", record.accuracy());
        json.put("bytesUp", record.traffic().bytesUp());
        json.put("bytesDown", record.traffic().bytesDown());
        json.put("activationRawBytes", record.traffic().activationRawBytes());
        json.put("activationFrameBytes", record.traffic().activationFrameBytes());
        json.put("gradientRawBytes", record.traffic().gradientRawBytes());
        json.put("gradientFrameBytes", record.traffic().gradientFrameBytes());
        json.putNull("virtualSeconds");
        Json.put(json, "wallSeconds", record.wallSeconds());
        json.putNull("energyJoules");
        json.putNull("phaseSeconds");
        ArrayNode devices = json.putArray("devices");
        record.devices().forEach(device -> devices.add(device(device)));
        return json;
    }

    private static ObjectNode device(DeviceRound device) {
        ObjectNode json = Json.object();
        json.put("id", device.id());
        json.put("cut", device.cut());
        Optional<Compression.Quantised> quantised = Optional.of(device.compression())
                .filter(Compression.Quantised.class::isInstance)
                .map(Compression.Quantised.class::cast);
        json.put("keep", quantised.map(Compression.Quantised::keep).orElse(1.0));
        if (quantised.isPresent()) {
            json.put("levels", quantised.get().levels());
        } else {
            json.putNull("levels");
        }
        json.putNull("bandwidthHz");
        Json.put(json, "delaySeconds", device.delaySeconds());
        Json.put(json, "deviceSeconds", device.computeSeconds());
        Json.put(json, "serverSeconds", device.serverSeconds());
        Json.put(json, "loss", device.loss());
        json.put("samples", device.samples());
        json.put("dropped", device.dropped());
        json.put("residentBytes", device.residentBytes());
        return json;
    }

    /**
     * Returns a run's summary, from all its rounds: those before a resumption count.
     *
     * @param scheme the scheme's name
     * @param initialLoss on the test set before the first round
     * @param initialAccuracy likewise
     * @param rounds lines of {@code metrics.jsonl}
     */
    static ObjectNode summary(String scheme, double initialLoss, double initialAccuracy, List<ObjectNode> rounds) {
        ObjectNode json = Json.object();
        Optional<ObjectNode> last = rounds.isEmpty() ? Optional.empty() : Optional.of(rounds.get(rounds.size() - 1));
        json.put("scheme", scheme);
        json.put("rounds", rounds.size());
        Json.put(
                json,
                "finalAccuracy",
                last.map(round -> number(round, "accuracy")).orElse(initialAccuracy));
        Json.put(
                json,
                "bestAccuracy",
                rounds.stream()
                        .mapToDouble(round -> number(round, "accuracy"))
                        .filter(Double::isFinite)
                        .max()
                        .orElse(initialAccuracy));
        Json.put(json, "initialAccuracy", initialAccuracy);
        Json.put(json, "finalLoss", last.map(round -> number(round, "testLoss")).orElse(initialLoss));
        Json.put(json, "initialLoss", initialLoss);
        Json.put(
                json,
                "finalTrainingLoss",
                last.map(round -> number(round, "loss")).orElse(Double.NaN));
        json.put("bytesUp", total(rounds, "bytesUp"));
        json.put("bytesDown", total(rounds, "bytesDown"));
        Json.put(json, "compressionRatioUp", ratio(rounds, "activation"));
        Json.put(json, "compressionRatioDown", ratio(rounds, "gradient"));
        json.putNull("virtualSeconds");
        Json.put(
                json,
                "wallSeconds",
                rounds.stream()
                        .mapToDouble(round -> number(round, "wallSeconds"))
                        .sum());
        json.putNull("energyJoules");
        json.putNull("deviceMemoryPredictedBytes");
        long memoryBytes =
                rounds.stream().mapToLong(Metrics::residentBytes).max().orElse(0);
        if (memoryBytes > 0) {
            json.put("deviceMemoryMeasuredBytes", memoryBytes);
        } else {
            json.putNull("deviceMemoryMeasuredBytes");
        }
        return json;
    }

    private static long residentBytes(ObjectNode round) {
        long most = 0;
        for (var device : round.path("devices")) {
            most = Math.max(most, device.path("residentBytes").asLong());
        }
        return most;
    }

    /** Returns raw over sent bytes of all rounds; 1 when nothing was sent. */
    private static double ratio(List<ObjectNode> rounds, String what) {
        long sent = total(rounds, what + "FrameBytes");
        return sent == 0 ? 1 : (double) total(rounds, what + "RawBytes") / sent;
    }

    private static long total(List<ObjectNode> rounds, String key) {
        return rounds.stream().mapToLong(round -> round.path(key).asLong()).sum();
    }

    private static double number(ObjectNode round, String key) {
        return round.path(key).asDouble(Double.NaN);
    }
}
