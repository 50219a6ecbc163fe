package io.splittune.wireless;

/**
 * The links of all devices over the rounds.
 *
 * <p>The same device and round always get the same answer, in whatever order they are asked for and from whatever
 * thread.
 */
public interface Channel {
    /**
     * Returns a device's link in a round.
     *
     * @param deviceIndex 0 to devices - 1
     * @param round not negative
     * @throws IllegalArgumentException if the channel has no such device, or the round is negative
     * @throws io.splittune.core.UserException if a recorded channel ends before this round
     */
    LinkState state(int deviceIndex, int round);
}
