package io.splittune.simulation;

import io.splittune.wireless.PhaseSeconds;

/**
 * What all rounds of a scheme cost, over realizations.
 *
 * @param name of the scheme
 * @param delaySeconds of all rounds of a realization together
 * @param energyJoules of all rounds and devices of a realization together
 * @param phaseSeconds mean over realizations: the sum over rounds of {@link RoundCost#phases}
 * @param bytes mean over realizations: the sum over rounds and devices
 * @param participants mean over rounds and realizations of the devices that took part
 */
public record SchemeStatistics(
        String name,
        Distribution delaySeconds,
        Distribution energyJoules,
        PhaseSeconds phaseSeconds,
        PhaseBytes bytes,
        double participants) {}
