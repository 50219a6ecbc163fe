package io.splittune.planner;

import java.util.ArrayList;
import java.util.List;

/** Delay against server energy over the weight w: what CARD, and the decision for all devices at once, can be had for. */
public final class ParetoSweep {
    private ParetoSweep() {}

    /**
     * A weight and what it leads to.
     *
     * @param weight w
     * @param delaySeconds of the round: CARD's sum over turns, the joint decision's slowest device
     * @param serverJoules of the server's computing
     */
    public record Point(double weight, double delaySeconds, double serverJoules) {}

    /**
     * Returns CARD's points.
     *
     * @param problem one that has a plan
     * @param options least clock and normalisation; its weight is not read
     * @param weights each in [0, 1]
     * @throws IllegalArgumentException with the reason if the problem has no plan, or a weight is out of range
     */
    public static List<Point> card(Problem problem, CardOptions options, List<Double> weights) {
        List<Point> points = new ArrayList<>(weights.size());
        for (double weight : weights) {
            double seconds = 0;
            double joules = 0;
            for (CardDecision decision : new CardPlanner(options.withWeight(weight)).decisions(problem)) {
                seconds += decision.delaySeconds();
                joules += decision.serverJoules();
            }
            points.add(new Point(weight, seconds, joules));
        }
        return points;
    }

    /**
     * Returns the points of {@link CardJointPlanner}.
     *
     * @param problem one that has a plan
     * @param options least clock and normalisation; its weight is not read
     * @param weights each in [0, 1]
     * @throws IllegalArgumentException with the reason if the problem has no plan, or a weight is out of range
     */
    public static List<Point> joint(Problem problem, CardOptions options, List<Double> weights) {
        List<Point> points = new ArrayList<>(weights.size());
        for (double weight : weights) {
            JointDecision decision = new CardJointPlanner(options.withWeight(weight)).decision(problem);
            points.add(new Point(weight, decision.delaySeconds(), decision.serverJoules()));
        }
        return points;
    }
}
