package io.splittune.training;

import java.util.Optional;

/** What one end of a link remembers as long as it lasts. Used by one thread at a time. */
final class LinkMemory implements AutoCloseable {
    private final AdapterExchange adapters;
    private final Optional<ActivationMemory> activations;

    LinkMemory(TrainingConfig config) {
        adapters = new AdapterExchange(config);
        activations = config.scheme().compresses() ? config.sampleCache().map(ActivationMemory::new) : Optional.empty();
    }

    /** Returns the last starts of rounds, beside which adapters travel. */
    AdapterExchange adapters() {
        return adapters;
    }

    /** Returns the samples' last visits, if they are remembered at all. */
    Optional<ActivationMemory> activations() {
        return activations;
    }

    @Override
    public void close() {
        activations.ifPresent(ActivationMemory::close);
    }
}
