package io.splittune.wireless;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.splittune.core.UserException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HardwareProfilesTest {
    /** Peak fp32 figures as commonly published, in TFLOP/s. */
    @ParameterizedTest
    @CsvSource({
        "jetson-nano, 0.236",
        "jetson-tx2, 0.666",
        "jetson-xavier-nx, 0.845",
        "jetson-agx-xavier, 1.410",
        "jetson-orin-nano-4gb, 0.640",
        "jetson-orin-nano-8gb, 1.280",
        "jetson-agx-orin, 5.325",
        "raspberry-pi-4b, 0.048",
        "rtx-4060, 15.114",
        "t4, 8.141",
        "v100, 15.667",
        "phone-exynos-990, 0.563",
        "phone-tensor-g1, 1.085",
        "phone-tensor-g2, 0.760"
    })
    void peakSpeedsAreThePublishedOnes(String name, double teraflops) {
        Device device = HardwareProfiles.named(name).device("d", 0.2);
        assertThat(device.flopsPerSecond() / 1e12).isCloseTo(teraflops, withinPercentage(0.1));
    }

    @Test
    void theSwitchedCapacitanceGivesTheBoardsPowerAtItsHighestClock() {
        for (String name : HardwareProfiles.names()) {
            HardwareProfile profile = HardwareProfiles.named(name);
            assertThat(profile.device("d", 0.2).computePowerWatts()).isCloseTo(profile.powerWatts(), within(1e-9));
            assertThat(profile.server(20).computePowerWatts()).isCloseTo(profile.powerWatts(), within(1e-9));
            assertThat(profile.server(20).flopsPerSecond())
                    .isEqualTo(profile.device("d", 0.2).flopsPerSecond());
            assertThat(profile.name()).isEqualTo(name);
        }
    }

    @Test
    void unknownHardwareIsRefused() {
        assertThatThrownBy(() -> HardwareProfiles.named("jetson-mini"))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("hardware: 'jetson-mini' is not known; choose one of jetson-nano, jetson-tx2,");
    }

    @Test
    void thePapersServerAndDevicesHaveThePapersSpeed() {
        assertThat(SftSetting.server().flopsPerSecond()).isCloseTo(24.6e12, withinPercentage(0.2));
        assertThat(SftSetting.device("d", 1e9).flopsPerSecond()).isEqualTo(1.024e12);
        assertThat(SftSetting.fittedFleet()).hasSize(SftSetting.DEVICES);
        assertThat(SftSetting.ITERATIONS).isCloseTo(97.66, within(0.005));
    }
}
