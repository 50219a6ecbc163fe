package io.splittune.planner;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds the constraint that forbids every plan, where one does; the deadline aside, which only a plan can answer. */
final class Feasibility {
    private static final double MEBIBYTE = 1 << 20;
    private static final MathContext DIGITS = new MathContext(6);

    private final String planner;
    private final RoundCosts costs;
    private final Problem problem;

    Feasibility(String planner, RoundCosts costs) {
        this.planner = planner;
        this.costs = costs;
        this.problem = costs.problem();
    }

    /** What forbids every plan. */
    Optional<Infeasible> obstacle() {
        return roundObstacle().or(this::accuracy).or(this::memory);
    }

    /** What forbids every plan in which the devices take turns, each over the whole band. */
    Optional<Infeasible> turnObstacle() {
        return links().or(this::accuracy).or(this::memory);
    }

    /** What forbids every round in which devices that have their cuts take turns. */
    Optional<Infeasible> turnRoundObstacle() {
        return links();
    }

    /** What forbids every division of the band in this round. */
    Optional<Infeasible> roundObstacle() {
        return band().or(this::caps).or(this::links);
    }

    private Optional<Infeasible> band() {
        double needed = problem.devices().size() * problem.minBandwidthPerDeviceHz();
        if (needed <= problem.totalBandwidthHz()) {
            return Optional.empty();
        }
        return infeasible(
                Constraint.BANDWIDTH,
                needed,
                problem.totalBandwidthHz(),
                "bandwidth: %d devices with at least %s each need %s, %s more than the band's %s",
                problem.devices().size(),
                hertz(problem.minBandwidthPerDeviceHz()),
                hertz(needed),
                hertz(needed - problem.totalBandwidthHz()),
                hertz(problem.totalBandwidthHz()));
    }

    private Optional<Infeasible> caps() {
        double needed = problem.minBandwidthPerDeviceHz();
        return problem.devices().stream()
                .filter(device -> device.maxBandwidthHz() < needed)
                .findFirst()
                .flatMap(device -> infeasible(
                        Constraint.BANDWIDTH,
                        needed,
                        device.maxBandwidthHz(),
                        "bandwidth: device %s may use %s at most, %s less than the least share of %s",
                        device.id(),
                        hertz(device.maxBandwidthHz()),
                        hertz(needed - device.maxBandwidthHz()),
                        hertz(needed)));
    }

    private Optional<Infeasible> links() {
        List<PlannedDevice> dead = problem.devices().stream()
                .filter(device -> device.link().isOutage())
                .toList();
        if (dead.isEmpty()) {
            return Optional.empty();
        }
        PlannedDevice first = dead.get(0);
        int devices = problem.devices().size();
        return infeasible(
                Constraint.LINK,
                devices,
                devices - dead.size(),
                "link: %d of %d devices are in outage, first %s (uplink %s bit/s/Hz, downlink %s bit/s/Hz)",
                dead.size(),
                devices,
                first.id(),
                number(first.link().uplinkBitsPerHz()),
                number(first.link().downlinkBitsPerHz()));
    }

    private Optional<Infeasible> accuracy() {
        CompressionOption best = problem.compressions().mostAccurate();
        if (best.accuracy() >= problem.accuracyFloor()) {
            return Optional.empty();
        }
        return infeasible(
                Constraint.ACCURACY,
                problem.accuracyFloor(),
                best.accuracy(),
                "accuracy: the floor %s is %s above the best of the table, %s (keep %s, levels %d)",
                number(problem.accuracyFloor()),
                number(problem.accuracyFloor() - best.accuracy()),
                number(best.accuracy()),
                number(best.keep()),
                best.levels());
    }

    private Optional<Infeasible> memory() {
        int leastCut = problem.cuts().get(0);
        for (int cut : problem.cuts()) {
            leastCut = costs.memoryBytes(cut) < costs.memoryBytes(leastCut) ? cut : leastCut;
        }
        double needed = costs.memoryBytes(leastCut);
        for (int n = 0; n < costs.size(); n++) {
            double memory = costs.memoryOfDevice(n);
            if (needed > memory) {
                return infeasible(
                        Constraint.MEMORY,
                        needed,
                        memory,
                        "memory: device %s has %s, and no allowed cut fits; cut %d needs the least, %s, %s more",
                        problem.devices().get(n).id(),
                        mebibytes(memory),
                        leastCut,
                        mebibytes(needed),
                        mebibytes(needed - memory));
            }
        }
        return Optional.empty();
    }

    /** A deadline that a delay misses. */
    Optional<Infeasible> deadline(double delaySeconds) {
        if (problem.maxDelaySeconds().isEmpty()
                || delaySeconds <= problem.maxDelaySeconds().getAsDouble()) {
            return Optional.empty();
        }
        double deadline = problem.maxDelaySeconds().getAsDouble();
        return infeasible(
                Constraint.DELAY,
                delaySeconds,
                deadline,
                "delay: the round that planner %s finds takes %s s, %s s more than the deadline of %s s",
                planner,
                number(delaySeconds),
                number(delaySeconds - deadline),
                number(deadline));
    }

    private Optional<Infeasible> infeasible(
            Constraint constraint, double required, double available, String reason, Object... parts) {
        return Optional.of(
                new Infeasible(planner, constraint, required, available, String.format(Locale.ROOT, reason, parts)));
    }

    private static String mebibytes(double bytes) {
        return String.format(Locale.ROOT, "%.2f MiB", bytes / MEBIBYTE);
    }

    private static String hertz(double hertz) {
        return number(hertz) + " Hz";
    }

    private static String number(double value) {
        return new BigDecimal(value).round(DIGITS).stripTrailingZeros().toPlainString();
    }
}
