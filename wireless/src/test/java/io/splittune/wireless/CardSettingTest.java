package io.splittune.wireless;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.splittune.core.RandomStreams;
import io.splittune.wireless.CardSetting.ChannelState;
import io.splittune.wireless.CardSetting.Layers;
import io.splittune.wireless.CardSetting.Traffic;
import java.util.List;
import org.junit.jupiter.api.Test;

class CardSettingTest {
    private static final long TOKENS = (long) Traffic.LIGHT.batchSize() * CardSetting.SEQUENCE_LENGTH;

    @Test
    void tableOneHasTheseSpeeds() {
        assertThat(CardSetting.server().flopsPerSecond()).isCloseTo(15.114e12, within(1e9));
        double[] teraflops = CardSetting.devices().stream()
                .mapToDouble(device -> device.flopsPerSecond() / 1e12)
                .toArray();
        assertThat(teraflops).containsExactly(new double[] {5.3248, 4.096, 2.5088, 1.4336, 0.512}, within(1e-9));
    }

    @Test
    void bothReadingsOfTheLayersHaveTheSameOperationsAndCutsOfTheirOwn() {
        TuningSetup slices = CardSetting.tuning(Layers.EQUAL_SLICES, Traffic.LIGHT);
        TuningSetup real = CardSetting.tuning(Layers.REAL, Traffic.LIGHT);
        assertThat(slices.model().layers()).isEqualTo(32);
        assertThat(real.model().layers()).isEqualTo(16);
        double sliced = flops(slices);
        assertThat(sliced).isCloseTo(flops(real), within(1e-9 * sliced));
    }

    @Test
    void theOperationsAreSixForEachParameterAndTokenAndTheAttentionOnTop() {
        TuningSetup setup = CardSetting.tuning(Layers.EQUAL_SLICES, Traffic.LIGHT);
        ModelShape model = setup.model();
        double usual = CardSetting.usualFlops(model, TOKENS);
        double attention = 3 * model.layers() * model.blockAttentionFlops(Traffic.LIGHT.batchSize());
        assertThat(usual).isCloseTo(3.037e13, within(1e10));
        assertThat(flops(setup) / usual).isCloseTo(1.027, within(5e-4));
        // The norms' 67,584 parameters are in P and have no product.
        assertThat(flops(setup) - attention).isCloseTo(usual, within(1e-4 * usual));
    }

    @Test
    void theAdaptersOfQueryAndValueHave1Point7MillionParameters() {
        assertThat(new Workload(CardSetting.tuning(Layers.REAL, Traffic.LIGHT)).adapterBytes())
                .isEqualTo(4 * 1_703_936L);
        assertThat(new Workload(CardSetting.tuning(Layers.EQUAL_SLICES, Traffic.LIGHT)).adapterBytes())
                .isEqualTo(4 * 1_703_936L);
        assertThat(new Workload(CardSetting.tuning(Layers.REAL, Traffic.HEAVY)).adapterBytes())
                .isEqualTo(4 * 11_272_192L);
    }

    @Test
    void aBetterStateHasBetterLinksInEveryRound() {
        RandomStreams streams = new RandomStreams(1);
        double previous = 0;
        for (ChannelState state : List.of(ChannelState.POOR, ChannelState.NORMAL, ChannelState.GOOD)) {
            Channel channel = CardSetting.channel(state.meanCqi(), streams);
            double sum = 0;
            for (int round = 1; round <= 50; round++) {
                sum += channel.state(4, round).uplinkBitsPerHz();
            }
            assertThat(sum).isGreaterThan(previous);
            previous = sum;
        }
        assertThat(ChannelState.GOOD.noiseDbmPerHz()).isEqualTo(-166);
        assertThat(CardSetting.link(9).uplinkBitsPerHz()).isEqualTo(2.40625);
    }

    @Test
    void thePapersServerIsWarnedOfInOneLine() {
        assertThat(CardSetting.server().computePowerWatts()).isCloseTo(1488.7, within(0.05));
        assertThat(ServerPower.warning(CardSetting.server()).orElseThrow())
                .isEqualTo("server: 1.00e-25 W/Hz^3 at 2.460 GHz is a computing power of 1488.7 W, more than a single "
                        + "card has, 1000 W; at most 6.7e-26 W/Hz^3 would do. Cuts, clocks and percentages do not "
                        + "depend on it, joules do.");
        assertThat(ServerPower.warning(CardSetting.server(), HardwareProfiles.named("rtx-4060"))
                        .orElseThrow())
                .contains("more than the card rtx-4060, 115 W; at most 7.7e-27 W/Hz^3")
                .doesNotContain("\n");
    }

    @Test
    void aServerOfItsCardsPowerIsNotWarnedOf() {
        HardwareProfile card = HardwareProfiles.named("rtx-4060");
        assertThat(ServerPower.warning(card.server(1))).isEmpty();
        EdgeServer frugal = new EdgeServer(3072, 2, 2.46e9, 7e-27, 1);
        assertThat(ServerPower.warning(frugal, card)).isEmpty();
    }

    private static double flops(TuningSetup setup) {
        Workload workload = new Workload(setup);
        return workload.fullForwardFlops() + workload.fullBackwardFlops();
    }
}
