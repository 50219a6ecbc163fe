package io.splittune.wireless;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SflamWorkloadTest {
    private static final double MIB = 1 << 20;

    /** Table II as printed, but for the memory of ViT-B/16: the print has 74.00. */
    @ParameterizedTest
    @CsvSource({
        "vit-b32, 9.0, 14.80, 18.38",
        "vit-l32, 12.0, 19.73, 24.50",
        "vit-b16, 2.25, 14.80, 73.50",
        "vit-l16, 3.0, 19.73, 98.00"
    })
    void tableTwoComesOut(String shape, double parametersMib, double giga, double memoryMib) {
        SflamWorkload workload = SflamWorkload.printed((VitShape) ModelShapes.named(shape, 10, 1), 128);
        assertThat(4 * workload.deviceParameters() / MIB).isEqualTo(parametersMib);
        assertThat(workload.deviceOperations() / 1e9).isCloseTo(giga, within(0.005));
        assertThat(4 * workload.activationValues() / MIB).isCloseTo(memoryMib, within(0.005));
    }

    @Test
    void classTokenAddsARowOfTokens() {
        VitShape model = SflamSetting.model(10);
        assertThat(SflamWorkload.printed(model, 128).sentTokens()).isEqualTo(49);
        SflamWorkload with = new SflamWorkload(model, 128, true, OperationCount.FORWARD_MACS);
        assertThat(with.sentTokens()).isEqualTo(50);
        assertThat(with.activationValues()).isEqualTo(128L * 50 * 768);
    }

    @Test
    void bitsOfTheQuantiserAreExact() {
        SflamWorkload workload = SflamSetting.workload(10);
        long d = 128L * 49 * 768;
        assertThat(workload.exactBits(4)).isEqualTo(4 * d + d + 64);
        assertThat(workload.exactBits(16)).isEqualTo(16 * d + d + 64);
        assertThat(workload.batch(true).sentBits(4)).isEqualTo((double) (workload.exactBits(4) - 64));
        assertThat(workload.batch(false).sentBits(4)).isEqualTo(4.0 * d);
        assertThat(workload.batch(true).sentBits(32)).isEqualTo(32.0 * d);
        assertThatIllegalArgumentException().isThrownBy(() -> workload.exactBits(32));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> workload.batch(true).sentBits(0))
                .withMessage("bits (0) must lie in [1, 32].");
    }

    /** Two operations for a multiply-add; three passes, two for the first layer. */
    @Test
    void trainingTakesFourAndSixTimesTheForwardMultiplyAdds() {
        VitShape model = SflamSetting.model(10);
        SflamWorkload forward = SflamWorkload.printed(model, 128);
        SflamWorkload training = new SflamWorkload(model, 128, false, OperationCount.TRAINING_FLOPS);
        assertThat(training.deviceOperations()).isEqualTo(4 * forward.deviceOperations());
        assertThat(training.serverOperations()).isEqualTo(6 * forward.serverOperations());
        assertThat(training.wholeOperations()).isEqualTo(training.deviceOperations() + training.serverOperations());
    }

    @Test
    void modelOfTenClassesHasTheBitsOfTableOne() {
        assertThat(SflamSetting.workload(10).modelBits() / 8.0 / MIB).isCloseTo(333.645, within(0.001));
    }
}
