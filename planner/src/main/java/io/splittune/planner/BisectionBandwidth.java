package io.splittune.planner;

/**
 * The exact division: the least delay of the slowest device, by bisection on that delay.
 *
 * <p>Device n needs {@code V_n / (tau - a_n)} to end at tau; the optimum is where these, kept between minimum and
 * cap, fill the band. The paper has no such solver; it is the oracle for SFT Algorithm 3 and the default at scale:
 * O(N log 1/eps), relative error of the delay below 1e-12. A device that its cap keeps slower than the rest does not
 * stop the rest from becoming as fast as they can. Immutable and thread-safe.
 */
public final class BisectionBandwidth implements BandwidthAllocation {
    private static final double TOLERANCE = 1e-14;

    @Override
    public double[] allocate(BandwidthDemand demand) {
        return GainingDevices.allocate(demand, BisectionBandwidth::divide);
    }

    private static double[] divide(BandwidthDemand demand) {
        double shareHz = demand.totalHz() / demand.size();
        double low = Double.POSITIVE_INFINITY;
        double high = 0;
        for (int n = 0; n < demand.size(); n++) {
            low = Math.min(low, demand.delaySeconds(n, demand.capHz(n)));
            high = Math.max(high, demand.delaySeconds(n, Math.min(demand.capHz(n), shareHz)));
        }
        while (high - low > TOLERANCE * high) {
            double middle = low + (high - low) / 2;
            if (middle <= low || middle >= high) {
                break;
            }
            if (sumHz(demand, middle) > demand.totalHz()) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return between(demand, low, high);
    }

    private static double shareHz(BandwidthDemand demand, int device, double seconds) {
        double need = BandwidthDemand.neededHz(demand.workHzSeconds(device), seconds - demand.fixedSeconds(device));
        return Math.max(demand.minimumHz(), Math.min(need, demand.capHz(device)));
    }

    private static double sumHz(BandwidthDemand demand, double seconds) {
        double sum = 0;
        for (int n = 0; n < demand.size(); n++) {
            sum += shareHz(demand, n, seconds);
        }
        return sum;
    }

    /** The shares at the end that fits, and the rest of the band along the way to the end that does not. */
    private static double[] between(BandwidthDemand demand, double low, double high) {
        double sumAtHigh = sumHz(demand, high);
        double span = sumHz(demand, low) - sumAtHigh;
        double part = span > 0 ? Math.min(1, Math.max(0, demand.totalHz() - sumAtHigh) / span) : 0;
        double[] shares = new double[demand.size()];
        for (int n = 0; n < shares.length; n++) {
            double atHigh = shareHz(demand, n, high);
            shares[n] = atHigh + part * (shareHz(demand, n, low) - atHigh);
        }
        return shares;
    }
}
