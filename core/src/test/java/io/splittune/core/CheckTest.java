package io.splittune.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class CheckTest {
    @Test
    void returnsWhatIsInRange() {
        assertThat(Check.positive(2.5, "x")).isEqualTo(2.5);
        assertThat(Check.notNegative(0.0, "x")).isZero();
        assertThat(Check.inRange(3, 3, 3, "x")).isEqualTo(3);
        assertThat(Check.positive(1L << 40, "x")).isEqualTo(1L << 40);
    }

    @Test
    void namesTheArgumentAndTheValue() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Check.positive(-1.0, "bandwidthHz"))
                .withMessage("bandwidthHz (-1.0) must be finite and > 0.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Check.inRange(9, 1, 5, "cut"))
                .withMessage("cut (9) must lie in [1, 5].");
    }

    @Test
    void refusesNotANumberAndInfinityEverywhere() {
        for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            assertThatIllegalArgumentException().isThrownBy(() -> Check.positive(bad, "x"));
            assertThatIllegalArgumentException().isThrownBy(() -> Check.notNegative(bad, "x"));
            assertThatIllegalArgumentException().isThrownBy(() -> Check.inRange(bad, 0, 1, "x"));
        }
    }
}
