package io.splittune.simulation.reproduction;

import io.splittune.core.Check;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/**
 * A number of a paper and ours.
 *
 * @param id stable name: lower-case words, digits and hyphens between dots
 * @param quantity what it is, with its unit
 * @param paper what the paper prints, not zero; empty where it prints nothing
 * @param ours finite
 * @param status where ours comes from
 * @param note one sentence: why they agree, or do not
 */
public record ReproductionRow(
        String id, String quantity, OptionalDouble paper, double ours, Status status, String note) {
    private static final Pattern ID = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*(\\.[a-z0-9]+(-[a-z0-9]+)*)+");

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if the id is of another form, a text is blank or a number is not finite
     */
    public ReproductionRow {
        Check.require(ID.matcher(id).matches(), "id (%s) must be words of a-z, 0-9 and hyphens, between dots.", id);
        Check.require(!quantity.isBlank(), "quantity of %s must not be blank.", id);
        Check.require(!note.isBlank(), "note of %s must not be blank.", id);
        Check.require(Double.isFinite(ours), "ours (%s) of %s must be finite.", ours, id);
        paper.ifPresent(value -> Check.require(
                Double.isFinite(value) && value != 0, "paper (%s) of %s must be finite and not 0.", value, id));
        Objects.requireNonNull(status, "status");
    }

    /** Returns a row for a number that the paper prints. */
    static ReproductionRow of(String id, String quantity, double paper, double ours, Status status, String note) {
        return new ReproductionRow(id, quantity, OptionalDouble.of(paper), ours, status, note);
    }

    /** Returns a row for a number that the paper does not print. */
    static ReproductionRow ours(String id, String quantity, double ours, Status status, String note) {
        return new ReproductionRow(id, quantity, OptionalDouble.empty(), ours, status, note);
    }

    /** Returns by what part of the paper's number ours is above it; empty where the paper prints none. */
    public OptionalDouble relativeDifference() {
        return paper.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of((ours - paper.getAsDouble()) / Math.abs(paper.getAsDouble()));
    }
}
