package io.splittune.wireless;

import io.splittune.core.Check;
import java.util.List;

/** A channel that does not change over the rounds, SFT's "SNR of 17 dB between the devices and the server". */
public final class FixedChannel implements Channel {
    private final List<LinkState> states;

    /**
     * Takes each device's SNR.
     *
     * @param snrs one per device, not empty
     */
    public FixedChannel(List<SnrDb> snrs) {
        Check.require(!snrs.isEmpty(), "snrs must have one entry per device.");
        this.states = snrs.stream().map(LinkState::of).toList();
    }

    @Override
    public LinkState state(int deviceIndex, int round) {
        Check.inRange(deviceIndex, 0, states.size() - 1, "deviceIndex");
        Check.notNegative(round, "round");
        return states.get(deviceIndex);
    }
}
