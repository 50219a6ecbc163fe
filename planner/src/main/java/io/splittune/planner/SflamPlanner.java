package io.splittune.planner;

import io.splittune.core.RandomStreams;
import io.splittune.core.RandomStreams.Purpose;
import io.splittune.core.UserException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * SFLAM's planner, its baselines, and the exact optimum. Immutable and thread-safe.
 *
 * <p>A device that no bits and block bring in within T_max and p_max is left out of the round and named.
 */
public final class SflamPlanner {
    private static final double EQUAL_POWER_WATTS = 1;

    private final String name;
    private final PowerControl power;
    private final boolean quantises;
    private final Function<SflamPairs, BlockDescent.Found> search;

    private SflamPlanner(
            String name, PowerControl power, boolean quantises, Function<SflamPairs, BlockDescent.Found> search) {
        this.name = name;
        this.power = power;
        this.quantises = quantises;
        this.search = search;
    }

    /** Returns the paper's Algorithm 3 with the optimal power in closed form. */
    public static SflamPlanner proposed() {
        return proposed(new ClosedFormPower());
    }

    /**
     * Returns the paper's Algorithm 3.
     *
     * @param power how powers are found
     */
    public static SflamPlanner proposed(PowerControl power) {
        return new SflamPlanner("sflam", power, true, BlockDescent::run);
    }

    /**
     * Returns the exact optimum: for each device and block the best bits and their power, then the assignment of the
     * greatest sum. It is exact as the objective is a sum over the devices.
     */
    public static SflamPlanner joint() {
        return new SflamPlanner(
                "sflam-joint",
                new ClosedFormPower(),
                true,
                pairs -> given(pairs, BlockChoice.matched(pairs, MatchingWeight.UTILITY)));
    }

    /**
     * Returns the baseline EP: one power for all, bits and blocks as proposed.
     *
     * @param watts the power, p_max where that is less; the paper's number is lost in the text we have
     */
    public static SflamPlanner equalPower(double watts) {
        return new SflamPlanner("ep", new FixedPower(watts), true, BlockDescent::run);
    }

    /**
     * Returns the baseline RB: random devices on random blocks, power and bits as proposed.
     *
     * @param streams where the draws come from, anew in each round
     */
    public static SflamPlanner randomBlocks(RandomStreams streams) {
        return new SflamPlanner("rb", new ClosedFormPower(), true, pairs -> {
            int round = pairs.problem().round();
            return given(pairs, BlockChoice.random(pairs, streams.stream(Purpose.PLANNER, round)));
        });
    }

    /** Returns the baseline NQ: no quantisation, power and blocks as proposed. */
    public static SflamPlanner unquantised() {
        return new SflamPlanner("nq", new ClosedFormPower(), false, BlockDescent::run);
    }

    /** Returns the names that {@link #named} knows. */
    public static List<String> names() {
        return List.of("sflam", "sflam-joint", "ep", "rb", "nq");
    }

    /**
     * Returns a planner by its name in scenarios; EP sends at 1 W, our default.
     *
     * @param kind one of {@link #names()}
     * @param streams where a random planner draws from
     * @throws UserException if there is none of that name
     */
    public static SflamPlanner named(String kind, RandomStreams streams) {
        return switch (kind) {
            case "sflam" -> proposed();
            case "sflam-joint" -> joint();
            case "ep" -> equalPower(EQUAL_POWER_WATTS);
            case "rb" -> randomBlocks(streams);
            case "nq" -> unquantised();
            default -> throw new UserException("planner '" + kind + "' is unknown; known are " + names() + ".");
        };
    }

    /** Returns the name in scenarios and reports. */
    public String name() {
        return name;
    }

    /**
     * Decides a round in the form of the other planners: cut 0, everything kept, {@code 2^q - 1} levels, or none without
     * quantisation.
     *
     * <p>The ratio of gradients is 1, as SFLAM does not model the downlink; the accuracy of a quantisation is not known
     * here and stands at 1; memory is the activation, as in Table II; the server's energy is not modelled. The lower
     * bound is that of any plan for as many devices; SFLAM spends the time up to T_max, so the gap says nothing about its
     * objective.
     *
     * @param problem devices, gains and limits
     * @return the plan, or the deadline or gains that keep every device out
     */
    public PlanResult plan(SflamProblem problem) {
        SflamPairs pairs = pairs(problem);
        SflamPlan plan = solve(pairs);
        double[] fastest = IntStream.range(0, pairs.devices())
                .mapToDouble(pairs::leastDelaySeconds)
                .sorted()
                .toArray();
        int participants = plan.participants().size();
        if (participants == 0) {
            return SflamReasons.infeasible(name, pairs, fastest[0]);
        }
        return plan.toPlan(problem, fastest[participants - 1]);
    }

    /**
     * Decides a round.
     *
     * @param problem devices, gains and limits
     * @return a plan, without participants if no device can take part
     */
    public SflamPlan solve(SflamProblem problem) {
        return solve(pairs(problem));
    }

    private SflamPairs pairs(SflamProblem problem) {
        return new SflamPairs(
                quantises ? problem : problem.with(problem.limits().unquantised()), power);
    }

    private SflamPlan solve(SflamPairs pairs) {
        BlockDescent.Found found = search.apply(pairs);
        List<SflamParticipant> participants = new ArrayList<>();
        List<LeftOut> leftOut = new ArrayList<>();
        for (int n = 0; n < pairs.devices(); n++) {
            PairChoice choice = found.choices().get(n);
            if (choice.feasible()) {
                participants.add(participant(pairs, n, choice));
            } else {
                leftOut.add(SflamReasons.leftOut(pairs, n));
            }
        }
        return new SflamPlan(name, participants, leftOut, found.efficiency(), found.steps());
    }

    private static BlockDescent.Found given(SflamPairs pairs, int[] blocks) {
        return new BlockDescent.Found(BlockDescent.best(pairs, blocks), List.of());
    }

    private static SflamParticipant participant(SflamPairs pairs, int device, PairChoice choice) {
        double compute = pairs.computeJoules(device);
        return new SflamParticipant(
                device,
                pairs.problem().devices().get(device).id(),
                choice.block(),
                choice.bits(),
                choice.watts(),
                pairs.computeSeconds(device),
                choice.uploadSeconds(),
                pairs.serverSeconds(device),
                compute,
                choice.watts() * choice.uploadSeconds(),
                choice.utility());
    }
}
