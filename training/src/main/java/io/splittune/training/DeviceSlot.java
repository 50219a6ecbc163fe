package io.splittune.training;

import io.splittune.transport.CutLink;
import java.util.Optional;

/** The server's place for one device: its link while it is there, and its server-side adapters where they stay. Thread-safe. */
final class DeviceSlot implements AutoCloseable {
    private final int index;
    private final String id;
    private Optional<CutLink> link = Optional.empty();
    private Optional<TrainableState> trainable = Optional.empty();
    private Optional<LinkMemory> memory = Optional.empty();
    private Optional<CutLink> remembering = Optional.empty();
    private long samples;

    DeviceSlot(int index, String id) {
        this.index = index;
        this.id = id;
    }

    int index() {
        return index;
    }

    String id() {
        return id;
    }

    /**
     * Takes a device that has joined, in place of an earlier link of the same device.
     *
     * @param newLink its link, closed by this
     * @param newSamples how many it says it trains on
     */
    synchronized void attach(CutLink newLink, long newSamples) {
        samples = newSamples;
        link.ifPresent(CutLink::close);
        link = Optional.of(newLink);
    }

    /** Gives the device up until it comes back, unless it already has. */
    synchronized void detach(CutLink failed) {
        failed.close();
        if (link.isPresent() && link.get() == failed) {
            link = Optional.empty();
        }
    }

    synchronized Optional<CutLink> link() {
        if (link.isPresent() && !link.get().isOpen()) {
            link = Optional.empty();
        }
        return link;
    }

    /**
     * Returns what this end remembers for the length of a link; nothing at its beginning.
     *
     * @param current the link that a round goes over
     * @param config says what is remembered
     */
    synchronized LinkMemory memory(CutLink current, TrainingConfig config) {
        if (memory.isEmpty() || remembering.isEmpty() || remembering.get() != current) {
            memory.ifPresent(LinkMemory::close);
            memory = Optional.of(new LinkMemory(config));
            remembering = Optional.of(current);
        }
        return memory.get();
    }

    /** Returns the samples of the device, also of one that has left; 0 if it never came. */
    synchronized long samples() {
        return samples;
    }

    synchronized Optional<TrainableState> trainable() {
        return trainable;
    }

    synchronized void trainable(TrainableState state) {
        trainable.ifPresent(TrainableState::close);
        trainable = Optional.of(state);
    }

    @Override
    public synchronized void close() {
        trainable.ifPresent(TrainableState::close);
        trainable = Optional.empty();
        memory.ifPresent(LinkMemory::close);
        memory = Optional.empty();
        link.ifPresent(CutLink::close);
        link = Optional.empty();
    }
}
