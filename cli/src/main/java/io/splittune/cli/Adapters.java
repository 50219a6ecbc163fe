package io.splittune.cli;

import io.splittune.model.AdapterState;
import io.splittune.model.Checkpoint;
import io.splittune.model.LoraConfig;
import io.splittune.model.ModelConfig;
import io.splittune.model.PeftAdapter;
import io.splittune.training.RunSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Saves what a run has trained. */
final class Adapters {
    private Adapters() {}

    /** Writes the shared adapter into the folder, or each device's own into a folder below it. */
    static void write(Path folder, RunSummary summary, LoraConfig lora, ModelConfig config, Checkpoint base)
            throws IOException {
        for (Map.Entry<String, AdapterState> adapter : summary.adapters().entrySet()) {
            Path target = summary.adapters().size() == 1 ? folder : folder.resolve(adapter.getKey());
            PeftAdapter.write(target, adapter.getValue(), lora, config, base);
        }
    }
}
