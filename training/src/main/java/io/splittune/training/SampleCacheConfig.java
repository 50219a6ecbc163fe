package io.splittune.training;

import io.splittune.codec.Compression;
import io.splittune.codec.SampleCache;
import java.util.Objects;

/**
 * That activations are coded against their samples' last visits, see {@link ActivationMemory}.
 *
 * @param limits of each end's cache, for each device
 * @param firstVisit compression of micro-batches in which a sample is seen for the first time and will be remembered:
 *     what it leaves out has to be made up for by later visits
 */
public record SampleCacheConfig(SampleCache.Limits limits, Compression.Quantised firstVisit) {
    /** Checks that both are there. */
    public SampleCacheConfig {
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(firstVisit, "firstVisit");
    }
}
