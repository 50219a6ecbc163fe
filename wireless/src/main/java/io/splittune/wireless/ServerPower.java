package io.splittune.wireless;

import java.util.Locale;
import java.util.Optional;

/**
 * Tells whether the power that xi f^3 gives a server can be true.
 *
 * <p>CARD's xi = 1e-25 gives its RTX 4060 of 115 W a power of 1488.7 W. Decisions do not depend on xi, joules do: callers
 * print the warning where they print joules.
 */
public final class ServerPower {
    /** A limit of ours: the cards of data centres draw some hundred watts each. */
    public static final double GREATEST_WATTS = 1000;

    private ServerPower() {}

    /**
     * Returns one line if the server would draw more than a kilowatt.
     *
     * @param server at its highest clock
     */
    public static Optional<String> warning(EdgeServer server) {
        return warning(server, GREATEST_WATTS, "more than a single card has, ");
    }

    /**
     * Returns one line if the server would draw more than a card's published power.
     *
     * @param server at its highest clock
     * @param card what it is
     */
    public static Optional<String> warning(EdgeServer server, HardwareProfile card) {
        return warning(server, card.powerWatts(), "more than the card " + card.name() + ", ");
    }

    private static Optional<String> warning(EdgeServer server, double limitWatts, String than) {
        double watts = server.computePowerWatts();
        if (watts <= limitWatts) {
            return Optional.empty();
        }
        double cube = watts / server.switchedCapacitance();
        return Optional.of(String.format(
                Locale.ROOT,
                "server: %.3g W/Hz^3 at %.4g GHz is a computing power of %.1f W, %s%.0f W; at most %.2g W/Hz^3 would do. "
                        + "Cuts, clocks and percentages do not depend on it, joules do.",
                server.switchedCapacitance(),
                server.clockHz() / 1e9,
                watts,
                than,
                limitWatts,
                limitWatts / cube));
    }
}
