package io.splittune.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.codec.Compression;
import io.splittune.simulation.DeviceCost;
import io.splittune.simulation.RoundCost;
import io.splittune.training.DeviceRound;
import io.splittune.training.RoundRecord;
import java.util.List;
import java.util.Optional;

/** Rounds and runs as JSON. */
final class Metrics {
    private Metrics() {}

    /**
     * Returns a line of {@code metrics.jsonl}.
     *
     * @param record what happened
     * @param cost what it would have cost on the scenario's network, where that is known already
     */
    static ObjectNode round(RoundRecord record, Optional<RoundCost> cost) {
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
        Json.put(json, "virtualSeconds", cost.map(RoundCost::virtualSeconds).orElse(Double.NaN));
        Json.put(json, "wallSeconds", record.wallSeconds());
        Json.put(json, "energyJoules", cost.map(known -> known.energy().total()).orElse(Double.NaN));
        ObjectNode phases = json.putObject("phaseSeconds");
        cost.ifPresent(
                known -> PlanReport.phases(known.phases()).forEach((name, seconds) -> Json.put(phases, name, seconds)));
        ArrayNode devices = json.putArray("devices");
        int learners = record.devices().size();
        // The one learner of a central run is no device: the devices of the fleet only send it their data.
        Optional<List<DeviceCost>> costs = cost.map(RoundCost::devices).filter(fleet -> fleet.size() == learners);
        for (int n = 0; n < learners; n++) {
            int index = n;
            devices.add(device(record.devices().get(n), costs.map(fleet -> fleet.get(index))));
        }
        return json;
    }

    private static ObjectNode device(DeviceRound device, Optional<DeviceCost> cost) {
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
        Json.put(json, "bandwidthHz", cost.map(DeviceCost::bandwidthHz).orElse(Double.NaN));
        Json.put(json, "delaySeconds", cost.map(DeviceCost::delaySeconds).orElse(Double.NaN));
        Json.put(json, "energyJoules", cost.map(own -> own.energy().total()).orElse(Double.NaN));
        Json.put(json, "wallSeconds", device.delaySeconds());
        Json.put(json, "deviceSeconds", device.computeSeconds());
        Json.put(json, "serverSeconds", device.serverSeconds());
        Json.put(json, "loss", device.loss());
        json.put("samples", device.samples());
        json.put("steps", device.steps());
        json.put("bytesUp", device.traffic().bytesUp());
        json.put("bytesDown", device.traffic().bytesDown());
        json.put("participated", device.participated());
        json.put("dropped", device.dropped());
        json.put("residentBytes", device.residentBytes());
        return json;
    }

    /**
     * Returns a run's summary, from all its rounds: those before a resumption count.
     *
     * @param scheme the scheme's name
     * @param language whether the losses are those of a language model, whose exponential is its perplexity
     * @param initialLoss on the test set before the first round
     * @param initialAccuracy likewise
     * @param rounds lines of {@code metrics.jsonl}
     */
    static ObjectNode summary(
            String scheme, boolean language, double initialLoss, double initialAccuracy, List<ObjectNode> rounds) {
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
        if (language) {
            Json.put(json, "finalPerplexity", Math.exp(json.path("finalLoss").asDouble()));
            Json.put(json, "initialPerplexity", Math.exp(initialLoss));
        }
        Json.put(
                json,
                "finalTrainingLoss",
                last.map(round -> number(round, "loss")).orElse(Double.NaN));
        json.put("bytesUp", total(rounds, "bytesUp"));
        json.put("bytesDown", total(rounds, "bytesDown"));
        Json.put(json, "compressionRatioUp", ratio(rounds, "activation"));
        Json.put(json, "compressionRatioDown", ratio(rounds, "gradient"));
        Json.put(json, "virtualSeconds", sum(rounds, "virtualSeconds"));
        Json.put(json, "wallSeconds", sum(rounds, "wallSeconds"));
        Json.put(json, "energyJoules", sum(rounds, "energyJoules"));
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

    private static double sum(List<ObjectNode> rounds, String key) {
        return rounds.stream().mapToDouble(round -> number(round, key)).sum();
    }

    private static double number(ObjectNode round, String key) {
        return round.path(key).asDouble(Double.NaN);
    }
}
