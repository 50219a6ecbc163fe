package io.splittune.wireless;

import io.splittune.core.Check;
import io.splittune.core.RandomStreams;
import java.util.List;
import java.util.random.RandomGenerator;

/** Links whose rate is that of a reported CQI, one of sixteen steps, instead of Shannon's bound; CQI 0 is an outage. */
public final class CqiChannel implements Channel {
    /**
     * How a device's CQI varies over the rounds: normal, rounded, clipped to 0 to 15.
     *
     * @param uplinkMean mean of the uplink's, 0 to 15
     * @param downlinkMean mean of the downlink's, 0 to 15
     * @param standardDeviation of both, not negative
     */
    public record Spread(double uplinkMean, double downlinkMean, double standardDeviation) {
        /** Checks the ranges. */
        public Spread {
            Check.inRange(uplinkMean, 0, CqiTable.HIGHEST, "uplinkMean");
            Check.inRange(downlinkMean, 0, CqiTable.HIGHEST, "downlinkMean");
            Check.notNegative(standardDeviation, "standardDeviation");
        }
    }

    private final Channel states;

    private CqiChannel(Channel states) {
        this.states = states;
    }

    /**
     * Draws each round's CQI; the directions are independent.
     *
     * @param spreads one per device, not empty
     * @param streams where the draws come from
     */
    public static CqiChannel drawn(List<Spread> spreads, RandomStreams streams) {
        Check.require(!spreads.isEmpty(), "spreads must have one entry per device.");
        List<Spread> copy = List.copyOf(spreads);
        return new CqiChannel((deviceIndex, round) -> {
            Check.inRange(deviceIndex, 0, copy.size() - 1, "deviceIndex");
            Check.notNegative(round, "round");
            Spread spread = copy.get(deviceIndex);
            RandomGenerator random = ChannelDraw.CQI.open(streams, deviceIndex, round);
            double deviation = spread.standardDeviation();
            int uplink = clip(spread.uplinkMean() + deviation * random.nextGaussian());
            int downlink = clip(spread.downlinkMean() + deviation * random.nextGaussian());
            return new LinkState(CqiTable.bitsPerHz(uplink), CqiTable.bitsPerHz(downlink));
        });
    }

    /**
     * Reports the CQI that another channel's SNR reaches.
     *
     * @param sinrs a channel with Shannon's rates, from which the SNR is taken back
     */
    public static CqiChannel over(Channel sinrs) {
        return new CqiChannel((deviceIndex, round) -> {
            LinkState state = sinrs.state(deviceIndex, round);
            return new LinkState(reported(state.uplinkBitsPerHz()), reported(state.downlinkBitsPerHz()));
        });
    }

    private static double reported(double bitsPerHz) {
        return CqiTable.bitsPerHz(CqiTable.ofSinrDb(Shannon.snrDb(bitsPerHz)));
    }

    private static int clip(double cqi) {
        return (int) Math.max(0, Math.min(CqiTable.HIGHEST, Math.round(cqi)));
    }

    @Override
    public LinkState state(int deviceIndex, int round) {
        return states.state(deviceIndex, round);
    }
}
