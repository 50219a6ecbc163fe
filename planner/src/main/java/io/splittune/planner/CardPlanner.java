package io.splittune.planner;

import java.util.List;

/**
 * CARD Algorithm 1: for each device and round the server's clock in closed form, eq. (16), then the best cut by search.
 *
 * <p>Devices take turns, each over the whole band, so least and greatest shares are not read, and {@link
 * Plan#delaySeconds()} is the sum over devices; {@link Plan#lowerBoundSeconds()} is the sum of each device's least possible
 * delay, with its best cut and the server at F_max, the clock of the problem's server. A cut that does not fit into a
 * device's memory is not allowed to it; the paper has no such limit. A round longer than the deadline is refused, not
 * shortened: raise the weight.
 *
 * <p>CARD does not choose the compression: of several options the one that saves most and reaches the accuracy floor is
 * taken for all devices. It decides by adapters and tensors, eq. (9), and takes the frozen halves as sent; predictions have
 * them where the problem is a first round.
 *
 * <p>Slips: the algorithm and the text swap "upper" and "lower layer"; U_min starts at infinity, which is not said; the
 * text of eq. (13) limits an energy that the formula does not have. CARD decides in every round from that round's channel;
 * {@link #reallocate} keeps cuts, as its contract says, and takes the clock by (16). Immutable and thread-safe.
 */
public final class CardPlanner implements Planner {
    private static final String NAME = "card";

    private final CardTurns turns;

    /**
     * Takes weight, least clock and normalisation.
     *
     * @param options w, F_min and extremes
     */
    public CardPlanner(CardOptions options) {
        this.turns = new CardTurns(NAME, options, CardPlanner::decide, CardCosts::clockHz);
    }

    private static CardDecision decide(CardCosts costs) {
        double clockHz = costs.clockHz();
        return costs.decision(costs.best(clockHz), clockHz);
    }

    @Override
    public String name() {
        return NAME;
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
     * @throws io.splittune.core.UserException if F_min is above F_max
     */
    public List<CardDecision> decisions(Problem problem) {
        return turns.decisions(problem);
    }
}
