package io.splittune.codec;

import io.splittune.core.Check;
import java.nio.FloatBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A tensor's reference, which both ends hold, or that there is none. Confined to one thread. */
final class Beside {
    private static final int CHUNK = 4096;

    private final @Nullable FloatBuffer values;
    private final float[] part = new float[CHUNK];
    private final int length;
    private final int highest;

    /**
     * Looks for it.
     *
     * @param references by name
     * @param name of the tensor
     * @param length of the tensor
     * @throws IllegalArgumentException if the reference has another length
     */
    Beside(Map<String, FloatBuffer> references, String name, int length) {
        this.values = references.get(name);
        this.length = length;
        Check.require(
                values == null || values.limit() == length,
                "The reference of %s does not have %s values.",
                name,
                length);
        this.highest = values == null ? 0 : highestExponent(values);
    }

    /** Returns the largest exponent of a tensor, as the values hold it; 255 with NaN or an infinity. */
    static int highestExponent(FloatBuffer tensor) {
        int largest = 0;
        for (int i = 0; i < tensor.limit(); i++) {
            largest = Math.max(largest, Float.floatToRawIntBits(tensor.get(i)) & AdapterContexts.MAGNITUDE);
        }
        return AdapterContexts.exponentOf(largest);
    }

    boolean isThere() {
        return values != null;
    }

    /** Returns the largest exponent of its values, as they hold it. */
    int highest() {
        return highest;
    }

    /** Returns some of its values, at most {@value #CHUNK}, at the start of an array that the next call fills anew; zeros if there is none. */
    float[] part(int start, int count) {
        if (values != null) {
            values.get(start, part, 0, count);
        }
        return part;
    }

    void copyTo(float[] target) {
        if (values != null) {
            values.get(0, target);
        }
    }

    /** Returns whether a tensor has the same bits; without a reference, whether it is +0 throughout. */
    boolean equalTo(FloatBuffer tensor) {
        for (int i = 0; i < length; i++) {
            float other = values == null ? 0 : values.get(i);
            if (Float.floatToRawIntBits(tensor.get(i)) != Float.floatToRawIntBits(other)) {
                return false;
            }
        }
        return true;
    }

    /** Returns the largest absolute difference of a tensor to it, rounded up to fp32; NaN or infinite if one is. */
    float largestDifference(FloatBuffer tensor) {
        double largest = 0;
        for (int i = 0; values != null && i < length; i++) {
            largest = Math.max(largest, Math.abs((double) tensor.get(i) - values.get(i)));
        }
        float rounded = (float) largest;
        return rounded < largest ? Math.nextUp(rounded) : rounded;
    }
}
