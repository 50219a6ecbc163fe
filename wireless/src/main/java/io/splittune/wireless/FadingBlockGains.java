package io.splittune.wireless;

import io.splittune.core.Check;
import io.splittune.core.RandomStreams;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Path loss and Rayleigh fading: in each round each device's power gain on each block is drawn anew, exponential with
 * mean 1. Immutable and thread-safe.
 *
 * <p>Not given in the paper: our default.
 */
public final class FadingBlockGains implements BlockGains {
    private final double[] meanGains;
    private final int blocks;
    private final RandomStreams streams;

    /**
     * Takes mean gains, whatever they come from.
     *
     * @param meanGains gamma in 1/W, one per device, not empty, not negative
     * @param blocks K, positive
     * @param streams where the fading comes from
     */
    public FadingBlockGains(List<Double> meanGains, int blocks, RandomStreams streams) {
        Check.require(!meanGains.isEmpty(), "meanGains must have one entry per device.");
        this.meanGains = meanGains.stream()
                .mapToDouble(gain -> Check.notNegative(gain, "gain"))
                .toArray();
        this.blocks = Check.positive(blocks, "blocks");
        this.streams = streams;
    }

    /**
     * Takes the places.
     *
     * @param pathLoss without shadowing, and without line of sight where the model tells
     * @param distancesMetres one per device, not empty, positive
     * @param blocks K, positive
     * @param blockWidthHz B, positive
     * @param noiseDbmPerHz N0; thermal noise is -174
     * @param streams where the fading comes from
     */
    public FadingBlockGains(
            PathLoss pathLoss,
            List<Double> distancesMetres,
            int blocks,
            double blockWidthHz,
            double noiseDbmPerHz,
            RandomStreams streams) {
        this(meanGains(pathLoss, distancesMetres, blockWidthHz, noiseDbmPerHz), blocks, streams);
    }

    private static List<Double> meanGains(
            PathLoss pathLoss, List<Double> distancesMetres, double blockWidthHz, double noiseDbmPerHz) {
        Check.require(!distancesMetres.isEmpty(), "distancesMetres must have one entry per device.");
        Check.positive(blockWidthHz, "blockWidthHz");
        Check.inRange(noiseDbmPerHz, -250, 0, "noiseDbmPerHz");
        double noiseDbWatts = noiseDbmPerHz - 30 + 10 * Math.log10(blockWidthHz);
        return distancesMetres.stream()
                .map(metres -> Math.pow(10, -(pathLoss.medianDb(metres, false) + noiseDbWatts) / 10))
                .toList();
    }

    @Override
    public int devices() {
        return meanGains.length;
    }

    @Override
    public int blocks() {
        return blocks;
    }

    @Override
    public double gainToNoise(int deviceIndex, int block, int round) {
        Check.inRange(deviceIndex, 0, devices() - 1, "deviceIndex");
        Check.inRange(block, 0, blocks - 1, "block");
        Check.notNegative(round, "round");
        RandomGenerator random = ChannelDraw.BLOCK_FADING.open(streams, deviceIndex, round, block);
        return -Math.log1p(-random.nextDouble()) * meanGains[deviceIndex];
    }
}
