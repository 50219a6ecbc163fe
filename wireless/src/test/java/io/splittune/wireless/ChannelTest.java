package io.splittune.wireless;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.splittune.core.RandomStreams;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChannelTest {
    private static final RandomStreams STREAMS = new RandomStreams(7);
    private static final List<SnrDb> SNRS = Collections.nCopies(20, new SnrDb(17, 20));

    private static List<Channel> drawnChannels() {
        RayleighChannel rayleigh = new RayleighChannel(SNRS, STREAMS);
        CqiChannel cqi = CqiChannel.drawn(Collections.nCopies(20, new CqiChannel.Spread(9, 12, 2)), STREAMS);
        return List.of(rayleigh, cqi, CqiChannel.over(rayleigh));
    }

    @Test
    void theFixedChannelGivesThePapersEfficiencyForEver() {
        FixedChannel channel = new FixedChannel(List.of(new SnrDb(17, 17), new SnrDb(0, 10)));
        assertThat(channel.state(0, 0).uplinkBitsPerHz()).isCloseTo(5.6758, within(5e-5));
        assertThat(channel.state(0, 99)).isEqualTo(channel.state(0, 0));
        assertThat(channel.state(1, 3).uplinkBitsPerHz()).isCloseTo(1, within(1e-12));
        assertThat(channel.state(1, 3).downlinkBitsPerHz()).isCloseTo(Math.log(11) / Math.log(2), within(1e-12));
    }

    @Test
    void rayleighPowerGainsAreExponentialWithMeanOne() {
        RayleighChannel channel = new RayleighChannel(SNRS, STREAMS);
        int rounds = 10_000;
        double sum = 0;
        double squares = 0;
        int deep = 0;
        for (int device = 0; device < 20; device++) {
            for (int round = 0; round < rounds; round++) {
                double gain = channel.powerGain(device, round);
                sum += gain;
                squares += gain * gain;
                deep += gain < 0.1 ? 1 : 0;
            }
        }
        double count = 20.0 * rounds;
        // An exponential with mean 1 has variance 1, second moment 2 (with variance 20), and P(gain < 0.1) = 1 -
        // exp(-0.1).
        assertThat(sum / count).isCloseTo(1, within(3 / Math.sqrt(count)));
        assertThat(squares / count).isCloseTo(2, within(3 * Math.sqrt(20 / count)));
        double below = 1 - Math.exp(-0.1);
        assertThat(deep / count).isCloseTo(below, within(3 * Math.sqrt(below * (1 - below) / count)));
    }

    @Test
    void rayleighMultipliesBothDirectionsByOneGain() {
        RayleighChannel channel = new RayleighChannel(SNRS, STREAMS);
        double gain = channel.powerGain(3, 5);
        LinkState state = channel.state(3, 5);
        assertThat(state.uplinkBitsPerHz()).isEqualTo(Shannon.bitsPerHz(gain * Math.pow(10, 1.7)));
        assertThat(state.downlinkBitsPerHz()).isEqualTo(Shannon.bitsPerHz(gain * 100));
    }

    @Test
    void theSameDeviceAndRoundGiveTheSameStateInAnyOrder() {
        for (Channel channel : drawnChannels()) {
            List<LinkState> forward = new ArrayList<>();
            for (int round = 0; round < 30; round++) {
                for (int device = 0; device < 20; device++) {
                    forward.add(channel.state(device, round));
                }
            }
            List<LinkState> backward = new ArrayList<>();
            for (int round = 29; round >= 0; round--) {
                for (int device = 19; device >= 0; device--) {
                    backward.add(channel.state(device, round));
                }
            }
            Collections.reverse(backward);
            assertThat(backward).isEqualTo(forward);
            assertThat(forward.stream().distinct().count()).isGreaterThan(10);
        }
    }

    @Test
    void anotherSeedGivesAnotherChannel() {
        assertThat(new RayleighChannel(SNRS, new RandomStreams(8)).powerGain(0, 0))
                .isNotEqualTo(new RayleighChannel(SNRS, STREAMS).powerGain(0, 0));
    }

    @Test
    void cqiEfficienciesAreTheStandards() {
        double[] table = {
            0, 0.1523, 0.2344, 0.3770, 0.6016, 0.8770, 1.1758, 1.4766, 1.9141, 2.4063, 2.7305, 3.3223, 3.9023, 4.5234,
            5.1152, 5.5547
        };
        for (int cqi = 0; cqi <= CqiTable.HIGHEST; cqi++) {
            assertThat(CqiTable.bitsPerHz(cqi)).isCloseTo(table[cqi], within(5.1e-5));
        }
    }

    @Test
    void cqiStepsAreAtTheirThresholds() {
        assertThat(CqiTable.ofSinrDb(Double.NEGATIVE_INFINITY)).isZero();
        assertThat(CqiTable.ofSinrDb(-6.71)).isZero();
        assertThat(CqiTable.ofSinrDb(-6.7)).isEqualTo(1);
        assertThat(CqiTable.ofSinrDb(10.29)).isEqualTo(8);
        assertThat(CqiTable.ofSinrDb(10.3)).isEqualTo(9);
        assertThat(CqiTable.ofSinrDb(22.7)).isEqualTo(15);
        assertThat(CqiTable.ofSinrDb(90)).isEqualTo(15);
    }

    @Test
    void drawnCqiHasItsMeanAndCanFallIntoOutage() {
        CqiChannel channel =
                CqiChannel.drawn(List.of(new CqiChannel.Spread(9, 9, 0), new CqiChannel.Spread(0.5, 8, 2)), STREAMS);
        assertThat(channel.state(0, 4)).isEqualTo(new LinkState(CqiTable.bitsPerHz(9), CqiTable.bitsPerHz(9)));
        int outages = 0;
        double sum = 0;
        int rounds = 4000;
        for (int round = 0; round < rounds; round++) {
            LinkState state = channel.state(1, round);
            outages += state.isOutage() ? 1 : 0;
            sum += cqi(state.downlinkBitsPerHz());
        }
        assertThat(outages).isBetween(rounds / 3, 2 * rounds / 3);
        // Rounding adds 1/12 to the variance of 4; clipping at 0 and 15 lies 3.5 deviations or more away.
        assertThat(sum / rounds).isCloseTo(8, within(3 * Math.sqrt((4 + 1.0 / 12) / rounds)));
    }

    private static int cqi(double bitsPerHz) {
        for (int cqi = 0; cqi <= CqiTable.HIGHEST; cqi++) {
            if (CqiTable.bitsPerHz(cqi) == bitsPerHz) {
                return cqi;
            }
        }
        throw new AssertionError(bitsPerHz + " is in no row of the table.");
    }

    @Test
    void cqiOverAnotherChannelReportsTheSnrThatItReaches() {
        CqiChannel channel = CqiChannel.over(new FixedChannel(List.of(new SnrDb(17, -20), new SnrDb(14.2, 14.0))));
        assertThat(channel.state(0, 0)).isEqualTo(new LinkState(CqiTable.bitsPerHz(12), 0));
        assertThat(channel.state(0, 0).isOutage()).isTrue();
        assertThat(channel.state(1, 0)).isEqualTo(new LinkState(CqiTable.bitsPerHz(11), CqiTable.bitsPerHz(10)));
    }

    @Test
    void shannonsRateGrowsWithPowerAndFallsPerHertz() {
        // 1 W over 1 MHz at gain 1e-12 and N0 = 1e-18 W/Hz: SNR 1, so 1 bit/s per hertz.
        assertThat(Shannon.bitsPerSecond(1e6, 1, 1e-12, 1e-18)).isCloseTo(1e6, within(1e-6));
        assertThat(Shannon.bitsPerSecond(1e6, 0, 1e-12, 1e-18)).isZero();
        assertThat(Shannon.snrDb(Shannon.bitsPerHz(50))).isCloseTo(10 * Math.log10(50), within(1e-12));
        assertThat(Shannon.snrDb(0)).isEqualTo(Double.NEGATIVE_INFINITY);
    }

    @Test
    void badInputIsNamed() {
        FixedChannel channel = new FixedChannel(SNRS);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> channel.state(20, 0))
                .withMessage("deviceIndex (20) must lie in [0, 19].");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> channel.state(0, -1))
                .withMessage("round (-1) must be >= 0.");
        for (Channel drawn : drawnChannels()) {
            assertThatIllegalArgumentException().isThrownBy(() -> drawn.state(-1, 0));
            assertThatIllegalArgumentException().isThrownBy(() -> drawn.state(0, -1));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SnrDb(Double.NaN, 1))
                .withMessage("uplinkSnrDb (NaN) must be finite.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LinkState(1, -1))
                .withMessage("downlinkBitsPerHz (-1.0) must be finite and >= 0.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CqiTable.bitsPerHz(16))
                .withMessage("cqi (16) must lie in [0, 15].");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CqiTable.ofSinrDb(Double.NaN))
                .withMessage("sinrDb (NaN) must be a number.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CqiChannel.Spread(16, 1, 1))
                .withMessage("uplinkMean (16.0) must lie in [0.0, 15.0].");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Shannon.bitsPerSecond(0, 1, 1, 1))
                .withMessage("bandwidthHz (0.0) must be finite and > 0.");
    }
}
