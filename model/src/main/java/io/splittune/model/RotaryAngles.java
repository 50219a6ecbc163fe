package io.splittune.model;

import io.splittune.tensor.Ops;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.Tensors;

/**
 * The angles of rotary positions, in the single precision and the order of operations of Hugging Face's transformers:
 * at position 8192 an angle's last bit is 0.001.
 *
 * <p>d head width.
 */
final class RotaryAngles {
    private RotaryAngles() {}

    /**
     * Computes the angles.
     *
     * @param start first position
     * @param count number of positions
     * @return (count, d / 2), fp32, in the innermost scope
     */
    static Tensor of(LlamaConfig config, long start, long count) {
        return TensorScope.compute("angles", () -> {
            float[] frequencies = frequencies(config.rope(), config.headWidth());
            float[] positions = new float[Math.toIntExact(count)];
            for (int i = 0; i < positions.length; i++) {
                positions[i] = start + i;
            }
            return Tensors.of(positions, count, 1).mul(Tensors.of(frequencies, 1, frequencies.length));
        });
    }

    /** Returns the frequency of each pair of features, in radians per token. */
    static float[] frequencies(Rope rope, int headWidth) {
        float[] exponents = new float[headWidth / 2];
        for (int i = 0; i < exponents.length; i++) {
            exponents[i] = 2f * i / headWidth;
        }
        float[] frequencies = TensorScope.within(
                "frequencies",
                () -> Ops.powers(rope.theta(), Tensors.of(exponents, exponents.length))
                        .toFloats());
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = scaled(1 / frequencies[i], rope);
        }
        return frequencies;
    }

    private static float scaled(float frequency, Rope rope) {
        float factor = (float) rope.factor();
        return switch (rope.scaling()) {
            case NONE -> frequency;
            case LINEAR -> frequency / factor;
            case LLAMA3 -> {
                float wavelength = 1 / frequency * (float) (2 * Math.PI);
                if (wavelength > rope.originalTokens() / rope.lowFrequencyFactor()) {
                    yield frequency / factor;
                }
                if (wavelength < rope.originalTokens() / rope.highFrequencyFactor()) {
                    yield frequency;
                }
                float smooth = (1 / wavelength * rope.originalTokens() - (float) rope.lowFrequencyFactor())
                        / (float) (rope.highFrequencyFactor() - rope.lowFrequencyFactor());
                yield (1 - smooth) * frequency / factor + smooth * frequency;
            }
        };
    }
}
