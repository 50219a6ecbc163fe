package io.splittune.wireless;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class EnergyModelTest {
    private static final PhaseSeconds PHASES = new PhaseSeconds(1, 2, 3, 4, 5, 6, 7);
    private static final Device DEVICE = new Device("d", 256, 4, 1e9, 1L << 30, 0.5, 1e-26);
    private static final EdgeServer SERVER = new EdgeServer(2048, 4, 2e9, 1e-26, 20);

    @Test
    void eachPhaseIsPaidByWhoActsInIt() {
        RoundEnergy energy = new EnergyModel(SERVER, 20e6).of(DEVICE, 5e6, PHASES);
        assertThat(energy.deviceComputeJoules()).isCloseTo(10 * (2 + 6), within(1e-9));
        assertThat(energy.deviceTransmitJoules()).isCloseTo(0.5 * (3 + 7), within(1e-9));
        assertThat(energy.serverComputeJoules()).isCloseTo(80 * 4, within(1e-9));
        assertThat(energy.serverTransmitJoules()).isCloseTo(20 * 0.25 * (1 + 5), within(1e-9));
        assertThat(energy.total()).isCloseTo(80 + 5 + 320 + 30, within(1e-9));
        assertThat(energy.device()).isCloseTo(85, within(1e-9));
        assertThat(energy.plus(energy).total()).isCloseTo(870, within(1e-9));
        assertThat(RoundEnergy.ZERO.plus(energy)).isEqualTo(energy);
    }

    @Test
    void theBroadcastIsPaidOnceByDevicesThatShareTheBand() {
        EnergyModel model = new EnergyModel(SERVER, 20e6);
        PhaseSeconds broadcast = new PhaseSeconds(2, 0, 0, 0, 0, 0, 0);
        double sum = model.of(DEVICE, 15e6, broadcast).total()
                + model.of(DEVICE, 5e6, broadcast).total();
        assertThat(sum).isCloseTo(20 * 2, within(1e-9));
    }

    @Test
    void anEndlessPhaseWithoutPowerCostsNothing() {
        PhaseSeconds outage = new PhaseSeconds(0, 1, Double.POSITIVE_INFINITY, 0, 0, 0, 0);
        Device silent = new Device("d", 256, 4, 1e9, 1L << 30, 0, 1e-26);
        EnergyModel model = new EnergyModel(SERVER, 20e6);
        assertThat(model.of(silent, 1e6, outage).deviceTransmitJoules()).isZero();
        assertThat(model.of(DEVICE, 1e6, outage).deviceTransmitJoules()).isInfinite();
    }

    @Test
    void badInputIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EnergyModel(SERVER, 0))
                .withMessage("totalBandwidthHz (0.0) must be finite and > 0.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EnergyModel(SERVER, 1e6).of(DEVICE, Double.NaN, PHASES))
                .withMessage("bandwidthHz (NaN) must be finite and >= 0.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RoundEnergy(-1, 0, 0, 0))
                .withMessage("deviceComputeJoules (-1.0) must be >= 0.");
    }
}
