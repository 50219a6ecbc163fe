package io.splittune.cli;

import io.splittune.core.RandomStreams;
import io.splittune.model.CheckpointWriter;
import io.splittune.model.HalfRange;
import io.splittune.model.ModelConfig;
import io.splittune.model.Precision;
import io.splittune.model.SafetensorsType;
import io.splittune.model.TransformerHalf;
import io.splittune.model.VitConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A random checkpoint small enough to train in a test, and a scenario on it. */
final class TinyModel {
    private TinyModel() {}

    /** Writes both into a folder and returns the scenario's file. */
    static Path scenario(Path folder) throws Exception {
        List<Double> half = List.of(0.5, 0.5, 0.5);
        ModelConfig config = new VitConfig(16, 8, 3, 16, 3, 2, 32, 2, 1e-6, true, half, half, List.of("a", "b"));
        HalfRange whole = HalfRange.whole(config.depth());
        try (TransformerHalf model = TransformerHalf.random(config, whole, Precision.FP32, new RandomStreams(1))) {
            CheckpointWriter.write(folder.resolve("model"), config, model.weights(), SafetensorsType.F32);
        }
        return Files.writeString(folder.resolve("scenario.yaml"), """
                name: tiny
                model: { checkpoint: model }
                data: { format: 'builtin:shapes', trainLimit: 24, testLimit: 16 }
                lora: { rank: 2, alpha: 4 }
                training: { rounds: 2, batchSize: 8, microBatch: 8 }
                split: { cut: 1 }
                compression:
                  activations: { keep: 0.5, levels: 7 }
                  gradients: { levels: 7 }
                devices: { count: 2 }
                """);
    }
}
