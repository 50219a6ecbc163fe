package io.splittune.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PositionInterpolationTest {
    private final Map<String, FloatArray> golden = GoldenFiles.tensors(GoldenFiles.path("positions.safetensors"));

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 6, 7, 8, 14})
    void equalsTimm(int side) {
        FloatArray expected = golden.get("side" + side);
        FloatArray resized = PositionInterpolation.resize(golden.get("side4"), 4, side);
        assertThat(resized.shape()).isEqualTo(expected.shape());
        for (int i = 0; i < expected.size(); i++) {
            // Sums of at most 16 products of magnitude 1 in fp32, in another order.
            assertThat(resized.get(i)).isCloseTo(expected.get(i), within(2e-6f));
        }
    }

    @Test
    void leavesTheStoredSizeAlone() {
        assertThat(PositionInterpolation.resize(golden.get("side4"), 4, 4)).isSameAs(golden.get("side4"));
    }
}
