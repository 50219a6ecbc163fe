package io.splittune.planner;

import java.util.random.RandomGenerator;

/** Random demands. */
final class Demands {
    private Demands() {}

    /** Devices of unequal work (that is, SNR) and speed; caps that bind for none, some or many. */
    static BandwidthDemand random(RandomGenerator random, int devices) {
        double total = 1e6 * (1 + 29 * random.nextDouble());
        double share = total / devices;
        double spread = 3 * random.nextDouble();
        double capped = random.nextInt(3) * 0.4;
        double[] fixed = new double[devices];
        double[] work = new double[devices];
        double[] caps = new double[devices];
        double computeSeconds = Math.pow(10, 3 * random.nextDouble() - 1);
        double equalSeconds = 0;
        for (int n = 0; n < devices; n++) {
            fixed[n] = computeSeconds * (0.3 + random.nextDouble());
            work[n] = share * 10 * Math.pow(10, spread * random.nextDouble());
            equalSeconds = Math.max(equalSeconds, fixed[n] + work[n] / share);
        }
        for (int n = 0; n < devices; n++) {
            // With its cap a device ends earlier than the slowest does with an equal share: near the optimum, before or
            // after.
            double seconds = equalSeconds * (0.1 + 0.6 * random.nextDouble()) - fixed[n];
            boolean bound = seconds > 0 && random.nextDouble() < capped;
            caps[n] = bound ? Math.max(0.1 * share, work[n] / seconds) : total;
        }
        return new BandwidthDemand(fixed, work, 0.1 * share, caps, total);
    }
}
