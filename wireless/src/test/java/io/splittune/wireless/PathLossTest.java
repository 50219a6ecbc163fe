package io.splittune.wireless;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.splittune.core.RandomStreams;
import io.splittune.wireless.UrbanPathLoss.Scenario;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathLossTest {
    private static final RandomStreams STREAMS = new RandomStreams(11);
    private static final LinkBudget BUDGET = new LinkBudget(30e6, 20, -174, 9);

    /** Computed from table 7.4.1-1 apart from this code: both sides of the breakpoint, high carrier, raised device. */
    @ParameterizedTest
    @CsvSource({
        "UMA, 10, 3.5, 1.5, 69.839916, 79.415012",
        "UMA, 100, 3.5, 1.5, 83.138157, 103.037524",
        "UMA, 1000, 3.5, 1.5, 109.411895, 141.666046",
        "UMA, 3000, 2.0, 1.5, 127.99226, 155.447019",
        "UMA, 250, 28, 5.0, 109.728318, 134.148794",
        "UMI, 10, 3.5, 1.5, 66.761033, 73.45686",
        "UMI, 100, 3.5, 1.5, 85.314189, 104.643832",
        "UMI, 1000, 3.5, 1.5, 119.153068, 139.889203",
        "UMI, 3000, 2.0, 1.5, 137.980427, 151.554381",
        "UMI, 250, 28, 5.0, 111.701724, 136.824814"
    })
    void urbanLossIsThatOfTheReport(
            Scenario scenario,
            double metres,
            double carrierGhz,
            double heightMetres,
            double sightDb,
            double blockedDb) {
        UrbanPathLoss loss = new UrbanPathLoss(scenario, carrierGhz, heightMetres);
        assertThat(loss.medianDb(metres, true)).isCloseTo(sightDb, within(1e-6));
        assertThat(loss.medianDb(metres, false)).isCloseTo(blockedDb, within(1e-6));
    }

    @Test
    void theSlopesMeetAtTheBreakpoint() {
        for (Scenario scenario : Scenario.values()) {
            UrbanPathLoss loss = new UrbanPathLoss(scenario, 3.5, 1.5);
            double breakpoint = loss.breakpointMetres();
            assertThat(breakpoint).isCloseTo(scenario == Scenario.UMA ? 560 : 210, within(1e-9));
            assertThat(loss.medianDb(breakpoint * (1 + 1e-9), true))
                    .isCloseTo(loss.medianDb(breakpoint, true), within(0.01));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "18, 1, 1",
        "50, 0.6494021903337921, 0.5195854136174696",
        "100, 0.3476708368442312, 0.23098474969813537",
        "500, 0.036344584256616304, 0.03600089579622861"
    })
    void lineOfSightFadesWithDistance(double metres, double macro, double micro) {
        assertThat(new UrbanPathLoss(Scenario.UMA, 3.5, 1.5).lineOfSightProbability(metres))
                .isCloseTo(macro, within(1e-12));
        assertThat(new UrbanPathLoss(Scenario.UMI, 3.5, 1.5).lineOfSightProbability(metres))
                .isCloseTo(micro, within(1e-12));
    }

    @Test
    void logDistanceLossIsALine() {
        assertThat(LogDistancePathLoss.MACRO_2GHZ.medianDb(1000, false)).isEqualTo(128.1);
        assertThat(LogDistancePathLoss.MACRO_2GHZ.medianDb(100, true)).isCloseTo(90.5, within(1e-9));
        assertThat(LogDistancePathLoss.MACRO_2GHZ.lineOfSightProbability(100)).isEqualTo(1);
    }

    @Test
    void shadowingHasTheReportsDeviation() {
        checkDeviation(new UrbanPathLoss(Scenario.UMA, 3.5, 1.5), LineOfSight.ALWAYS, 4);
        checkDeviation(new UrbanPathLoss(Scenario.UMA, 3.5, 1.5), LineOfSight.NEVER, 6);
        checkDeviation(new UrbanPathLoss(Scenario.UMI, 3.5, 1.5), LineOfSight.ALWAYS, 4);
        checkDeviation(new UrbanPathLoss(Scenario.UMI, 3.5, 1.5), LineOfSight.NEVER, 7.82);
        checkDeviation(LogDistancePathLoss.MACRO_2GHZ, LineOfSight.DRAWN, 8);
    }

    private static void checkDeviation(PathLoss loss, LineOfSight rule, double deviationDb) {
        int devices = 20_000;
        PathLossChannel channel = channel(loss, devices, 200, rule);
        double median = loss.medianDb(200, rule != LineOfSight.NEVER);
        double sum = 0;
        double squares = 0;
        for (int device = 0; device < devices; device++) {
            double shadow = channel.lossDb(device) - median;
            sum += shadow;
            squares += shadow * shadow;
        }
        assertThat(sum / devices).isCloseTo(0, within(3 * deviationDb / Math.sqrt(devices)));
        // The deviation of a normal sample's deviation is sigma / sqrt(2 n).
        assertThat(Math.sqrt(squares / devices))
                .isCloseTo(deviationDb, within(3 * deviationDb / Math.sqrt(2.0 * devices)));
    }

    private static PathLossChannel channel(PathLoss loss, int devices, double metres, LineOfSight rule) {
        return new PathLossChannel(
                loss, Collections.nCopies(devices, new Placement(metres, 0.2)), rule, BUDGET, STREAMS);
    }

    @Test
    void drawnLineOfSightComesAsOftenAsItsProbability() {
        // Both channels draw the same shadow, so a device in sight has the same loss to the last bit.
        UrbanPathLoss loss = new UrbanPathLoss(Scenario.UMA, 3.5, 1.5);
        int devices = 20_000;
        PathLossChannel drawn = channel(loss, devices, 300, LineOfSight.DRAWN);
        PathLossChannel clear = channel(loss, devices, 300, LineOfSight.ALWAYS);
        long sights = IntStream.range(0, devices)
                .filter(n -> drawn.lossDb(n) == clear.lossDb(n))
                .count();
        double expected = loss.lineOfSightProbability(300);
        double error = Math.sqrt(expected * (1 - expected) / devices);
        assertThat((double) sights / devices).isCloseTo(expected, within(3 * error));
    }

    @Test
    void theLinkBudgetTurnsLossIntoSnr() {
        // 0.2 W over 30 MHz against -165 dBm/Hz: 113.239 dB before the path.
        assertThat(BUDGET.snrDb(0.2, 100)).isCloseTo(13.239087, within(1e-6));
        PathLossChannel channel = channel(new UrbanPathLoss(Scenario.UMI, 3.5, 1.5), 3, 100, LineOfSight.ALWAYS);
        SnrDb snr = channel.snrsDb().get(2);
        assertThat(snr.uplink()).isCloseTo(BUDGET.snrDb(0.2, channel.lossDb(2)), within(1e-12));
        assertThat(snr.downlink() - snr.uplink()).isCloseTo(20, within(1e-9));
        assertThat(channel.state(2, 0)).isEqualTo(channel.state(2, 17));
        assertThat(channel.state(2, 0)).isEqualTo(LinkState.ofSnrDb(snr.uplink(), snr.downlink()));
    }

    @Test
    void drawnPlacesFillTheRingEvenly() {
        int devices = 20_000;
        double inner = 0;
        for (int device = 0; device < devices; device++) {
            double metres = Placement.drawn(device, 50, 1000, 0.2, STREAMS).distanceMetres();
            assertThat(metres).isBetween(50.0, 1000.0);
            inner += metres < 500 ? 1 : 0;
        }
        double expected = (500.0 * 500 - 50 * 50) / (1000.0 * 1000 - 50 * 50);
        double error = Math.sqrt(expected * (1 - expected) / devices);
        assertThat(inner / devices).isCloseTo(expected, within(3 * error));
        assertThat(Placement.drawn(3, 50, 1000, 0.2, STREAMS)).isEqualTo(Placement.drawn(3, 50, 1000, 0.2, STREAMS));
    }

    @Test
    void placesWhereTheModelDoesNotHoldAreRefused() {
        UrbanPathLoss loss = new UrbanPathLoss(Scenario.UMA, 3.5, 1.5);
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new PathLossChannel(loss, List.of(new Placement(6000, 1)), LineOfSight.DRAWN, BUDGET, STREAMS))
                .withMessage("distanceMetres (6000.0) must lie in [10.0, 5000.0].");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new UrbanPathLoss(Scenario.UMA, 0.1, 1.5))
                .withMessage("carrierGhz (0.1) must lie in [0.5, 100.0].");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new UrbanPathLoss(Scenario.UMA, 3.5, 20))
                .withMessage("deviceHeightMetres (20.0) must lie in [1.5, 13.0].");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Placement(-1, 1))
                .withMessage("distanceMetres (-1.0) must be finite and > 0.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LinkBudget(0, 1, -174, 0))
                .withMessage("bandwidthHz (0.0) must be finite and > 0.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> channel(loss, 0, 100, LineOfSight.DRAWN))
                .withMessage("snrs must have one entry per device.");
    }
}
