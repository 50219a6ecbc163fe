package io.splittune.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.cli.scenario.Scenario;
import io.splittune.cli.scenario.ScenarioReader;
import io.splittune.cli.scenario.ScenarioWriter;
import io.splittune.core.UserException;
import io.splittune.model.ModelConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What the server tells each device about the run: the resolved scenario, and of the model what a device needs before it
 * has any weights. Sent as JSON.
 *
 * @param scenario resolved
 * @param model the model as it is trained
 */
record RunDescription(Scenario scenario, ModelConfig model) {
    private static final String SOURCE = "the server's scenario";

    byte[] toBytes() {
        ObjectNode json = Json.object();
        json.put("scenario", ScenarioWriter.toYaml(scenario));
        ObjectNode shape = json.putObject("model");
        shape.put("architecture", model.architecture())
                .put("imageSize", model.imageSize())
                .put("patchSize", model.patchSize())
                .put("channels", model.channels())
                .put("width", model.width())
                .put("depth", model.depth())
                .put("heads", model.heads())
                .put("mlpWidth", model.mlpWidth())
                .put("classes", model.classes())
                .put("layerNormEps", model.layerNormEps())
                .put("qkvBias", model.qkvBias());
        ArrayNode mean = shape.putArray("mean");
        model.mean().forEach(mean::add);
        ArrayNode std = shape.putArray("std");
        model.std().forEach(std::add);
        ArrayNode labels = shape.putArray("labels");
        model.labels().forEach(labels::add);
        return Json.line(json).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads what a server sent.
     *
     * @throws UserException when it is of another kind of server
     */
    static RunDescription fromBytes(byte[] bytes) {
        try {
            JsonNode json = Json.parse(new String(bytes, StandardCharsets.UTF_8));
            JsonNode shape = json.path("model");
            ModelConfig model = new ModelConfig(
                    shape.path("architecture").asText(),
                    shape.path("imageSize").asInt(),
                    shape.path("patchSize").asInt(),
                    shape.path("channels").asInt(),
                    shape.path("width").asInt(),
                    shape.path("depth").asInt(),
                    shape.path("heads").asInt(),
                    shape.path("mlpWidth").asInt(),
                    shape.path("classes").asInt(),
                    shape.path("layerNormEps").asDouble(),
                    shape.path("qkvBias").asBoolean(),
                    list(shape.path("mean"), JsonNode::asDouble),
                    list(shape.path("std"), JsonNode::asDouble),
                    list(shape.path("labels"), JsonNode::asText));
            String scenario = json.path("scenario").asText();
            return new RunDescription(ScenarioReader.readText(scenario, SOURCE, Path.of(""), List.of()), model);
        } catch (IllegalArgumentException e) {
            throw new UserException(
                    "the server describes the run in a way that this device does not understand: " + e.getMessage()
                            + "; install the same version on both",
                    e);
        }
    }

    private static <T> List<T> list(JsonNode array, Function<JsonNode, T> item) {
        List<T> items = new ArrayList<>();
        array.forEach(node -> items.add(item.apply(node)));
        return items;
    }
}
