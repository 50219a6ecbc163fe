package io.splittune.simulation;

import static io.splittune.core.Check.positive;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The best compression for a given ratio: a piecewise-linear function through the measured points that no other point
 * beats in both size and accuracy. SFT section IV-B, last paragraph.
 *
 * <p>Between two such points kept fraction, levels and accuracy are interpolated linearly in beta, and levels rounded down;
 * so the ratio that such a compression really gives is near beta, not equal to it.
 */
public final class BestCompression {
    private final List<CalibrationPoint> front;

    /**
     * A compression with its expected accuracy.
     *
     * @param keep rho
     * @param levels E
     * @param accuracy relative to no compression
     */
    public record Choice(double keep, int levels, double accuracy) {}

    /**
     * Finds the points worth choosing.
     *
     * @param table measured
     */
    public BestCompression(CalibrationTable table) {
        List<CalibrationPoint> bySize = new ArrayList<>(table.points());
        bySize.sort(Comparator.comparingDouble(CalibrationPoint::ratio)
                .thenComparing(
                        Comparator.comparingDouble(CalibrationPoint::accuracy).reversed()));
        List<CalibrationPoint> best = new ArrayList<>();
        for (CalibrationPoint point : bySize) {
            if (best.isEmpty() || point.accuracy() > best.get(best.size() - 1).accuracy()) {
                best.add(point);
            }
        }
        front = List.copyOf(best);
    }

    /** Returns the points that no other beats in both size and accuracy, smallest first. */
    public List<CalibrationPoint> front() {
        return front;
    }

    /**
     * Chooses for a ratio.
     *
     * @param beta frame bytes over raw bytes, both directions together, above 0
     * @return the best at that size or smaller; empty if no measured compression is as small
     */
    public Optional<Choice> at(double beta) {
        positive(beta, "beta");
        CalibrationPoint smaller = front.get(0);
        if (beta < smaller.ratio()) {
            return Optional.empty();
        }
        for (CalibrationPoint larger : front.subList(1, front.size())) {
            if (beta < larger.ratio()) {
                return Optional.of(between(smaller, larger, beta));
            }
            smaller = larger;
        }
        return Optional.of(new Choice(smaller.keep(), smaller.levels(), smaller.accuracy()));
    }

    private static Choice between(CalibrationPoint smaller, CalibrationPoint larger, double beta) {
        double share = (beta - smaller.ratio()) / (larger.ratio() - smaller.ratio());
        double levels = smaller.levels() + share * (larger.levels() - smaller.levels());
        return new Choice(
                smaller.keep() + share * (larger.keep() - smaller.keep()),
                (int) levels,
                smaller.accuracy() + share * (larger.accuracy() - smaller.accuracy()));
    }
}
