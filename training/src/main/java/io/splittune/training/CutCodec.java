package io.splittune.training;

import io.splittune.codec.ActivationCodec;
import io.splittune.codec.Compression;
import io.splittune.codec.Decoded;
import io.splittune.codec.Encoded;
import io.splittune.codec.Mask;
import java.util.random.RandomGenerator;

/**
 * Encodes and decodes the two tensors that cross the cut, as one {@link CutCompression} says. Thread-safe.
 *
 * <p>The gradient is that of the masked straight-through estimator: with {@code s^ = mask * s} up to rounding,
 * {@code d s^ / d s = mask}, so a dropped element gets no gradient. A gradient frame on a shared mask therefore leaves
 * out only what the device would discard.
 */
final class CutCodec {
    private final ActivationCodec codec =
            new ActivationCodec(Runtime.getRuntime().availableProcessors());

    Encoded encodeActivation(float[] values, int[] shape, Compression activations, RandomGenerator random) {
        return codec.encode(values, shape, activations, random);
    }

    Decoded decodeActivation(byte[] frame, int[] shape) {
        return codec.decode(frame, shape);
    }

    byte[] encodeGradient(float[] values, int[] shape, CutCompression cut, Mask mask, RandomGenerator random) {
        return sharesMask(cut)
                ? codec.encodeOnMask(values, shape, mask, (Compression.Quantised) cut.gradients(), random)
                        .frame()
                : codec.encode(values, shape, cut.gradients(), random).frame();
    }

    /** Returns the gradient with zeros where the activation was dropped. */
    float[] decodeGradient(byte[] frame, int[] shape, CutCompression cut, Mask mask) {
        if (sharesMask(cut)) {
            return codec.decodeOnMask(frame, mask, shape).values();
        }
        float[] gradient = codec.decode(frame, shape).values();
        if (!mask.isDense()) {
            float[] masked = new float[gradient.length];
            mask.forEachKept(i -> masked[i] = gradient[i]);
            return masked;
        }
        return gradient;
    }

    private static boolean sharesMask(CutCompression cut) {
        return cut.shareMask() && cut.gradients() instanceof Compression.Quantised;
    }
}
