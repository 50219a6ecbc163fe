package io.splittune.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.core.UserException;
import io.splittune.model.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "generate",
        description = "Continue a text with a language model, with an adapter or without.",
        footer = {
            "",
            "Example:",
            "  splittune generate --model builtin:lm-mini --prompt Once --max-tokens 60",
        })
final class GenerateCommand extends AbstractCommand {
    @Option(
            names = "--model",
            paramLabel = "DIR",
            required = true,
            description = "Folder of a language model, or builtin:lm-mini.")
    @SuppressWarnings("NullAway.Init") // picocli requires it
    private String model;

    @Option(names = "--adapter", paramLabel = "DIR", description = "Folder with adapter_config.json.")
    private @Nullable Path adapter;

    @Option(
            names = "--prompt",
            paramLabel = "TEXT",
            description = "What to continue; empty to start from nothing (default).")
    private String prompt = "";

    @Option(
            names = "--temperature",
            paramLabel = "T",
            description =
                    "0 takes the likeliest token each time; 1 draws as the model says (default: ${DEFAULT-VALUE}).")
    private double temperature;

    @Option(names = "--max-tokens", paramLabel = "N", description = "At most so many (default: ${DEFAULT-VALUE}).")
    private int maxTokens = 128;

    @Option(names = "--seed", paramLabel = "N", description = "Root of all random numbers (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(
            names = "--precision",
            paramLabel = "P",
            description = "Of the weights and the computation: fp32 or bf16 (default: ${DEFAULT-VALUE}).")
    private Precision precision = Precision.FP32;

    @Override
    Report execute() throws IOException {
        if (maxTokens < 1 || !(temperature >= 0) || temperature == Double.POSITIVE_INFINITY) {
            throw new UserException("--max-tokens, --temperature: read " + maxTokens + " and " + temperature
                    + ", expected a whole number >= 1 and a number >= 0");
        }
        Continuation made = Continuation.of(
                ModelFolder.locate(model),
                Optional.ofNullable(adapter),
                prompt,
                new Continuation.Options(maxTokens, temperature, seed, precision));
        ObjectNode json = Json.object();
        json.put("text", made.text())
                .put("promptTokens", made.promptTokens())
                .put("tokens", made.tokens().size());
        made.tokens().forEach(json.putArray("ids")::add);
        return new Report(json, made.text());
    }
}
