package io.splittune.wireless;

import io.splittune.core.Check;

/**
 * Urban path loss of 3GPP TR 38.901: tables 7.4.1-1 (loss, shadowing) and 7.4.2-1 (line of sight).
 *
 * <p>Valid from 10 m to 5 km on the ground. The device stands at 1.5 m to 13 m, where the environment's effective
 * height is 1 m in both scenarios; for UMa above 13 m the report draws that height.
 *
 * @param scenario macro or street canyon
 * @param carrierGhz f_c, 0.5 to 100
 * @param deviceHeightMetres h_UT, 1.5 to 13
 */
public record UrbanPathLoss(Scenario scenario, double carrierGhz, double deviceHeightMetres) implements PathLoss {
    /** Height and coefficients of a scenario. */
    public enum Scenario {
        /** Urban macro cell, base station above the roofs at 25 m. */
        UMA(25, 28.0, 22, 9, 63, 4, 6),
        /** Urban micro cell in a street canyon, base station below the roofs at 10 m. */
        UMI(10, 32.4, 21, 9.5, 36, 4, 7.82);

        private final double baseHeightMetres;
        private final double interceptDb;
        private final double slopeDb;
        private final double breakpointDb;
        private final double sightDecayMetres;
        private final double shadowingSightDb;
        private final double shadowingBlockedDb;

        Scenario(
                double baseHeightMetres,
                double interceptDb,
                double slopeDb,
                double breakpointDb,
                double sightDecayMetres,
                double shadowingSightDb,
                double shadowingBlockedDb) {
            this.baseHeightMetres = baseHeightMetres;
            this.interceptDb = interceptDb;
            this.slopeDb = slopeDb;
            this.breakpointDb = breakpointDb;
            this.sightDecayMetres = sightDecayMetres;
            this.shadowingSightDb = shadowingSightDb;
            this.shadowingBlockedDb = shadowingBlockedDb;
        }
    }

    private static final double ENVIRONMENT_HEIGHT_METRES = 1;
    /** The report's own value of the speed of light. */
    private static final double LIGHT_METRES_PER_SECOND = 3.0e8;
    /** Up to here the report takes the line of sight as certain. */
    private static final double CERTAIN_SIGHT_METRES = 18;

    /** Checks the ranges. */
    public UrbanPathLoss {
        Check.inRange(carrierGhz, 0.5, 100, "carrierGhz");
        Check.inRange(deviceHeightMetres, 1.5, 13, "deviceHeightMetres");
    }

    @Override
    public double medianDb(double distanceMetres, boolean lineOfSight) {
        Check.inRange(distanceMetres, 10, 5000, "distanceMetres");
        double sight = sightDb(distanceMetres);
        return lineOfSight ? sight : Math.max(sight, blockedDb(distanceMetres));
    }

    @Override
    public double lineOfSightProbability(double distanceMetres) {
        Check.positive(distanceMetres, "distanceMetres");
        if (distanceMetres <= CERTAIN_SIGHT_METRES) {
            return 1;
        }
        double near = CERTAIN_SIGHT_METRES / distanceMetres;
        return near + Math.exp(-distanceMetres / scenario.sightDecayMetres) * (1 - near);
    }

    @Override
    public double shadowingDb(boolean lineOfSight) {
        return lineOfSight ? scenario.shadowingSightDb : scenario.shadowingBlockedDb;
    }

    /** Returns d'_BP, where the second slope of the line of sight begins, in metres. */
    double breakpointMetres() {
        return 4
                * (scenario.baseHeightMetres - ENVIRONMENT_HEIGHT_METRES)
                * (deviceHeightMetres - ENVIRONMENT_HEIGHT_METRES)
                * carrierGhz
                * 1e9
                / LIGHT_METRES_PER_SECOND;
    }

    private double sightDb(double distanceMetres) {
        double carrier = 20 * Math.log10(carrierGhz);
        double distance = Math.log10(spaceMetres(distanceMetres));
        double breakpoint = breakpointMetres();
        if (distanceMetres <= breakpoint) {
            return scenario.interceptDb + scenario.slopeDb * distance + carrier;
        }
        double height = scenario.baseHeightMetres - deviceHeightMetres;
        return scenario.interceptDb
                + 40 * distance
                + carrier
                - scenario.breakpointDb * Math.log10(breakpoint * breakpoint + height * height);
    }

    private double blockedDb(double distanceMetres) {
        double distance = Math.log10(spaceMetres(distanceMetres));
        double carrier = Math.log10(carrierGhz);
        double above = deviceHeightMetres - 1.5;
        return switch (scenario) {
            case UMA -> 13.54 + 39.08 * distance + 20 * carrier - 0.6 * above;
            case UMI -> 22.4 + 35.3 * distance + 21.3 * carrier - 0.3 * above;
        };
    }

    private double spaceMetres(double distanceMetres) {
        return Math.hypot(distanceMetres, scenario.baseHeightMetres - deviceHeightMetres);
    }
}
