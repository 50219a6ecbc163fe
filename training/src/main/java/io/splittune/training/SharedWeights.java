package io.splittune.training;

import io.splittune.core.RandomStreams;
import io.splittune.model.AdapterState;
import io.splittune.model.HalfRange;
import io.splittune.model.LoraConfig;
import io.splittune.model.ModelConfig;
import io.splittune.model.TransformerHalf;
import io.splittune.transport.Blob;
import java.util.Optional;

/**
 * The environment of a device in the server's process: it computes with the server's own frozen base.
 *
 * @param task what the device does, whatever the server's configuration says
 * @param model the server's, not closed by the device
 */
record SharedWeights(DeviceTask task, HalfSource model) implements DeviceEnvironment {
    @Override
    public DeviceTask prepare(byte[] configuration, int deviceIndex) {
        return task;
    }

    @Override
    public Optional<HalfSource> ownWeights(int cut, String weightsHash) {
        return Optional.of(new Borrowed(model));
    }

    @Override
    public HalfSource receivedWeights(String weightsHash, Blob weights) {
        throw new IllegalStateException("A device that shares the server's weights asked for none.");
    }

    private record Borrowed(HalfSource owner) implements HalfSource {
        @Override
        public ModelConfig config() {
            return owner.config();
        }

        @Override
        public TransformerHalf half(HalfRange range) {
            return owner.half(range);
        }

        @Override
        public AdapterState initialAdapter(LoraConfig lora, RandomStreams streams) {
            return owner.initialAdapter(lora, streams);
        }

        @Override
        public void close() {}
    }
}
