package io.splittune.cli;

import io.splittune.cli.scenario.LoraSection;
import io.splittune.cli.scenario.Scenario;
import io.splittune.core.UserException;
import io.splittune.model.AdapterState;
import io.splittune.model.LoraConfig;
import io.splittune.model.LoraTarget;
import io.splittune.model.ModelConfig;
import io.splittune.model.PeftAdapter;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What adapters a run trains, and what it starts from.
 *
 * @param lora which layers get adapters
 * @param state the adapter that the run goes on from; empty for fresh ones
 */
record AdapterStart(LoraConfig lora, Optional<AdapterState> state) {
    /**
     * Reads what a scenario says.
     *
     * @param model as it is trained
     * @throws UserException when a layer does not exist, or the adapter to go on from does not fit the model
     */
    static AdapterStart of(Scenario scenario, ModelConfig model) {
        LoraSection section = scenario.lora();
        return section.adapter()
                .map(folder -> read(Path.of(folder), model))
                .orElseGet(() -> new AdapterStart(Settings.lora(section, model), Optional.empty()));
    }

    private static AdapterStart read(Path folder, ModelConfig model) {
        PeftAdapter.Loaded loaded = PeftAdapter.read(folder, model);
        if (loaded.config().classes() != model.classes()) {
            throw new UserException(folder + ": was trained for "
                    + loaded.config().classes() + " classes, the scenario's data has " + model.classes());
        }
        return new AdapterStart(loaded.lora(), Optional.of(loaded.state()));
    }

    /** Returns the scenario for devices, which get the adapter itself from the server. */
    Scenario describe(Scenario scenario) {
        return scenario.withLora(new LoraSection(
                lora.rank(),
                lora.alpha(),
                lora.dropout(),
                lora.targets().stream().map(LoraTarget::key).toList(),
                Optional.of(lora.trainHead()),
                Optional.empty()));
    }
}
