package io.splittune.wireless;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.splittune.testkit.Property;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class RoundDelayTest {
    private static final double BAND_HZ = SftSetting.BANDWIDTH_HZ;
    private final RoundDelay delay = new RoundDelay(new Workload(Setups.cifar100()), SftSetting.server(), BAND_HZ);

    @Test
    void aBatchTakesThePapersSeconds() {
        PhaseSeconds raw = delay.phases(Setups.site(1e9, 1), new SplitDecision(5, 1, 1, BAND_HZ / 8), false);
        assertThat(raw.it() + raw.gt()).isCloseTo(29.12, withinPercentage(0.05));
        assertThat(raw.it()).isEqualTo(raw.gt());
        assertThat(raw.deviceCompute()).isCloseTo(2.73, withinPercentage(0.5));
        assertThat(raw.sc()).isCloseTo(0.16, withinPercentage(1));
        PhaseSeconds small = delay.phases(Setups.site(1e9, 1), new SplitDecision(5, 0.068, 0.068, BAND_HZ / 8), false);
        assertThat(small.it() + small.gt()).isCloseTo(1.98, withinPercentage(0.1));
        RoundDelay narrow = new RoundDelay(delay.workload(), SftSetting.server(), 5e6);
        PhaseSeconds slow = narrow.phases(Setups.site(1e9, 1), new SplitDecision(5, 1, 1, 5e6 / 8), false);
        assertThat(slow.it() + slow.gt()).isCloseTo(174.7, withinPercentage(0.05));
    }

    @Test
    void everyPhaseFollowsItsEquation() {
        DeviceSite site = new DeviceSite(Setups.device(0.8e9), new LinkState(3, 5), 97.5);
        SplitDecision decision = new SplitDecision(4, 0.1, 0.05, 2e6);
        PhaseSeconds phases = delay.phases(site, decision, true);
        Workload work = delay.workload();
        double speed = 256 * 4 * 0.8e9;
        double frameBits = 8.0 * 4 * 64 * 197 * 768;
        assertThat(phases.ed()).isCloseTo(8.0 * work.deviceModelBytes(4) / (30e6 * 5), withinPercentage(1e-9));
        assertThat(phases.cc()).isCloseTo(97.5 * work.deviceForwardFlops(4) / speed, withinPercentage(1e-9));
        assertThat(phases.it()).isCloseTo(97.5 * 0.1 * frameBits / (2e6 * 3), withinPercentage(1e-9));
        assertThat(phases.sc())
                .isCloseTo(
                        97.5 * (work.serverForwardFlops(4) + work.serverBackwardFlops(4)) / (2048 * 4 * 3e9),
                        withinPercentage(1e-9));
        assertThat(phases.gt()).isCloseTo(97.5 * 0.05 * frameBits / (2e6 * 5), withinPercentage(1e-9));
        assertThat(phases.du()).isCloseTo(97.5 * work.deviceBackwardFlops(4) / speed, withinPercentage(1e-9));
        assertThat(phases.lt()).isCloseTo(8.0 * 4 * 196_608 * 4 / (2e6 * 3), withinPercentage(1e-9));
        PhaseSeconds later = delay.phases(site, decision, false);
        assertThat(later.ed()).isCloseTo(8.0 * 4 * 196_608 * 4 / (30e6 * 5), withinPercentage(1e-9));
        assertThat(later.total() - phases.total()).isCloseTo(later.ed() - phases.ed(), within(1e-6));
    }

    @Test
    void asPrintedIterationsAreLeftOutAndBytesAreTakenForBits() {
        TuningSetup setup = Setups.cifar100().with(Formulas.PRINTED);
        RoundDelay printed = new RoundDelay(new Workload(setup), SftSetting.server(), BAND_HZ);
        DeviceSite site = new DeviceSite(Setups.device(1e9), new LinkState(3, 5), 98);
        PhaseSeconds phases = printed.phases(site, new SplitDecision(5, 1, 1, 2e6), false);
        assertThat(phases.it()).isCloseTo(64.0 * 197 * 768 / (2e6 * 3), withinPercentage(1e-9));
        assertThat(phases.lt()).isCloseTo(2.0 * 5 * 64 * 768 * 16 / (2e6 * 3), withinPercentage(1e-9));
    }

    @Test
    void theDelayIsAffineInTheInverseOfTheBandwidth() {
        Property.forAll(1000, random -> {
            RoundDelay any = randomDelay(random);
            DeviceSite site = Setups.randomSite(random);
            int cut = random.nextInt(any.workload().setup().model().layers() + 1);
            double up = random.nextDouble(0.001, 1);
            double down = random.nextDouble(0.001, 1);
            double bandwidthHz = random.nextDouble(1e3, 1e8);
            boolean first = random.nextBoolean();
            double total = any.phases(site, new SplitDecision(cut, up, down, bandwidthHz), first)
                    .total();
            double affine = any.fixedSeconds(site, cut, first) + any.bandwidthWork(site, cut, up, down) / bandwidthHz;
            assertThat(affine).isCloseTo(total, within(1e-12 * total));
        });
    }

    @Test
    void aLargerRatioOrCutOrANarrowerBandNeverHelpsASlowerDevice() {
        Property.forAll(500, random -> {
            RoundDelay any = randomDelay(random);
            DeviceSite site = Setups.randomSite(random);
            int cut = random.nextInt(any.workload().setup().model().layers());
            double ratio = random.nextDouble(0.001, 0.9);
            double bandwidthHz = random.nextDouble(1e3, 1e8);
            double total = total(any, site, cut, ratio, ratio, bandwidthHz);
            assertThat(total(any, site, cut, ratio * 1.1, ratio, bandwidthHz)).isGreaterThan(total);
            assertThat(total(any, site, cut, ratio, ratio * 1.1, bandwidthHz)).isGreaterThan(total);
            assertThat(total(any, site, cut, ratio, ratio, bandwidthHz * 0.9)).isGreaterThan(total);
            // Every device here is slower than the server, so a block more on it takes longer.
            assertThat(total(any, site, cut + 1, ratio, ratio, bandwidthHz)).isGreaterThan(total);
        });
    }

    @Test
    void aDeadLinkTakesForEverButIsNeverNotANumber() {
        DeviceSite dead = new DeviceSite(Setups.device(1e9), new LinkState(0, 0), 10);
        assertThat(dead.link().isOutage()).isTrue();
        PhaseSeconds phases = delay.phases(dead, new SplitDecision(5, 0.1, 0.1, 1e6), true);
        assertThat(phases.it()).isInfinite();
        assertThat(phases.total()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(delay.bandwidthWork(dead, 5, 0.1, 0.1)).isEqualTo(Double.POSITIVE_INFINITY);
        DeviceSite deadUp = new DeviceSite(Setups.device(1e9), new LinkState(0, 2), 10);
        PhaseSeconds embeddingOnly = delay.phases(deadUp, new SplitDecision(0, 0.1, 0.1, 1e6), false);
        assertThat(embeddingOnly.lt()).isZero();
        assertThat(embeddingOnly.ed()).isZero();
    }

    @Test
    void badInputIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SplitDecision(5, 1.5, 1, 1e6))
                .withMessage("activationRatio (1.5) must lie in (0, 1]: frame bytes over raw bytes.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SplitDecision(5, 1, Double.NaN, 1e6))
                .withMessage("gradientRatio (NaN) must lie in (0, 1]: frame bytes over raw bytes.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SplitDecision(5, 1, 1, 0))
                .withMessage("bandwidthHz (0.0) must be finite and > 0.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RoundDelay(delay.workload(), SftSetting.server(), -1))
                .withMessage("totalBandwidthHz (-1.0) must be finite and > 0.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Setups.site(1e9, 0))
                .withMessage("iterations (0.0) must be finite and > 0.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Device("d", 1, 1, 1e9, 0, 0, 0))
                .withMessage("memoryBytes (0) must be > 0.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EdgeServer(1, 1, -2e9, 0, 0))
                .withMessage("clockHz (-2.0E9) must be finite and > 0.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PhaseSeconds(0, 0, 0, Double.NaN, 0, 0, 0))
                .withMessage("sc (NaN) must be >= 0.");
    }

    private static RoundDelay randomDelay(RandomGenerator random) {
        return new RoundDelay(new Workload(Setups.random(random)), SftSetting.server(), random.nextDouble(1e6, 1e8));
    }

    private static double total(RoundDelay any, DeviceSite site, int cut, double up, double down, double bandwidthHz) {
        return any.phases(site, new SplitDecision(cut, up, down, bandwidthHz), false)
                .total();
    }
}
