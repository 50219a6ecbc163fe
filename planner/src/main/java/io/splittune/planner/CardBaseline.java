package io.splittune.planner;

import java.util.List;
import java.util.Objects;

/**
 * CARD's two benchmark methods: the cut is fixed at one end, the devices take turns as in {@link CardPlanner}.
 *
 * <p>The paper does not say at which clock the server works in them; at CARD's own its 53.1 % of server energy can be
 * approached, at the greatest it cannot (88 to 96 %). Immutable and thread-safe.
 */
public final class CardBaseline implements Planner {
    private final Cut cut;
    private final CardTurns turns;

    /** Where the model is cut. */
    public enum Cut {
        /** The first layer on the device: the least allowed cut. */
        SERVER_ONLY("server-only"),
        /** All but the last layer on the device: the greatest allowed cut that fits. */
        DEVICE_ONLY("device-only");

        private final String key;

        Cut(String key) {
            this.key = key;
        }
    }

    /** At which clock the server works. */
    public enum Clock {
        /** CARD's for the same device and round, eq. (16), which does not depend on the cut. */
        AS_CARD,
        /** F_max. */
        GREATEST
    }

    /**
     * Takes the benchmark.
     *
     * @param cut which of the two
     * @param clock the server's
     * @param options what CARD would decide with; the costs of {@link #decisions} are by its weight
     */
    public CardBaseline(Cut cut, Clock clock, CardOptions options) {
        this.cut = Objects.requireNonNull(cut, "cut");
        boolean fastest = clock == Clock.GREATEST;
        this.turns = new CardTurns(
                cut.key,
                options,
                costs -> costs.decision(
                        cut == Cut.SERVER_ONLY ? 0 : costs.last(), fastest ? costs.maxClockHz() : costs.clockHz()),
                costs -> fastest ? costs.maxClockHz() : costs.clockHz());
    }

    @Override
    public String name() {
        return cut.key;
    }

    /**
     * {@inheritDoc}
     *
     * @throws io.splittune.core.UserException if F_min is above F_max
     */
    @Override
    public PlanResult plan(Problem problem) {
        return turns.plan(problem);
    }

    @Override
    public PlanResult reallocate(Problem problem, Plan previous) {
        return turns.reallocate(problem, previous);
    }

    /**
     * Returns what {@link #plan} decides, with the terms of eq. (12).
     *
     * @param problem one that has a plan
     * @return one per device, in order
     * @throws IllegalArgumentException with the reason if it has none
     */
    public List<CardDecision> decisions(Problem problem) {
        return turns.decisions(problem);
    }
}
