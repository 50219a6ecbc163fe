package io.splittune.training;

import io.splittune.codec.AdapterCodec;
import io.splittune.codec.AdapterCompression;
import io.splittune.codec.AdapterLayout;
import io.splittune.codec.MalformedFrameException;
import io.splittune.model.AdapterState;
import io.splittune.model.FloatArray;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * How what is trained travels between one device and the server, as {@link TrainingConfig#adapters} says. Either end of a
 * link has one. Both remember what the last round started from: the next start goes beside it, and so does what the device
 * uploads. A link that is made anew begins without. Used by one thread at a time.
 *
 * <p>Uncompressed, a payload is a safetensors file of {@link Handover#together}. Else it is a byte, 0 without an optimiser,
 * 1 with one before its first step, 2 with its moments; then a frame of {@link AdapterCodec}: the tensors in the order of
 * the computation, then the moments of each, then the count of steps.
 *
 * <p>Where uploads are quantised, the adapter's tensors are, and the optimiser's state is not. What the quantiser leaves out
 * is lost: a device that added it to its next upload trained no better (page {@code codec}).
 */
final class AdapterExchange {
    private final TrainingConfig config;
    private final AdapterCodec codec = new AdapterCodec();
    private Map<String, FloatBuffer> start = Map.of();

    AdapterExchange(TrainingConfig config) {
        this.config = config;
    }

    /**
     * Packs a round's start, on the server.
     *
     * @param handover the device's half
     * @param shapes of its adapter, in order
     */
    byte[] start(Handover handover, Map<String, long[]> shapes) {
        byte[] payload = pack(handover, shapes, start, 0);
        remember(handover);
        return payload;
    }

    /**
     * Unpacks a round's start, on the device.
     *
     * @param payload as it came
     * @param shapes of the adapter, in order
     * @param place where it comes from, for messages
     * @throws MalformedFrameException when it is no such payload, or goes beside something else than the last start
     * @throws io.splittune.core.UserException when it is no safetensors file and should be one
     */
    Handover started(byte[] payload, Map<String, long[]> shapes, String place) {
        Handover handover = unpack(payload, shapes, start, place);
        remember(handover);
        return handover;
    }

    /** Forgets the last start, as a link does that is made anew. */
    void forgetStart() {
        start = Map.of();
    }

    /** Packs what the device has trained since the start. */
    byte[] upload(Handover trained, Map<String, long[]> shapes) {
        int levels = config.adapters() instanceof AdapterCompression.Quantised quantised ? quantised.levels() : 0;
        return pack(trained, shapes, uploadReference(shapes), levels);
    }

    /**
     * Unpacks what a device has trained, on the server.
     *
     * @param payload as it came
     * @param shapes of the adapter, in order
     * @param place where it comes from, for messages
     * @throws MalformedFrameException when it is no such payload, or goes beside something else than the last start
     * @throws io.splittune.core.UserException when it is no safetensors file and should be one
     */
    Handover uploaded(byte[] payload, Map<String, long[]> shapes, String place) {
        return unpack(payload, shapes, uploadReference(shapes), place);
    }

    private byte[] pack(Handover handover, Map<String, long[]> shapes, Map<String, FloatBuffer> reference, int levels) {
        if (config.adapters() instanceof AdapterCompression.None) {
            return handover.together().toBytes();
        }
        Form form = handover.optimizer()
                .map(state -> state.steps() == 0 ? Form.FRESH_OPTIMIZER : Form.OPTIMIZER)
                .orElse(Form.ADAPTER);
        AdapterLayout layout = AdapterLayout.of(form.shapes(shapes, config.optimizer()));
        byte[] frame = codec.encode(layout, buffers(handover.together()), reference, levels);
        byte[] payload = new byte[1 + frame.length];
        payload[0] = form.code;
        System.arraycopy(frame, 0, payload, 1, frame.length);
        return payload;
    }

    private Handover unpack(
            byte[] payload, Map<String, long[]> shapes, Map<String, FloatBuffer> reference, String place) {
        if (config.adapters() instanceof AdapterCompression.None) {
            return Handover.of(AdapterState.fromBytes(payload, place), shapes);
        }
        Map<String, long[]> all = Form.of(payload, place).shapes(shapes, config.optimizer());
        byte[] frame = Arrays.copyOfRange(payload, 1, payload.length);
        Map<String, float[]> values = codec.decode(frame, AdapterLayout.of(all), reference);
        Map<String, FloatArray> tensors = new LinkedHashMap<>();
        values.forEach(
                (name, decoded) -> tensors.put(name, FloatArray.of(decoded, Objects.requireNonNull(all.get(name)))));
        return Handover.of(new AdapterState(tensors), shapes);
    }

    private void remember(Handover handover) {
        start = config.adapters() instanceof AdapterCompression.None ? Map.of() : buffers(handover.together());
    }

    /** Only what has a reference is quantised, so the optimiser's state gets none then. */
    private Map<String, FloatBuffer> uploadReference(Map<String, long[]> shapes) {
        if (!(config.adapters() instanceof AdapterCompression.Quantised)) {
            return start;
        }
        Map<String, FloatBuffer> adapter = new LinkedHashMap<>(start);
        adapter.keySet().retainAll(shapes.keySet());
        return adapter;
    }

    private static Map<String, FloatBuffer> buffers(AdapterState state) {
        Map<String, FloatBuffer> buffers = new LinkedHashMap<>();
        state.tensors().forEach((name, values) -> buffers.put(name, values.buffer()));
        return buffers;
    }

    /** What is in a payload. */
    private enum Form {
        ADAPTER((byte) 0),
        FRESH_OPTIMIZER((byte) 1),
        OPTIMIZER((byte) 2);

        private final byte code;

        Form(byte code) {
            this.code = code;
        }

        static Form of(byte[] payload, String place) {
            for (Form form : values()) {
                if (payload.length > 0 && payload[0] == form.code) {
                    return form;
                }
            }
            throw new MalformedFrameException(0, place + " is of no known form");
        }

        Map<String, long[]> shapes(Map<String, long[]> adapter, OptimizerConfig config) {
            return Handover.shapes(adapter, config, this != ADAPTER, this == OPTIMIZER);
        }
    }
}
