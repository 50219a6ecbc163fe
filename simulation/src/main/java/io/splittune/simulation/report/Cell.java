package io.splittune.simulation.report;

/**
 * A cell of a table: exact for the CSV file, short for the page.
 *
 * @param exact what the CSV file holds; empty for a missing value
 * @param shown what the page shows
 * @param numeric whether it is set to the right
 */
public record Cell(String exact, String shown, boolean numeric) {
    /** Returns a cell of text. */
    public static Cell text(String text) {
        return new Cell(text, text, false);
    }

    /** Returns a number, shown with six digits; what is not finite is missing. */
    public static Cell number(double value) {
        return number(value, Numbers.digits(value, 6));
    }

    /**
     * Returns a number that is shown in its own way.
     *
     * @param value for the CSV file; what is not finite is missing
     * @param shown for the page, with its unit
     */
    public static Cell number(double value, String shown) {
        return new Cell(Csv.number(value), shown, true);
    }
}
