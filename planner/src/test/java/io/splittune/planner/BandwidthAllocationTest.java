package io.splittune.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.splittune.testkit.Property;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BandwidthAllocationTest {
    private static final double INFINITE = 1e12;

    static Stream<BandwidthAllocation> allocations() {
        return Stream.of(
                new BisectionBandwidth(),
                new SqpBandwidth(),
                new EqualBandwidth(),
                new RandomBandwidth(new SplittableRandom(3)));
    }

    @ParameterizedTest
    @MethodSource("allocations")
    void sharesKeepTheLimitsAndUseTheBandUnlessAllCapsBind(BandwidthAllocation allocation) {
        Property.forAll(200, random -> {
            BandwidthDemand demand = withIdleDevices(random);
            double[] shares = allocation.allocate(demand);
            double caps = 0;
            for (int n = 0; n < demand.size(); n++) {
                caps += demand.capHz(n);
                assertThat(shares[n]).isBetween(demand.minimumHz() * (1 - 1e-12), demand.capHz(n));
            }
            double usable = Math.min(demand.totalHz(), caps);
            assertThat(Arrays.stream(shares).sum()).isCloseTo(usable, within(1e-9 * usable));
        });
    }

    @ParameterizedTest
    @MethodSource("allocations")
    void whenAllCapsBindEverybodyHasHisCap(BandwidthAllocation allocation) {
        BandwidthDemand demand = new BandwidthDemand(
                new double[] {1, 2, 3}, new double[] {5e6, 0, 5e6}, 1e3, new double[] {1e6, 2e6, 3e6}, 1e7);
        assertThat(allocation.allocate(demand)).containsExactly(new double[] {1e6, 2e6, 3e6}, within(1e-3));
    }

    @ParameterizedTest
    @MethodSource("allocations")
    void theOnlyDeviceHasTheWholeBand(BandwidthAllocation allocation) {
        BandwidthDemand demand =
                new BandwidthDemand(new double[] {1}, new double[] {5e6}, 1e3, new double[] {INFINITE}, 1e7);
        assertThat(allocation.allocate(demand)).containsExactly(new double[] {1e7}, within(1e-3));
    }

    @ParameterizedTest
    @MethodSource("allocations")
    void leastSharesThatFillTheBandLeaveNoChoice(BandwidthAllocation allocation) {
        BandwidthDemand demand = new BandwidthDemand(
                new double[] {1, 9}, new double[] {5e6, 6e6}, 5e6, new double[] {INFINITE, INFINITE}, 1e7);
        assertThat(allocation.allocate(demand)).containsExactly(new double[] {5e6, 5e6}, within(1.0));
    }

    @ParameterizedTest
    @MethodSource("allocations")
    void devicesWithNothingToSendTakeWhatOthersMayNotUse(BandwidthAllocation allocation) {
        BandwidthDemand demand =
                new BandwidthDemand(new double[] {1, 9}, new double[] {0, 6e6}, 1e5, new double[] {INFINITE, 1e5}, 1e7);
        assertThat(allocation.allocate(demand)).containsExactly(new double[] {9.9e6, 1e5}, within(1.0));
    }

    @Test
    void theExactDivisionIsTheFastestOfAll() {
        Property.forAll(200, random -> {
            BandwidthDemand demand = withIdleDevices(random);
            double exact = demand.delaySeconds(new BisectionBandwidth().allocate(demand));
            allocations()
                    .forEach(other -> assertThat(demand.delaySeconds(other.allocate(demand)))
                            .isGreaterThanOrEqualTo(exact * (1 - 1e-12)));
        });
    }

    @Test
    void noDivisionIsFasterThanTheExactOne() {
        Property.forAll(200, random -> {
            BandwidthDemand demand = Demands.random(random, 1 + random.nextInt(200));
            double exact = demand.delaySeconds(new BisectionBandwidth().allocate(demand));
            assertThat(demand.fitsWithin(exact * (1 - 1e-9))).isFalse();
            assertThat(demand.fitsWithin(exact * (1 + 1e-9))).isTrue();
        });
    }

    @Test
    void aSlowCappedDeviceDoesNotSlowTheOthers() {
        BandwidthDemand demand = new BandwidthDemand(
                new double[] {100, 1, 1},
                new double[] {1e6, 8e6, 16e6},
                1e3,
                new double[] {1e6, INFINITE, INFINITE},
                13e6);
        assertThat(new BisectionBandwidth().allocate(demand))
                .containsExactly(new double[] {1e6, 4e6, 8e6}, within(1e-3));
    }

    /** The delay is then known to fewer digits than the shares need. */
    @Test
    void theWholeBandIsUsedEvenWhenSendingTakesNextToNoTime() {
        BandwidthDemand demand = new BandwidthDemand(
                new double[] {1000, 1000, 900}, new double[] {1, 2, 3}, 1e3, new double[] {1e7, 1e7, 1e7}, 1e7);
        double[] shares = new BisectionBandwidth().allocate(demand);
        assertThat(Arrays.stream(shares).sum()).isCloseTo(1e7, within(1e-6));
        assertThat(shares[2]).isEqualTo(1e3);
        assertThat(shares[1] / shares[0]).isCloseTo(2, within(1e-5));
    }

    /** Algorithm 3 against the oracle: unequal SNR, caps binding or not, 1 to 200 devices. */
    @Test
    void sequentialProgrammingFindsTheExactOptimumOnAThousandInstances() {
        Property.forAll(1000, random -> {
            BandwidthDemand demand = Demands.random(random, 1 + random.nextInt(200));
            double exact = demand.delaySeconds(new BisectionBandwidth().allocate(demand));
            double found = demand.delaySeconds(new SqpBandwidth().allocate(demand));
            assertThat(found / exact - 1).isBetween(-1e-12, 1e-6);
        });
    }

    @Test
    void bothSolversAgreeWithSciPy() {
        List<Map<String, double[]>> rows = Golden.rows("bandwidth.csv");
        assertThat(rows).hasSize(15);
        for (Map<String, double[]> row : rows) {
            BandwidthDemand demand = new BandwidthDemand(
                    Golden.numbers(row, "fixedSeconds"),
                    Golden.numbers(row, "workHzSeconds"),
                    Golden.number(row, "minimumHz"),
                    Golden.numbers(row, "capsHz"),
                    Golden.number(row, "totalHz"));
            double brentq = Golden.number(row, "brentqSeconds");
            double slsqp = Golden.number(row, "slsqpSeconds");
            double bisection = demand.delaySeconds(new BisectionBandwidth().allocate(demand));
            double sqp = demand.delaySeconds(new SqpBandwidth().allocate(demand));
            assertThat(bisection).isCloseTo(brentq, within(1e-11 * brentq));
            assertThat(sqp).isCloseTo(brentq, within(1e-8 * brentq));
            // SciPy's own solver stops at about 1e-5.
            assertThat(sqp).isCloseTo(slsqp, within(1e-5 * slsqp));
        }
    }

    @Test
    void equalMeansEqualWhereNoCapBinds() {
        BandwidthDemand demand = new BandwidthDemand(
                new double[] {1, 1, 1}, new double[] {1, 1, 1}, 1e3, new double[] {1e6, INFINITE, INFINITE}, 9e6);
        assertThat(new EqualBandwidth().allocate(demand)).containsExactly(new double[] {1e6, 4e6, 4e6}, within(1e-6));
    }

    @Test
    void randomSharesFollowTheSeedAndChangeFromCallToCall() {
        BandwidthDemand demand = Demands.random(new SplittableRandom(5), 7);
        BandwidthAllocation one = new RandomBandwidth(new SplittableRandom(9));
        BandwidthAllocation other = new RandomBandwidth(new SplittableRandom(9));
        double[] first = one.allocate(demand);
        assertThat(other.allocate(demand)).containsExactly(first);
        assertThat(one.allocate(demand)).isNotEqualTo(first);
    }

    @Test
    void aDemandRefusesBadValues() {
        double[] one = {1};
        assertThatThrownBy(() -> new BandwidthDemand(new double[0], new double[0], 1, new double[0], 1))
                .hasMessage("A band needs at least one device.");
        assertThatThrownBy(() -> new BandwidthDemand(one, new double[2], 1, one, 1))
                .hasMessage("fixedSeconds (1), workHzSeconds (2) and capsHz (1) must be of one length.");
        assertThatThrownBy(() -> new BandwidthDemand(one, new double[] {Double.POSITIVE_INFINITY}, 1, one, 1))
                .hasMessage("workHzSeconds (Infinity) must be finite and >= 0.");
        assertThatThrownBy(() -> new BandwidthDemand(new double[] {Double.NaN}, one, 1, one, 1))
                .hasMessage("fixedSeconds (NaN) must be finite and >= 0.");
        assertThatThrownBy(() -> new BandwidthDemand(one, one, 0, one, 1))
                .hasMessage("minimumHz (0.0) must be finite and > 0.");
        assertThatThrownBy(() -> new BandwidthDemand(one, one, 2, one, 1))
                .hasMessage("totalHz (1.0) must be >= the devices' least shares, 1 x 2.0.");
        assertThatThrownBy(() -> new BandwidthDemand(one, one, 2, one, 5))
                .hasMessage("capsHz (1.0) must be >= minimumHz (2.0).");
    }

    private static BandwidthDemand withIdleDevices(RandomGenerator random) {
        int devices = 1 + random.nextInt(12);
        BandwidthDemand demand = Demands.random(random, devices);
        double[] fixed = new double[devices];
        double[] work = new double[devices];
        double[] caps = new double[devices];
        for (int n = 0; n < devices; n++) {
            fixed[n] = demand.fixedSeconds(n);
            work[n] = random.nextInt(4) == 0 ? 0 : demand.workHzSeconds(n);
            caps[n] = random.nextInt(6) == 0 ? demand.minimumHz() : demand.capHz(n);
        }
        return new BandwidthDemand(fixed, work, demand.minimumHz(), caps, demand.totalHz());
    }
}
