package io.splittune.wireless;

import io.splittune.core.Check;
import io.splittune.core.RandomStreams;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Links of placed devices: path loss, line of sight and log-normal shadowing, drawn once per device, as nobody moves.
 *
 * <p>Both directions see the same loss. {@link RayleighChannel} puts fading on top.
 */
public final class PathLossChannel implements Channel {
    private final List<Double> lossesDb;
    private final List<SnrDb> snrs;
    private final FixedChannel states;

    /**
     * Draws every device's surroundings.
     *
     * @param pathLoss the model
     * @param placements one per device, not empty
     * @param lineOfSight how it is settled
     * @param budget powers and noise
     * @param streams where the draws come from
     * @throws IllegalArgumentException if a device stands where the model does not hold
     */
    public PathLossChannel(
            PathLoss pathLoss,
            List<Placement> placements,
            LineOfSight lineOfSight,
            LinkBudget budget,
            RandomStreams streams) {
        List<Double> losses = new ArrayList<>();
        List<SnrDb> snrList = new ArrayList<>();
        for (int device = 0; device < placements.size(); device++) {
            Placement placement = placements.get(device);
            RandomGenerator random = ChannelDraw.LARGE_SCALE.open(streams, device, 0);
            double lossDb = drawLossDb(pathLoss, placement.distanceMetres(), lineOfSight, random);
            losses.add(lossDb);
            snrList.add(new SnrDb(
                    budget.snrDb(placement.txPowerWatts(), lossDb), budget.snrDb(budget.serverTxPowerWatts(), lossDb)));
        }
        this.lossesDb = List.copyOf(losses);
        this.snrs = List.copyOf(snrList);
        this.states = new FixedChannel(snrs);
    }

    private static double drawLossDb(
            PathLoss pathLoss, double distanceMetres, LineOfSight rule, RandomGenerator random) {
        // Both are drawn whatever the rule, so that changing the rule leaves the shadowing's draw alone.
        double sightDraw = random.nextDouble();
        double shadowDraw = random.nextGaussian();
        boolean sight = switch (rule) {
            case DRAWN -> sightDraw < pathLoss.lineOfSightProbability(distanceMetres);
            case ALWAYS -> true;
            case NEVER -> false;
        };
        return pathLoss.medianDb(distanceMetres, sight) + pathLoss.shadowingDb(sight) * shadowDraw;
    }

    /** Returns each device's SNR. */
    public List<SnrDb> snrsDb() {
        return snrs;
    }

    /** Returns a device's loss with shadowing, in dB. */
    public double lossDb(int deviceIndex) {
        Check.inRange(deviceIndex, 0, lossesDb.size() - 1, "deviceIndex");
        return lossesDb.get(deviceIndex);
    }

    @Override
    public LinkState state(int deviceIndex, int round) {
        return states.state(deviceIndex, round);
    }
}
