package io.splittune.cli.scenario;

import java.util.Optional;

/**
 * How a round in virtual time differs from the closed form.
 *
 * @param overlap of compute and transfer
 * @param jitter of every stage
 * @param stragglerProbability of a slow device
 * @param stragglerSlowdown of a slow device
 * @param dropoutProbability of a lost device
 * @param deadlineSeconds when a round ends without those who are missing
 * @param realizations repetitions
 */
public record SimulationSection(
        @Key(value = "Whether a device computes a micro-batch while another one is on the air.", byDefault = "false")
        boolean overlap,

        @Key(
                value =
                        "Each stage's time is multiplied by a lognormal factor of mean 1; this is its logarithm's standard "
                                + "deviation.",
                byDefault = "0",
                min = 0,
                max = 4)
        double jitter,

        @Key(value = "Probability that a device computes slowly in a round.", byDefault = "0", min = 0, max = 1)
        double stragglerProbability,

        @Key(value = "How many times slower it computes then.", byDefault = "5", min = 1)
        double stragglerSlowdown,

        @Key(
                value = "Probability that a device is lost in a round; for simulate, and with deadlineSeconds.",
                byDefault = "0",
                min = 0,
                max = 1)
        double dropoutProbability,

        @Key(value = "A round ends after so many virtual seconds without those who are missing.", above = 0)
        Optional<Double> deadlineSeconds,

        @Key(value = "How often simulate repeats the training, with new draws.", byDefault = "100", min = 1)
        int realizations) {}
