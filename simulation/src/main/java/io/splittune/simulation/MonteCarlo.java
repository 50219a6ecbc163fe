package io.splittune.simulation;

import io.splittune.core.Check;
import io.splittune.core.RandomStreams;
import io.splittune.wireless.Channel;
import io.splittune.wireless.PhaseSeconds;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;

/**
 * Simulates the costs of many rounds without training, over many draws of the channel.
 *
 * <p>Rounds with the same decisions run on all cores. Each is keyed by (seed, realization, round, device) and they are summed
 * in order, so the result does not depend on the number of cores. Memory holds one realization's rounds and one number per realization.
 *
 * <p>Under Rayleigh fading with Shannon's rate and a share that does not follow the channel, a delay has no mean: 1 / log2(1
 * + g) is not integrable at gain 0. The mean over realizations then does not converge; read the median.
 */
public final class MonteCarlo {
    private final Setting setting;
    private final RandomStreams streams;

    /** Opens the channel of each realization. */
    @FunctionalInterface
    public interface Channels {
        /**
         * Returns a channel, the same for the same realization; safe for several threads.
         *
         * @param realization from 0
         */
        Channel of(int realization);
    }

    /**
     * What all schemes have in common.
     *
     * @param fleet hardware and band
     * @param loads formulas of the model
     * @param iterations mini-batches of each device in a round, by index, positive
     * @param channels links by realization
     * @param options queue, overlap and disturbances
     * @param rounds of one training, from 1 on
     * @param realizations how often the training is repeated
     */
    public record Setting(
            Fleet fleet,
            SchemeLoads loads,
            List<Double> iterations,
            Channels channels,
            EventOptions options,
            int rounds,
            int realizations) {
        /**
         * Copies and validates.
         *
         * @throws IllegalArgumentException if a count is not positive or iterations are not there once per device
         */
        public Setting {
            Objects.requireNonNull(loads, "loads");
            iterations = List.copyOf(iterations);
            Objects.requireNonNull(channels, "channels");
            Objects.requireNonNull(options, "options");
            requireOnePerDevice("iterations", iterations.size(), fleet);
            Check.positive(rounds, "rounds");
            Check.positive(realizations, "realizations");
        }
    }

    /**
     * Prepares simulations.
     *
     * @param setting what all schemes have in common
     * @param streams where disturbances come from
     */
    public MonteCarlo(Setting setting, RandomStreams streams) {
        this.setting = Objects.requireNonNull(setting, "setting");
        this.streams = Objects.requireNonNull(streams, "streams");
    }

    /**
     * Simulates one scheme. Two calls with the same arguments give the same result; schemes see the same channels and the
     * same disturbances.
     *
     * @param scheme with one setting per device
     * @throws IllegalArgumentException if settings are not there once per device
     * @throws io.splittune.core.UserException if a recorded channel ends too early
     */
    public SchemeStatistics run(SimulatedScheme scheme) {
        IntFunction<List<RoundTotals>> rounds = rounds(scheme);
        int realizations = setting.realizations();
        double[] seconds = new double[realizations];
        double[] joules = new double[realizations];
        PhaseSeconds phases = PhaseSeconds.ZERO;
        PhaseBytes bytes = PhaseBytes.ZERO;
        long participants = 0;
        for (int realization = 0; realization < realizations; realization++) {
            for (RoundTotals round : rounds.apply(realization)) {
                seconds[realization] += round.seconds();
                joules[realization] += round.joules();
                phases = phases.plus(round.phases());
                bytes = bytes.plus(round.bytes());
                participants += round.participants();
            }
        }
        double all = (double) realizations * setting.rounds();
        return new SchemeStatistics(
                scheme.name(),
                Distribution.of(seconds),
                Distribution.of(joules),
                divided(phases, realizations),
                divided(bytes, realizations),
                participants / all);
    }

    private IntFunction<List<RoundTotals>> rounds(SimulatedScheme scheme) {
        if (scheme.decisions() instanceof SimulatedScheme.Planned planned) {
            PlannedRounds rounds = new PlannedRounds(setting, scheme.scheme(), planned, streams);
            return realization -> rounds.run(setting.channels().of(realization), realization);
        }
        SimulatedScheme.Fixed fixed = (SimulatedScheme.Fixed) scheme.decisions();
        requireOnePerDevice("settings", fixed.settings().size(), setting.fleet());
        FixedRounds rounds = new FixedRounds(setting, scheme.scheme(), fixed, streams);
        return realization -> rounds.run(setting.channels().of(realization), realization);
    }

    private static void requireOnePerDevice(String name, int size, Fleet fleet) {
        int devices = fleet.devices().size();
        Check.require(size == devices, "%s (%s) must have one entry per device (%s).", name, size, devices);
    }

    private static PhaseSeconds divided(PhaseSeconds sum, double by) {
        return new PhaseSeconds(
                sum.ed() / by,
                sum.cc() / by,
                sum.it() / by,
                sum.sc() / by,
                sum.gt() / by,
                sum.du() / by,
                sum.lt() / by);
    }

    private static PhaseBytes divided(PhaseBytes sum, double by) {
        return new PhaseBytes(sum.ed() / by, sum.it() / by, sum.gt() / by, sum.lt() / by);
    }
}
