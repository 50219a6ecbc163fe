package io.splittune.cli;

import io.splittune.cli.scenario.DeviceEntry;
import io.splittune.cli.scenario.Scenario;
import io.splittune.core.Check;
import io.splittune.core.UserException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What costs need to know of the data.
 *
 * @param samples of each device, by index, each at least one
 * @param classes of the data; empty when there is no real data
 * @param tokens of a text on average, rounded up; empty for images, and when there is no real data
 */
record DataSizes(List<Integer> samples, Optional<Integer> classes, Optional<Integer> tokens) {
    /** Copies the list. */
    DataSizes {
        samples = List.copyOf(samples);
        samples.forEach(count -> Check.positive(count, "samples"));
    }

    /**
     * Finds the sizes for a model without weights: from the keys that stand for data, else by spreading real images as
     * training does.
     *
     * @param imageSize of the model in pixels
     * @throws UserException when neither is there, or real data cannot be opened
     */
    static DataSizes of(Scenario scenario, int imageSize) {
        return scenario.data().format().isPresent() ? RunData.sizes(scenario, imageSize) : told(scenario);
    }

    /**
     * Finds the sizes for a checkpoint: from the keys that stand for data, else by spreading the real data as training does.
     *
     * @throws UserException when neither is there, or real data cannot be opened
     */
    static DataSizes of(Scenario scenario, RunModel model) {
        if (scenario.data().format().isEmpty()) {
            return told(scenario);
        }
        try (RunData data = RunData.open(scenario, model.base(), model.tokenizer())) {
            return data.sizes();
        }
    }

    private static DataSizes told(Scenario scenario) {
        int count = scenario.devices().count();
        List<Integer> samples = new ArrayList<>(count);
        for (int n = 0; n < count; n++) {
            int index = n;
            samples.add(scenario.devices()
                    .list()
                    .flatMap(list -> list.get(index).samples())
                    .or(() -> scenario.data().samplesPerDevice())
                    .orElseThrow());
        }
        return new DataSizes(samples, Optional.empty(), Optional.empty());
    }

    /** Returns one device's own values, where the scenario lists devices. */
    static Optional<DeviceEntry> entry(Scenario scenario, int deviceIndex) {
        return scenario.devices().list().map(list -> list.get(deviceIndex));
    }
}
