package io.splittune.simulation;

import io.splittune.planner.BandwidthAllocation;
import io.splittune.training.Scheme;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;

/**
 * A scheme as it is simulated.
 *
 * @param name in the results; tells apart {@code sft} with and without compression
 * @param scheme how devices and server work together
 * @param decisions what the devices do
 */
public record SimulatedScheme(String name, Scheme scheme, Decisions decisions) {
    /** Where cuts, ratios and shares of the band come from. */
    public sealed interface Decisions permits Fixed, Planned {}

    /**
     * The same cuts and ratios in all rounds.
     *
     * @param settings each device's, by index
     * @param allocations share the band in each round
     */
    public record Fixed(List<DeviceSetting> settings, Allocations allocations) implements Decisions {
        /** Copies the list. */
        public Fixed {
            settings = List.copyOf(settings);
            Objects.requireNonNull(allocations, "allocations");
        }
    }

    /**
     * A planner's, round by round.
     *
     * @param plans opens the planner of a realization, which numbers from 0
     */
    public record Planned(IntFunction<RoundPlans> plans) implements Decisions {}

    /** Gives the allocation of a round; safe for several threads. */
    @FunctionalInterface
    public interface Allocations {
        /**
         * Returns the allocation, which one thread uses once: a random one draws from a stream of realization and round.
         *
         * @param realization from 0
         * @param round from 1
         */
        BandwidthAllocation of(int realization, int round);

        /** Returns the same allocation for all rounds; it must not draw random numbers. */
        static Allocations always(BandwidthAllocation allocation) {
            return (realization, round) -> allocation;
        }
    }

    /** Validates. */
    public SimulatedScheme {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(scheme, "scheme");
        Objects.requireNonNull(decisions, "decisions");
    }

    /** Makes one with the same cuts and ratios in all rounds. */
    public SimulatedScheme(String name, Scheme scheme, List<DeviceSetting> settings, Allocations allocations) {
        this(name, scheme, new Fixed(settings, allocations));
    }
}
