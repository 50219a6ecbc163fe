package io.splittune.simulation.report;

import java.util.List;

/**
 * A unit that suits the size of some values.
 *
 * @param symbol written after a number
 * @param size of one such unit in the base unit
 */
record Unit(String symbol, double size) {
    private static final List<Unit> TIMES =
            List.of(new Unit("s", 1), new Unit("min", 60), new Unit("h", 3_600), new Unit("d", 86_400));
    private static final List<Unit> BYTES = List.of(
            new Unit("B", 1), new Unit("kB", 1e3), new Unit("MB", 1e6), new Unit("GB", 1e9), new Unit("TB", 1e12));
    private static final List<Unit> JOULES = List.of(
            new Unit("mJ", 1e-3), new Unit("J", 1), new Unit("kJ", 1e3), new Unit("MJ", 1e6), new Unit("GJ", 1e9));
    private static final List<Unit> HERTZ =
            List.of(new Unit("Hz", 1), new Unit("kHz", 1e3), new Unit("MHz", 1e6), new Unit("GHz", 1e9));

    static Unit ofSeconds(double largest) {
        return pick(TIMES, largest, 2);
    }

    static Unit ofBytes(double largest) {
        return pick(BYTES, largest, 1);
    }

    static Unit ofJoules(double largest) {
        return pick(JOULES, largest, 1);
    }

    static Unit ofHertz(double largest) {
        return pick(HERTZ, largest, 1);
    }

    double of(double base) {
        return base / size;
    }

    /** Returns the amount with this unit. */
    String shown(double base) {
        return Double.isFinite(base) ? Numbers.digits(of(base), 4) + " " + symbol : Numbers.MISSING;
    }

    /** Returns the largest unit of which there are at least {@code atLeast}. */
    private static Unit pick(List<Unit> units, double largest, double atLeast) {
        Unit picked = units.get(0);
        for (Unit unit : units) {
            if (largest >= atLeast * unit.size) {
                picked = unit;
            }
        }
        return largest == 0
                ? units.stream().filter(unit -> unit.size == 1).findFirst().orElse(picked)
                : picked;
    }
}
