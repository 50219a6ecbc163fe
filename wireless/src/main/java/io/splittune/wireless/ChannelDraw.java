package io.splittune.wireless;

import io.splittune.core.RandomStreams;
import java.util.random.RandomGenerator;

/** What a channel draws numbers for: each has streams of its own, so that no draw moves another. */
enum ChannelDraw {
    FADING,
    LARGE_SCALE,
    DISTANCE,
    CQI,
    BLOCK_FADING;

    /** Opens the stream of a device and round; what lasts over rounds has round 0. */
    RandomGenerator open(RandomStreams streams, int deviceIndex, int round) {
        // The name, not the ordinal, as in RandomStreams: a draw added in the middle must not move the others.
        return streams.stream(RandomStreams.Purpose.CHANNEL, name().hashCode(), deviceIndex, round);
    }

    /** Opens the stream of a device, round and resource block. */
    RandomGenerator open(RandomStreams streams, int deviceIndex, int round, int block) {
        return streams.stream(RandomStreams.Purpose.CHANNEL, name().hashCode(), deviceIndex, round, block);
    }
}
