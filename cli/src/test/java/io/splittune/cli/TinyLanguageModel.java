package io.splittune.cli;

import io.splittune.core.RandomStreams;
import io.splittune.model.CheckpointWriter;
import io.splittune.model.HalfRange;
import io.splittune.model.LlamaConfig;
import io.splittune.model.Precision;
import io.splittune.model.Rope;
import io.splittune.model.SafetensorsType;
import io.splittune.model.TokenizerOfBytes;
import io.splittune.model.TransformerHalf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A random LLaMA over bytes, small enough to train in a test, and a scenario with texts of its own. */
final class TinyLanguageModel {
    private TinyLanguageModel() {}

    /** Writes all into a folder and returns the scenario's file. */
    static Path scenario(Path folder) throws IOException {
        writeModel(folder.resolve("model"));
        writeLines(folder.resolve("train.jsonl"), 24);
        writeLines(folder.resolve("test.jsonl"), 6);
        return Files.writeString(folder.resolve("scenario.yaml"), """
                name: tiny-language
                model: { checkpoint: model }
                data: { format: jsonl, train: train.jsonl, test: test.jsonl, maxTokens: 48, partition: { kind: key } }
                lora: { rank: 2, alpha: 4 }
                training: { rounds: 2, batchSize: 8, microBatch: 4 }
                split: { cut: 1 }
                compression:
                  activations: { keep: 0.5, levels: 7 }
                  gradients: { levels: 7 }
                devices: { count: 2 }
                """);
    }

    private static void writeModel(Path folder) throws IOException {
        LlamaConfig config = new LlamaConfig(
                TokenizerOfBytes.VOCABULARY,
                64,
                16,
                3,
                4,
                2,
                4,
                32,
                1e-5,
                Rope.of(10_000),
                false,
                false,
                false,
                true,
                0,
                List.of(),
                TokenizerOfBytes.START,
                List.of(TokenizerOfBytes.END));
        HalfRange whole = HalfRange.whole(config.depth());
        try (TransformerHalf model = TransformerHalf.random(config, whole, Precision.FP32, new RandomStreams(1))) {
            CheckpointWriter.write(folder, config, model.weights(), SafetensorsType.F32);
        }
        TokenizerOfBytes.write(folder);
    }

    private static void writeLines(Path file, int lines) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines; i++) {
            text.append(String.format(
                    "{\"prompt\": \"%d + 1 = \", \"completion\": \"%d\", \"device\": \"camera-%d\", \"kind\": \"%s\"}%n",
                    i, i + 1, i % 2, i % 3 == 0 ? "x" : "y"));
        }
        Files.writeString(file, text);
    }
}
