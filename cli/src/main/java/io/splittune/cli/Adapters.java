package io.splittune.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.model.AdapterState;
import io.splittune.model.Checkpoint;
import io.splittune.model.CheckpointWriter;
import io.splittune.model.ModelConfig;
import io.splittune.model.PeftAdapter;
import io.splittune.model.SafetensorsType;
import io.splittune.model.VitConfig;
import io.splittune.training.RunSummary;
import io.splittune.training.TrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Saves what a run has trained. */
final class Adapters {
    private Adapters() {}

    /**
     * Writes adapters, or the whole model where all weights were trained, and the run's summary, which says where they are.
     *
     * @param devicesAreProcesses as for {@link RunRecorder#finish}
     */
    static ObjectNode write(
            RunDirectory folder,
            RunSummary summary,
            TrainingConfig config,
            ModelConfig trained,
            Checkpoint base,
            RunRecorder recorder,
            boolean devicesAreProcesses)
            throws IOException {
        for (Map.Entry<String, AdapterState> adapter : summary.adapters().entrySet()) {
            Path target = summary.adapters().size() == 1
                    ? folder.adapter()
                    : folder.adapter().resolve(adapter.getKey());
            PeftAdapter.write(target, adapter.getValue(), config.lora(), trained, base);
        }
        ObjectNode json = recorder.finish(devicesAreProcesses);
        if (summary.model().isPresent()) {
            CheckpointWriter.write(
                    folder.fullModel(), (VitConfig) trained, summary.model().get(), SafetensorsType.F32);
            json.putNull("adapter").put("model", folder.fullModel().toString());
            folder.writeSummary(json);
        }
        return json;
    }
}
