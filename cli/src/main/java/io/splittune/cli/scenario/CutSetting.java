package io.splittune.cli.scenario;

import java.util.List;

/**
 * Where the model is cut.
 *
 * @param cuts blocks on the device: empty when the planner decides, one for all devices, or one per device
 */
public record CutSetting(List<Integer> cuts) implements ScenarioValue {
    /** Copies the list. */
    public CutSetting {
        cuts = List.copyOf(cuts);
    }

    /** Returns whether the planner decides. */
    public boolean isAuto() {
        return cuts.isEmpty();
    }

    /**
     * Returns the blocks on one device.
     *
     * @param deviceIndex from 0
     * @throws IllegalStateException when the planner decides
     */
    public int cutOf(int deviceIndex) {
        if (isAuto()) {
            throw new IllegalStateException("The planner decides this cut.");
        }
        return cuts.get(cuts.size() == 1 ? 0 : deviceIndex);
    }

    @Override
    public Object toYaml() {
        return isAuto() ? "auto" : cuts.size() == 1 ? cuts.get(0) : cuts;
    }
}
