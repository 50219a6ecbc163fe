package io.splittune.planner;

import io.splittune.core.Check;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The grid over (rho, E) that planners choose from.
 *
 * @param options at least one
 */
public record CompressionTable(List<CompressionOption> options) {
    /** Checks and copies. */
    public CompressionTable {
        options = List.copyOf(options);
        Check.require(!options.isEmpty(), "A compression table needs at least one option.");
    }

    /** Returns the table that leaves no choice but to send every value as it is. */
    public static CompressionTable uncompressed() {
        return new CompressionTable(List.of(CompressionOption.uncompressed()));
    }

    /** Returns the option of the greatest accuracy, the first of equals. */
    public CompressionOption mostAccurate() {
        CompressionOption best = options.get(0);
        for (CompressionOption option : options) {
            best = option.accuracy() > best.accuracy() ? option : best;
        }
        return best;
    }

    /** Returns the options that reach a floor, in the table's order. */
    public List<CompressionOption> reaching(double accuracyFloor) {
        return options.stream().filter(o -> o.accuracy() >= accuracyFloor).toList();
    }

    /** The option that saves most, both ways together, of those that reach a floor; at least one must. */
    CompressionOption mostSaving(double accuracyFloor) {
        return reaching(accuracyFloor).stream()
                .min(Comparator.comparingDouble(o -> o.activationRatio() + o.gradientRatio()))
                .orElseThrow();
    }

    /** The options that reach a floor and that no other such option can replace: a delay falls with both ratios. */
    List<CompressionOption> frontier(double accuracyFloor) {
        List<CompressionOption> kept = new ArrayList<>();
        for (CompressionOption option : reaching(accuracyFloor)) {
            if (kept.stream().noneMatch(k -> k.replaces(option))) {
                kept.removeIf(option::replaces);
                kept.add(option);
            }
        }
        return kept;
    }
}
