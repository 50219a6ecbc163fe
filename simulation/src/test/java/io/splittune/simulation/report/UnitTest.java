package io.splittune.simulation.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnitTest {
    @Test
    void aUnitSuitsTheLargestValue() {
        assertThat(Unit.ofSeconds(119).symbol()).isEqualTo("s");
        assertThat(Unit.ofSeconds(121).shown(150)).isEqualTo("2.5 min");
        assertThat(Unit.ofSeconds(8_000).shown(9_000)).isEqualTo("2.5 h");
        assertThat(Unit.ofSeconds(200_000).symbol()).isEqualTo("d");
        assertThat(Unit.ofBytes(999).symbol()).isEqualTo("B");
        assertThat(Unit.ofBytes(1.5e9).shown(1.5e9)).isEqualTo("1.5 GB");
        assertThat(Unit.ofBytes(4e15).shown(4e15)).isEqualTo("4000 TB");
        assertThat(Unit.ofJoules(0.25).shown(0.25)).isEqualTo("250 mJ");
        assertThat(Unit.ofHertz(30e6).shown(30e6)).isEqualTo("30 MHz");
    }

    @Test
    void zeroAndWhatIsMissingHaveAUnitToo() {
        assertThat(Unit.ofJoules(0).shown(0)).isEqualTo("0 J");
        assertThat(Unit.ofSeconds(Double.NaN).shown(Double.NaN)).isEqualTo("\u2013");
        assertThat(Unit.ofBytes(Double.POSITIVE_INFINITY).shown(1)).isEqualTo("1E-12 TB");
    }

    @Test
    void numbersAreRoundedToTheirSignificantDigits() {
        assertThat(Numbers.digits(1234.5678, 6)).isEqualTo("1234.57");
        assertThat(Numbers.digits(100, 3)).isEqualTo("100");
        assertThat(Numbers.digits(0.1 + 0.2, 8)).isEqualTo("0.3");
        assertThat(Numbers.digits(-0.0, 3)).isEqualTo("0");
        assertThat(Numbers.digits(1.5e-9, 3)).isEqualTo("1.5E-9");
        assertThat(Numbers.digits(1e300, 3)).isEqualTo("1E+300");
        assertThat(Numbers.digits(Double.NaN, 3)).isEqualTo("\u2013");
        assertThat(Numbers.percent(0.123456)).isEqualTo("12.35 %");
        assertThat(Numbers.percent(Double.NaN)).isEqualTo("\u2013");
    }
}
