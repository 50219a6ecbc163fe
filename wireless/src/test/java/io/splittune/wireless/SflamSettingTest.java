package io.splittune.wireless;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.splittune.core.RandomStreams;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SflamSettingTest {
    private final RandomStreams streams = new RandomStreams(3);

    @Test
    void fleetLiesInThePapersRanges() {
        SflamFleet fleet = SflamSetting.fleet(500, streams);
        assertThat(fleet.devices()).allSatisfy(device -> {
            assertThat(device.cores()).isBetween(4, 6);
            assertThat(device.clockHz()).isBetween(0.5e9, 1.5e9);
            assertThat(device.txPowerWatts()).isBetween(0.5, 2.0);
        });
        assertThat(fleet.devices()).extracting(Device::cores).contains(4, 5, 6);
        assertThat(fleet.distancesMetres()).allMatch(metres -> metres >= 50 && metres <= 1000);
        assertThat(fleet.samples()).allMatch(count -> count >= 400 && count <= 500);
        assertThat(fleet.server().cores()).isBetween(2560, 5120);
        assertThat(fleet.server().flopsPerCycle()).isBetween(1.0, 2.0);
        assertThat(fleet.server().clockHz()).isEqualTo(3e9);
    }

    @Test
    void moreDevicesLeaveTheFirstAsTheyWere() {
        assertThat(SflamSetting.fleet(20, streams).first(5)).isEqualTo(SflamSetting.fleet(5, streams));
        assertThat(SflamSetting.fleet(5, new RandomStreams(4))).isNotEqualTo(SflamSetting.fleet(5, streams));
    }

    @Test
    void gainsAreTheSameWheneverAskedAndDifferByBlockDeviceAndRound() {
        BlockGains gains = SflamSetting.gains(SflamSetting.fleet(3, streams), 4, streams);
        double[] drawn = IntStream.range(0, 24)
                .mapToDouble(i -> gains.gainToNoise(i % 3, i / 3 % 4, i / 12))
                .toArray();
        assertThat(drawn).doesNotHaveDuplicates();
        assertThat(Arrays.stream(drawn).min().orElseThrow()).isPositive();
        double[] again = IntStream.range(0, 24)
                .parallel()
                .mapToDouble(i -> gains.gainToNoise(i % 3, i / 3 % 4, i / 12))
                .toArray();
        assertThat(again).containsExactly(drawn);
    }

    /** 128.1 dB at 1 km and -174 dBm/Hz over 20 MHz; fading has mean 1. */
    @Test
    void meanGainIsThePathLossOverTheNoise() {
        BlockGains gains = new FadingBlockGains(
                LogDistancePathLoss.MACRO_2GHZ, List.of(1000.0), 10, 20e6, -174, new RandomStreams(1));
        double mean = IntStream.range(0, 40_000)
                .mapToDouble(i -> gains.gainToNoise(0, i % 10, i / 10))
                .average()
                .orElseThrow();
        double expected = Math.pow(10, -12.81) / (Math.pow(10, -20.4) * 20e6);
        assertThat(mean).isCloseTo(expected, within(3 * expected / Math.sqrt(40_000)));
    }

    @Test
    void tablesOfGainsAreChecked() {
        BlockGains gains = new FixedBlockGains(new double[][] {{1, 2}, {3, 0}});
        assertThat(gains.gainToNoise(1, 0, 9)).isEqualTo(3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FixedBlockGains(new double[][] {{1}, {1, 2}}))
                .withMessage("gains of device 1 has 2 columns; there are 1 blocks.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FixedBlockGains(new double[][] {{Double.NaN}}))
                .withMessage("gain (NaN) must be finite and >= 0.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FixedBlockGains(new double[][] {{}}))
                .withMessage("gains must have one column per resource block.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SflamSetting.gains(SflamSetting.fleet(1, streams), 0, streams))
                .withMessage("blocks (0) must be > 0.");
        assertThatIllegalArgumentException().isThrownBy(() -> gains.gainToNoise(0, 2, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> gains.gainToNoise(2, 0, 0));
    }
}
