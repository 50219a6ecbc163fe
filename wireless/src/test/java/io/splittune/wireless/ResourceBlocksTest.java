package io.splittune.wireless;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.splittune.testkit.Property;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResourceBlocksTest {
    @Test
    void aBandHoldsWholeBlocks() {
        assertThat(ResourceBlocks.of(20e6, 15e3)).isEqualTo(new ResourceBlocks(111, 180e3));
        assertThat(ResourceBlocks.of(180e3, 15e3).count()).isEqualTo(1);
    }

    @Test
    void aPlanIsRoundedDown() {
        ResourceBlocks blocks = new ResourceBlocks(10, 180e3);
        assertThat(blocks.roundDownHz(List.of(360e3, 500e3, 100e3, 0.0))).containsExactly(360e3, 360e3, 0.0, 0.0);
        // A third of the band three times, each short of its blocks by rounding error.
        assertThat(new ResourceBlocks(9, 180e3).roundDownHz(List.of(540e3 - 1e-8, 540e3, 540e3)))
                .containsExactly(540e3, 540e3, 540e3);
    }

    @Test
    void roundingLosesLessThanABlockEach() {
        Property.forAll(200, random -> {
            ResourceBlocks blocks = ResourceBlocks.of(random.nextDouble(1e6, 1e8), 30e3);
            double left = blocks.count() * blocks.widthHz();
            List<Double> plan = new ArrayList<>();
            for (int n = 0; n < 8; n++) {
                double share = left * random.nextDouble();
                plan.add(share);
                left -= share;
            }
            List<Double> rounded = blocks.roundDownHz(plan);
            for (int n = 0; n < plan.size(); n++) {
                assertThat(plan.get(n) - rounded.get(n)).isBetween(-1e-3, blocks.widthHz());
                assertThat(rounded.get(n) % blocks.widthHz()).isZero();
            }
        });
    }

    @Test
    void badInputIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ResourceBlocks.of(100e3, 15e3))
                .withMessage(
                        "bandwidthHz (100000.0) must hold a block of 180000.0 Hz; widen the band or narrow the spacing.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ResourceBlocks(2, 180e3).roundDownHz(List.of(200e3, 400e3)))
                .withMessage("plannedHz needs 3 blocks; the carrier has 2.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ResourceBlocks(2, 180e3).roundDownHz(List.of(-1.0)))
                .withMessage("plannedHz (-1.0) must be finite and >= 0.");
    }
}
