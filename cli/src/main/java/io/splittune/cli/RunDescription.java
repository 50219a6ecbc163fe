package io.splittune.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.cli.scenario.Scenario;
import io.splittune.cli.scenario.ScenarioReader;
import io.splittune.cli.scenario.ScenarioWriter;
import io.splittune.core.UserException;
import io.splittune.model.ModelConfig;
import io.splittune.model.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * What the server tells each device about the run: the resolved scenario, and of the model what a device needs before it
 * has any weights. Sent as JSON.
 *
 * @param scenario resolved
 * @param model the model as it is trained
 * @param tokenizer of a model that takes texts, which the devices turn into tokens themselves; closed by its owner
 */
record RunDescription(Scenario scenario, ModelConfig model, Optional<Tokenizer> tokenizer) {
    private static final String SOURCE = "the server's scenario";

    byte[] toBytes() {
        ObjectNode json = Json.object();
        json.put("scenario", ScenarioWriter.toYaml(scenario));
        json.put("model", model.toJson());
        tokenizer.ifPresent(present -> json.put("tokenizer", Base64.getEncoder().encodeToString(present.toBytes())));
        return Json.line(json).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads what a server sent.
     *
     * @return its tokenizer is to be closed by the caller
     * @throws UserException when it is of another kind of server
     */
    static RunDescription fromBytes(byte[] bytes) {
        try {
            JsonNode json = Json.parse(new String(bytes, StandardCharsets.UTF_8));
            ModelConfig model = ModelConfig.fromJson(json.path("model").asText(), "the run's model");
            Scenario scenario = ScenarioReader.readText(json.path("scenario").asText(), SOURCE, Path.of(""), List.of());
            return new RunDescription(scenario, model, tokenizer(json.path("tokenizer")));
        } catch (IllegalArgumentException e) {
            throw new UserException(
                    "the server describes the run in a way that this device does not understand: " + e.getMessage()
                            + "; install the same version on both",
                    e);
        }
    }

    private static Optional<Tokenizer> tokenizer(JsonNode node) {
        return node.isMissingNode()
                ? Optional.empty()
                : Optional.of(Tokenizer.fromBytes(Base64.getDecoder().decode(node.asText()), "the run's tokenizer"));
    }
}
