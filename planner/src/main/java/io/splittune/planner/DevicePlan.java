package io.splittune.planner;

import io.splittune.core.Check;
import io.splittune.wireless.PhaseSeconds;
import io.splittune.wireless.RoundEnergy;
import io.splittune.wireless.SplitDecision;
import java.util.OptionalInt;

/**
 * What a plan decides for a device, and what it predicts.
 *
 * @param id the device
 * @param cut l, blocks on the device; 0 leaves it the embedding alone
 * @param compression rho, E and their ratios
 * @param bandwidthHz b
 * @param powerWatts transmit power
 * @param resourceBlock the block it was given, for planners that give whole blocks
 * @param serverClockHz the server's clock while it works for this device
 * @param phases seconds of a round by phase
 * @param delaySeconds their sum
 * @param memoryBytes what training takes on the device
 * @param energy joules of a round
 */
public record DevicePlan(
        String id,
        int cut,
        CompressionOption compression,
        double bandwidthHz,
        double powerWatts,
        OptionalInt resourceBlock,
        double serverClockHz,
        PhaseSeconds phases,
        double delaySeconds,
        double memoryBytes,
        RoundEnergy energy) {
    /** Checks the ranges. */
    public DevicePlan {
        Check.notNegative(cut, "cut");
        Check.positive(bandwidthHz, "bandwidthHz");
        Check.notNegative(powerWatts, "powerWatts");
        Check.positive(serverClockHz, "serverClockHz");
        Check.notNegative(delaySeconds, "delaySeconds");
        Check.notNegative(memoryBytes, "memoryBytes");
    }

    /** Returns what the cost models need. */
    public SplitDecision decision() {
        return new SplitDecision(cut, compression.activationRatio(), compression.gradientRatio(), bandwidthHz);
    }
}
