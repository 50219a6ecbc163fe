package io.splittune.simulation;

import io.splittune.planner.BandwidthAllocation;
import io.splittune.training.Scheme;
import java.util.List;
import java.util.Objects;

/**
 * A scheme as it is simulated.
 *
 * @param name in the results; tells apart {@code sft} with and without compression
 * @param scheme how devices and server work together
 * @param settings each device's cut and ratios, by index
 * @param allocations share the band in each round
 */
public record SimulatedScheme(String name, Scheme scheme, List<DeviceSetting> settings, Allocations allocations) {
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

    /** Copies the list. */
    public SimulatedScheme {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(scheme, "scheme");
        settings = List.copyOf(settings);
        Objects.requireNonNull(allocations, "allocations");
    }
}
