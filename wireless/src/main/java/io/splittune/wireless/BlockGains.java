package io.splittune.wireless;

/**
 * Gains of devices on resource blocks: gamma = h / sigma^2 of SFLAM eq. (12), where sigma^2 = N0 B is the noise in a
 * block. They differ between blocks; otherwise it would not matter which block a device is given.
 *
 * <p>An implementation is deterministic: asked again for a device, block and round, it answers the same, in any order
 * and from any thread.
 */
public interface BlockGains {
    /** Returns the number of devices. */
    int devices();

    /** Returns K, the number of blocks. */
    int blocks();

    /**
     * Returns the signal-to-noise ratio at 1 W.
     *
     * @param deviceIndex from 0 to {@code devices() - 1}
     * @param block from 0 to {@code blocks() - 1}
     * @param round not negative
     * @return gamma in 1/W, not negative; 0 is an outage
     */
    double gainToNoise(int deviceIndex, int block, int round);
}
