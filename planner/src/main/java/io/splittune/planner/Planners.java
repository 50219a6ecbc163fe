package io.splittune.planner;

import io.splittune.core.RandomStreams;
import io.splittune.core.RandomStreams.Purpose;
import io.splittune.core.UserException;
import java.util.List;

/** Planners by name. */
public final class Planners {
    private Planners() {}

    /** Returns the names that {@link #named} knows. */
    public static List<String> names() {
        return List.of("two-timescale", "exact", "heterogeneous", "equal", "random");
    }

    /**
     * Makes a planner.
     *
     * @param kind its name in scenarios
     * @param streams where a random planner draws from
     * @throws UserException if there is none of that name
     */
    public static Planner named(String kind, RandomStreams streams) {
        return switch (kind) {
            case "two-timescale" -> new TwoTimescalePlanner();
            case "exact" -> new ExactPlanner();
            case "heterogeneous" -> new HeterogeneousPlanner();
            case "equal" -> new EqualPlanner();
            case "random" -> new RandomPlanner(streams.stream(Purpose.PLANNER));
            default -> throw new UserException("planner '" + kind + "' is unknown; known are " + names() + ".");
        };
    }
}
