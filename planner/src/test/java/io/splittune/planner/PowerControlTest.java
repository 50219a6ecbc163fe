package io.splittune.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.splittune.testkit.Property;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PowerControlTest {
    private final PowerControl closed = new ClosedFormPower();
    private final PowerControl sca = new ScaPower();

    @Test
    void successiveApproximationMeetsTheClosedFormToAMillionth() {
        Property.forAll(2000, random -> {
            double work = random.nextDouble(0.1, 12);
            double gain = Math.pow(10, random.nextDouble(-2, 7));
            double seconds = random.nextDouble(0.05, 8);
            double most = random.nextDouble(0.2, 3);
            double exact = closed.watts(work, gain, seconds, most);
            double approximate = sca.watts(work, gain, seconds, most);
            if (Double.isInfinite(exact)) {
                assertThat(approximate).isInfinite();
            } else {
                assertThat(approximate).isCloseTo(exact, within(1e-6 * exact));
                assertThat(PowerControl.uploadSeconds(work, gain, approximate)).isLessThanOrEqualTo(seconds);
            }
        });
    }

    @Test
    void closedFormMeetsScipy() {
        for (Map<String, double[]> row : Golden.rows("sflam/power.csv")) {
            double work = Golden.number(row, "bitsPerHertz");
            double gain = Golden.number(row, "gainToNoise");
            double seconds = Golden.number(row, "seconds");
            double watts = closed.watts(work, gain, seconds, Golden.number(row, "maxWatts"));
            double expected = Golden.number(row, "watts");
            if (Double.isInfinite(expected)) {
                assertThat(watts).isInfinite();
            } else {
                assertThat(watts).isCloseTo(expected, within(1e-9 * expected));
                double joules = watts * PowerControl.uploadSeconds(work, gain, watts);
                double least = Golden.number(row, "joules");
                assertThat(joules).isCloseTo(least, within(1e-9 * least));
            }
        }
    }

    @Test
    void noPowerHelpsWithoutGainOrTime() {
        for (PowerControl control : new PowerControl[] {closed, sca, new FixedPower(1)}) {
            assertThat(control.watts(1, 0, 5, 2)).isInfinite();
            assertThat(control.watts(1, 100, 0, 2)).isInfinite();
            assertThat(control.watts(1, 100, -3, 2)).isInfinite();
        }
    }

    @Test
    void fixedPowerIsCappedByTheDevice() {
        assertThat(new FixedPower(1).watts(1, 100, 5, 2)).isEqualTo(1);
        assertThat(new FixedPower(1).watts(1, 100, 5, 0.6)).isEqualTo(0.6);
    }
}
