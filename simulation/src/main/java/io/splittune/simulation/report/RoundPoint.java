package io.splittune.simulation.report;

import io.splittune.core.Check;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One round, as a line of {@code metrics.jsonl} has it; NaN stands for what is not known.
 *
 * @param round from 1
 * @param loss training loss
 * @param testLoss loss on the test set
 * @param accuracy on the test set, in [0, 1]
 * @param bytesUp from all devices
 * @param bytesDown to all devices
 * @param virtualSeconds that this round took on the virtual clock
 * @param wallSeconds that this round took
 * @param energyJoules of devices and server
 * @param phaseSeconds by phase (ED, CC, IT, SC, GT, DU, LT), in order; empty when unknown
 * @param devices decisions of this round; empty when unknown
 */
public record RoundPoint(
        int round,
        double loss,
        double testLoss,
        double accuracy,
        long bytesUp,
        long bytesDown,
        double virtualSeconds,
        double wallSeconds,
        double energyJoules,
        Map<String, Double> phaseSeconds,
        List<DeviceDecision> devices) {
    /** Checks ranges and copies. */
    public RoundPoint {
        Check.positive(round, "round");
        requireFraction(accuracy, "accuracy");
        Check.notNegative(bytesUp, "bytesUp");
        Check.notNegative(bytesDown, "bytesDown");
        requireAmount(virtualSeconds, "virtualSeconds");
        requireAmount(wallSeconds, "wallSeconds");
        requireAmount(energyJoules, "energyJoules");
        phaseSeconds = amounts(phaseSeconds);
        devices = List.copyOf(devices);
        Names.requireDifferent(devices.stream().map(DeviceDecision::id).toList(), "devices");
    }

    /** Returns a copy in the same order, with every amount checked. */
    static Map<String, Double> amounts(Map<String, Double> parts) {
        parts.forEach((name, amount) -> requireAmount(amount, name));
        return Collections.unmodifiableMap(new LinkedHashMap<>(parts));
    }

    static void requireAmount(double value, String name) {
        Check.require(Double.isNaN(value) || value >= 0, "%s (%s) must be >= 0 or NaN.", name, value);
    }

    static void requireFraction(double value, String name) {
        Check.require(
                Double.isNaN(value) || (value >= 0 && value <= 1),
                "%s (%s) must lie in [0, 1] or be NaN.",
                name,
                value);
    }
}
