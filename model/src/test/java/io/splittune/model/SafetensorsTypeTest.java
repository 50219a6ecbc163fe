package io.splittune.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class SafetensorsTypeTest {
    @Test
    void everyHalfPrecisionNumberSurvivesTheWayThroughFloat() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float wide = SafetensorsType.halfToFloat((short) bits);
            if (Float.isNaN(wide)) {
                assertThat((bits & 0x7C00) == 0x7C00 && (bits & 0x3FF) != 0).isTrue();
            } else {
                assertThat(SafetensorsType.floatToHalf(wide)).isEqualTo((short) bits);
            }
        }
    }

    @Test
    void halfPrecisionHasItsKnownValues() {
        assertThat(SafetensorsType.halfToFloat((short) 0x3C00)).isEqualTo(1f);
        assertThat(SafetensorsType.halfToFloat((short) 0xC000)).isEqualTo(-2f);
        assertThat(SafetensorsType.halfToFloat((short) 0x7BFF)).isEqualTo(65504f);
        assertThat(SafetensorsType.halfToFloat((short) 0x0001)).isEqualTo(0x1p-24f);
        assertThat(SafetensorsType.halfToFloat((short) 0x7C00)).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(SafetensorsType.halfToFloat((short) 0x3555)).isEqualTo(0.33325195f);
    }

    @Test
    void roundingGoesToTheNearestAndTiesToEven() {
        // Neighbours of 1 in half precision are 2^-10 apart, in bfloat16 2^-7.
        assertThat(through(SafetensorsType.F16, 1 + 0x1p-11f)).isEqualTo(1f);
        assertThat(through(SafetensorsType.F16, 1 + 3 * 0x1p-11f)).isEqualTo(1 + 0x1p-9f);
        assertThat(through(SafetensorsType.F16, 1 + 0x1.01p-11f)).isEqualTo(1 + 0x1p-10f);
        assertThat(through(SafetensorsType.F16, 65519f)).isEqualTo(65504f);
        assertThat(through(SafetensorsType.F16, 65520f)).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(through(SafetensorsType.F16, 0x1.FFFp-15f)).isEqualTo(0x1p-14f);
        assertThat(through(SafetensorsType.BF16, 1 + 0x1p-8f)).isEqualTo(1f);
        assertThat(through(SafetensorsType.BF16, 1 + 3 * 0x1p-8f)).isEqualTo(1 + 0x1p-6f);
        assertThat(through(SafetensorsType.BF16, -1.0039064f)).isEqualTo(-1.0078125f);
        assertThat(through(SafetensorsType.BF16, Float.intBitsToFloat(0x7F800001)))
                .isNaN();
        assertThat(through(SafetensorsType.F32, 0.1f)).isEqualTo(0.1f);
    }

    private static float through(SafetensorsType type, float value) {
        ByteBuffer bytes = ByteBuffer.allocate(type.bytes());
        type.putFloats(new float[] {value}, bytes);
        assertThat(bytes.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
        return type.toFloats(bytes.flip())[0];
    }
}
