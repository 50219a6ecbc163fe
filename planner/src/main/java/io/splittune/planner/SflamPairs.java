package io.splittune.planner;

import io.splittune.wireless.SplitBatch;

/**
 * Every device on every block: costs, and the best bits with the power that they need. Immutable.
 *
 * <p>Power and bits are chosen together. Slip: the paper's Algorithm 2 keeps the power of the step before, at which the
 * deadline is tight, so that it can never raise the bits; here each candidate gets its own power.
 */
final class SflamPairs {
    private final SflamProblem problem;
    private final PowerControl power;
    private final double[] shares;
    private final double[] computeJoules;
    private final double[] computeSeconds;
    private final double[] serverSeconds;
    private final double[] uploadSeconds;
    private final double[] bitsPerHertz;
    private final double[][] gains;
    private final PairChoice[][] best;

    SflamPairs(SflamProblem problem, PowerControl power) {
        this.problem = problem;
        this.power = power;
        int count = problem.devices().size();
        this.shares = new double[count];
        this.computeJoules = new double[count];
        this.computeSeconds = new double[count];
        this.serverSeconds = new double[count];
        this.uploadSeconds = new double[count];
        double samples =
                problem.devices().stream().mapToDouble(SflamDevice::samples).sum();
        SplitBatch batch = problem.batch();
        for (int n = 0; n < count; n++) {
            SflamDevice device = problem.devices().get(n);
            shares[n] = device.samples() / samples;
            computeJoules[n] = device.computeJoules(batch.deviceOperations());
            computeSeconds[n] = device.computeSeconds(batch.deviceOperations());
            serverSeconds[n] = device.iterations()
                    * batch.serverOperations()
                    / problem.server().flopsPerSecond();
            uploadSeconds[n] =
                    (problem.limits().maxDelaySeconds() - computeSeconds[n] - serverSeconds[n]) / device.iterations();
        }
        this.bitsPerHertz = new double[problem.limits().maxBits() + 1];
        for (int bits = problem.limits().minBits(); bits < bitsPerHertz.length; bits++) {
            bitsPerHertz[bits] = batch.sentBits(bits) / problem.blockWidthHz();
        }
        this.gains = gains(problem);
        this.best = new PairChoice[count][blocks()];
        for (int n = 0; n < count; n++) {
            for (int block = 0; block < blocks(); block++) {
                best[n][block] = search(n, block);
            }
        }
    }

    private static double[][] gains(SflamProblem problem) {
        double[][] gains = new double[problem.devices().size()][problem.gains().blocks()];
        for (int n = 0; n < gains.length; n++) {
            for (int block = 0; block < gains[n].length; block++) {
                gains[n][block] = problem.gains().gainToNoise(n, block, problem.round());
                if (!(gains[n][block] >= 0) || gains[n][block] == Double.POSITIVE_INFINITY) {
                    throw new IllegalArgumentException("gain (" + gains[n][block] + ") of device "
                            + problem.devices().get(n).id() + " on block " + block + " must be finite and >= 0.");
                }
            }
        }
        return gains;
    }

    private PairChoice search(int device, int block) {
        PairChoice found = PairChoice.NONE;
        for (int bits = problem.limits().minBits(); bits <= problem.limits().maxBits(); bits++) {
            PairChoice choice = at(device, block, bits);
            if (choice.feasible() && !(choice.utility() <= found.utility())) {
                found = choice;
            }
        }
        return found;
    }

    SflamProblem problem() {
        return problem;
    }

    int devices() {
        return shares.length;
    }

    int blocks() {
        return gains[0].length;
    }

    double share(int device) {
        return shares[device];
    }

    double computeSeconds(int device) {
        return computeSeconds[device];
    }

    double serverSeconds(int device) {
        return serverSeconds[device];
    }

    double computeJoules(int device) {
        return computeJoules[device];
    }

    /** SFLAM's Algorithm 2 for a device and block. */
    PairChoice best(int device, int block) {
        return best[device][block];
    }

    boolean canTakePart(int device) {
        for (PairChoice choice : best[device]) {
            if (choice.feasible()) {
                return true;
            }
        }
        return false;
    }

    /** SFLAM's first subproblem at given bits. */
    PairChoice at(int device, int block, int bits) {
        return choice(
                device,
                block,
                bits,
                power.watts(bitsPerHertz[bits], gains[device][block], uploadSeconds[device], maxWatts(device)));
    }

    /** Given bits at the greatest power: what the descent starts from. */
    PairChoice atGreatestPower(int device, int block, int bits) {
        double watts = power.greatestWatts(maxWatts(device));
        boolean late =
                PowerControl.uploadSeconds(bitsPerHertz[bits], gains[device][block], watts) > uploadSeconds[device];
        return choice(device, block, bits, late ? Double.POSITIVE_INFINITY : watts);
    }

    private PairChoice choice(int device, int block, int bits, double watts) {
        if (Double.isInfinite(watts)) {
            return PairChoice.NONE;
        }
        double upload = problem.devices().get(device).iterations()
                * PowerControl.uploadSeconds(bitsPerHertz[bits], gains[device][block], watts);
        double joules = computeJoules[device] + watts * upload;
        return new PairChoice(block, bits, watts, upload, joules, problem.goal().utility(shares[device], bits, joules));
    }

    private double maxWatts(int device) {
        return problem.devices().get(device).hardware().txPowerWatts();
    }

    double greatestWatts(int device) {
        return power.greatestWatts(maxWatts(device));
    }

    /** The power that the fewest bits need on a device's best block to be in time; infinite where none does. */
    double neededWatts(int device) {
        return PowerControl.leastWatts(
                bitsPerHertz[problem.limits().minBits()], greatestGain(device), uploadSeconds[device]);
    }

    double greatestGain(int device) {
        double greatest = 0;
        for (double gain : gains[device]) {
            greatest = Math.max(greatest, gain);
        }
        return greatest;
    }

    /** The least delay of a device's round, with the fewest bits and all its power; infinite without any gain. */
    double leastDelaySeconds(int device) {
        double upload = PowerControl.uploadSeconds(
                bitsPerHertz[problem.limits().minBits()], greatestGain(device), greatestWatts(device));
        return computeSeconds[device]
                + serverSeconds[device]
                + problem.devices().get(device).iterations() * upload;
    }
}
