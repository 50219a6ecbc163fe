package io.splittune.model;

import io.splittune.core.RandomStreams;
import io.splittune.core.RandomStreams.Purpose;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;

/**
 * Initial values of weights and adapters. Each tensor has a random stream of its own, keyed by its name: values depend
 * on the seed and the name alone, not on the cut, on the order or on what else is drawn.
 */
final class Initialisation {
    /**
     * timm draws linear layers and positions with this deviation (it truncates at 100 deviations, that is never), and
     * transformers a LLaMA's linear layers and embedding.
     */
    private static final double LINEAR_STD = 0.02;

    /** timm draws the class token with this deviation. */
    private static final double CLASS_TOKEN_STD = 1e-6;

    private Initialisation() {}

    /**
     * Draws what is trained: A normal with deviation 1 / rank (PEFT's {@code init_lora_weights="gaussian"}), B zero, so
     * that training starts from the base model; a trained head normal with deviation 0.02 and bias zero.
     */
    static AdapterState adapters(LoraConfig lora, ModelConfig config, HalfRange range, RandomStreams streams) {
        Map<String, FloatArray> values = new LinkedHashMap<>();
        lora.tensorShapes(config, range).forEach((name, shape) -> {
            FloatArray drawn;
            if (name.endsWith(".lora_A")) {
                drawn = normal(1.0 / lora.rank(), shape, stream(name, streams));
            } else if (name.endsWith(".lora_B")) {
                drawn = FloatArray.zeros(shape);
            } else {
                drawn = weight(name, shape, streams);
            }
            values.put(name, drawn);
        });
        return new AdapterState(values);
    }

    /** Draws a tensor of a model from scratch as timm or transformers do. */
    static FloatArray weight(String name, long[] shape, RandomStreams streams) {
        RandomGenerator random = stream(name, streams);
        if (name.equals("cls_token")) {
            return normal(CLASS_TOKEN_STD, shape, random);
        }
        if (name.equals("patch_embed.proj.weight")) {
            // PyTorch's default for convolutions: uniform within 1 / sqrt(inputs of one output).
            double bound = 1 / Math.sqrt((double) shape[1] * shape[2] * shape[3]);
            return fill(shape, () -> (2 * random.nextDouble() - 1) * bound);
        }
        if (name.endsWith(".bias")) {
            return FloatArray.zeros(shape);
        }
        if (name.contains("norm")) {
            return fill(shape, () -> 1);
        }
        return normal(LINEAR_STD, shape, random);
    }

    private static FloatArray normal(double deviation, long[] shape, RandomGenerator random) {
        return fill(shape, () -> deviation * random.nextGaussian());
    }

    private static FloatArray fill(long[] shape, DoubleSupplier next) {
        float[] values = new float[Math.toIntExact(FloatArray.elements(shape))];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) next.getAsDouble();
        }
        return FloatArray.wrap(values, shape);
    }

    private static RandomGenerator stream(String name, RandomStreams streams) {
        return streams.stream(Purpose.INIT, nameKey(name));
    }

    /** Returns 64 bits that tell names apart: FNV-1a over the characters. */
    static long nameKey(String name) {
        long hash = 0xCBF29CE484222325L;
        for (int i = 0; i < name.length(); i++) {
            hash = (hash ^ name.charAt(i)) * 0x100000001B3L;
        }
        return hash;
    }
}
