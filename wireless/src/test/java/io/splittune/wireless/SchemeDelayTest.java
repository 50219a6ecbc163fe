package io.splittune.wireless;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SchemeDelayTest {
    private static final double BAND_HZ = SftSetting.BANDWIDTH_HZ;
    private final RoundDelay delay = new RoundDelay(new Workload(Setups.cifar100()), SftSetting.server(), BAND_HZ);
    private final SchemeDelay schemes = new SchemeDelay(delay);
    private final List<DeviceSite> sites = List.of(Setups.site(1e9, 10), Setups.site(0.5e9, 20));
    private final List<Double> halves = List.of(BAND_HZ / 2, BAND_HZ / 2);

    /** The paper's minutes, which clocks and rounds are fitted to, within three per cent. */
    @Test
    void theFittedFleetGivesTheHeadlineMinutes() {
        List<DeviceSite> fleet = SftSetting.fittedFleet();
        List<Double> equal = Collections.nCopies(fleet.size(), BAND_HZ / fleet.size());
        double beta = SftSetting.COMPRESSION_RATIO;
        assertMinutes(SftSetting.Headline.SFT, first -> schemes.sft(fleet, best(fleet, beta, first), first));
        assertMinutes(SftSetting.Headline.SFT_UNCOMPRESSED, first -> schemes.sft(fleet, best(fleet, 1, first), first));
        assertMinutes(SftSetting.Headline.FEDERATED, first -> schemes.federatedLora(fleet, equal, first));
        assertMinutes(SftSetting.Headline.SPLIT_LEARNING, first -> schemes.splitLearning(fleet, SftSetting.CUT, first));
    }

    private static void assertMinutes(SftSetting.Headline headline, Function<Boolean, SchemeRound> round) {
        double seconds = round.apply(true).seconds()
                + (headline.fittedRounds() - 1) * round.apply(false).seconds();
        assertThat(seconds / 60).as(headline.name()).isCloseTo(headline.paperMinutes(), withinPercentage(3));
    }

    /** The least delay at which the shares that it asks for fill the band, by bisection. */
    private List<SplitDecision> best(List<DeviceSite> fleet, double ratio, boolean first) {
        double[] fixed = fleet.stream()
                .mapToDouble(s -> delay.fixedSeconds(s, SftSetting.CUT, first))
                .toArray();
        double work = delay.bandwidthWork(fleet.get(0), SftSetting.CUT, ratio, ratio);
        double low = IntStream.range(0, fixed.length)
                .mapToDouble(n -> fixed[n])
                .max()
                .orElseThrow();
        double high = low + fleet.size() * work / BAND_HZ;
        for (int step = 0; step < 200; step++) {
            double middle = (low + high) / 2;
            double asked = IntStream.range(0, fixed.length)
                    .mapToDouble(n -> work / (middle - fixed[n]))
                    .sum();
            if (asked > BAND_HZ) {
                low = middle;
            } else {
                high = middle;
            }
        }
        double tau = high;
        return IntStream.range(0, fixed.length)
                .mapToObj(n -> new SplitDecision(SftSetting.CUT, ratio, ratio, work / (tau - fixed[n])))
                .toList();
    }

    @Test
    void parallelSchemesWaitForTheSlowestDevice() {
        SchemeRound round = schemes.splitFed(sites, 5, halves, false);
        assertThat(round.seconds()).isEqualTo(round.devices().get(1).total());
        assertThat(round.devices().get(0))
                .isEqualTo(delay.phases(sites.get(0), new SplitDecision(5, 1, 1, BAND_HZ / 2), false));
        assertThat(round.bandwidthsHz()).isEqualTo(halves);
    }

    @Test
    void splitLearningTakesTheSumOverTheWholeBand() {
        SchemeRound round = schemes.splitLearning(sites, 5, false);
        double sum = sites.stream()
                .mapToDouble(s -> delay.phases(s, new SplitDecision(5, 1, 1, BAND_HZ), false)
                        .total())
                .sum();
        assertThat(round.seconds()).isCloseTo(sum, withinPercentage(1e-9));
        assertThat(round.bandwidthsHz()).containsExactly(BAND_HZ, BAND_HZ);
    }

    @Test
    void federatedSchemesSendTheModelOrTheAdapter() {
        Workload work = delay.workload();
        double efficiency = Shannon.bitsPerHz(Math.pow(10, 1.7));
        PhaseSeconds full = schemes.federated(sites, halves).devices().get(0);
        assertThat(full.lt()).isCloseTo(8.0 * work.modelBytes() / (BAND_HZ / 2 * efficiency), withinPercentage(1e-9));
        assertThat(full.ed()).isCloseTo(8.0 * work.modelBytes() / (BAND_HZ * efficiency), withinPercentage(1e-9));
        assertThat(full.du()).isCloseTo(10 * work.fullTuningBackwardFlops() / 1.024e12, withinPercentage(1e-9));
        PhaseSeconds lora =
                schemes.federatedLora(sites, halves, false).devices().get(0);
        assertThat(lora.lt()).isCloseTo(8.0 * work.adapterBytes() / (BAND_HZ / 2 * efficiency), withinPercentage(1e-9));
        assertThat(lora.ed()).isCloseTo(8.0 * work.adapterBytes() / (BAND_HZ * efficiency), withinPercentage(1e-9));
        assertThat(lora.cc()).isCloseTo(10 * work.fullForwardFlops() / 1.024e12, withinPercentage(1e-9));
        assertThat(lora.it() + lora.sc() + lora.gt()).isZero();
        PhaseSeconds start =
                schemes.federatedLora(sites, halves, true).devices().get(0);
        assertThat(start.ed() - lora.ed())
                .isCloseTo(8.0 * work.modelBytes() / (BAND_HZ * efficiency), withinPercentage(1e-9));
    }

    @Test
    void localTrainingIsSilentAfterTheFirstRound() {
        PhaseSeconds later = schemes.local(sites, false).devices().get(0);
        assertThat(later.communication()).isZero();
        assertThat(later.deviceCompute()).isPositive();
        assertThat(schemes.local(sites, true).devices().get(0).ed()).isPositive();
    }

    @Test
    void centralTrainingSendsTheSamplesOnceAndComputesThemOneAfterAnother() {
        double sampleBytes = 3 * 224 * 224;
        SchemeRound first = schemes.central(sites, halves, sampleBytes, true);
        SchemeRound later = schemes.central(sites, halves, sampleBytes, false);
        double efficiency = Shannon.bitsPerHz(Math.pow(10, 1.7));
        double slowest = 20 * 64 * sampleBytes * 8 / (BAND_HZ / 2 * efficiency);
        assertThat(first.seconds() - later.seconds()).isCloseTo(slowest, withinPercentage(1e-6));
        Workload work = delay.workload();
        double flops = 30 * (work.fullForwardFlops() + work.fullBackwardFlops());
        assertThat(later.seconds()).isCloseTo(flops / SftSetting.server().flopsPerSecond(), withinPercentage(1e-9));
    }

    @Test
    void listsOfAnotherLengthAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> schemes.federated(sites, List.of(1e6)))
                .withMessage("bandwidthsHz (1 entries) must have one per device (2).");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> schemes.federated(sites, List.of(1e6, 0.0)))
                .withMessage("bandwidthHz (0.0) must be finite and > 0.");
    }
}
