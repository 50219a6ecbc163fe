package io.splittune.codec;

import io.splittune.core.Check;

/** How adapters, or whole models, travel between a device and the server. Immutable. */
public sealed interface AdapterCompression {
    /** Plain files of fp32 values. */
    record None() implements AdapterCompression {}

    /** Bit for bit, as {@link AdapterCodec} packs it. */
    record Lossless() implements AdapterCompression {}

    /**
     * Uploads as quantised differences to what their round started from; everything else as {@link Lossless}.
     *
     * @param levels E, the number of intervals between 0 and a tensor's largest absolute difference, in [1, 65535]
     */
    record Quantised(int levels) implements AdapterCompression {
        /** Checks the range. */
        public Quantised {
            Check.inRange(levels, 1, Compression.MAX_LEVELS, "levels");
        }
    }
}
