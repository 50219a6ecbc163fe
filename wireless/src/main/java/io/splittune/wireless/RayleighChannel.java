package io.splittune.wireless;

import io.splittune.core.Check;
import io.splittune.core.RandomStreams;
import java.util.List;

/**
 * Rayleigh block fading: in each round each device's power gain is drawn anew, exponential with mean 1, and multiplies
 * its mean SNR.
 *
 * <p>Both directions see the same gain, as with time-division duplex.
 */
public final class RayleighChannel implements Channel {
    private final double[] uplinkSnrs;
    private final double[] downlinkSnrs;
    private final RandomStreams streams;

    /**
     * Takes each device's mean SNR; {@link PathLossChannel#snrsDb()} gives those of placed devices.
     *
     * @param meanSnrs one per device, not empty: the SNR at gain 1
     * @param streams where the gains come from
     */
    public RayleighChannel(List<SnrDb> meanSnrs, RandomStreams streams) {
        Check.require(!meanSnrs.isEmpty(), "meanSnrs must have one entry per device.");
        this.uplinkSnrs = meanSnrs.stream().mapToDouble(SnrDb::uplinkLinear).toArray();
        this.downlinkSnrs = meanSnrs.stream().mapToDouble(SnrDb::downlinkLinear).toArray();
        this.streams = streams;
    }

    /** Returns the power gain of a device in a round: positive, with mean 1. */
    public double powerGain(int deviceIndex, int round) {
        Check.inRange(deviceIndex, 0, uplinkSnrs.length - 1, "deviceIndex");
        Check.notNegative(round, "round");
        double uniform = ChannelDraw.FADING.open(streams, deviceIndex, round).nextDouble();
        return -Math.log1p(-uniform);
    }

    @Override
    public LinkState state(int deviceIndex, int round) {
        double gain = powerGain(deviceIndex, round);
        return new LinkState(
                Shannon.bitsPerHz(gain * uplinkSnrs[deviceIndex]), Shannon.bitsPerHz(gain * downlinkSnrs[deviceIndex]));
    }
}
