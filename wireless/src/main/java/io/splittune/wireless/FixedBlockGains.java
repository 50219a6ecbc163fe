package io.splittune.wireless;

import io.splittune.core.Check;

/** Given gains, the same in every round. Immutable. */
public final class FixedBlockGains implements BlockGains {
    private final double[][] gains;

    /**
     * Copies the gains.
     *
     * @param gains gamma in 1/W, one row per device and one column per block, at least one of each; 0 is an outage
     */
    public FixedBlockGains(double[][] gains) {
        Check.require(gains.length > 0, "gains must have one row per device.");
        Check.require(gains[0].length > 0, "gains must have one column per resource block.");
        this.gains = new double[gains.length][];
        for (int device = 0; device < gains.length; device++) {
            Check.require(
                    gains[device].length == gains[0].length,
                    "gains of device %s has %s columns; there are %s blocks.",
                    device,
                    gains[device].length,
                    gains[0].length);
            this.gains[device] = gains[device].clone();
            for (double gain : gains[device]) {
                Check.notNegative(gain, "gain");
            }
        }
    }

    @Override
    public int devices() {
        return gains.length;
    }

    @Override
    public int blocks() {
        return gains[0].length;
    }

    @Override
    public double gainToNoise(int deviceIndex, int block, int round) {
        Check.inRange(deviceIndex, 0, devices() - 1, "deviceIndex");
        Check.inRange(block, 0, blocks() - 1, "block");
        Check.notNegative(round, "round");
        return gains[deviceIndex][block];
    }
}
