package io.splittune.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.splittune.model.AdapterState;
import io.splittune.model.FloatArray;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AggregationTest {
    private static final AdapterState START = of(100, -100);

    private static AdapterState of(float... values) {
        return new AdapterState(Map.of("head.bias", FloatArray.of(values, values.length)));
    }

    /** Decisions of devices with these probabilities; NaN stands for none, and below zero for a device that rests. */
    private static List<DeviceDecision> decisions(double... probabilities) {
        return Arrays.stream(probabilities)
                .mapToObj(p -> new DeviceDecision(
                        0, TinyRun.NONE, !(p < 0), p > 0 ? OptionalDouble.of(p) : OptionalDouble.empty()))
                .toList();
    }

    private static float[] values(Aggregation aggregation) {
        return aggregation.result().get("head.bias").toArray();
    }

    @Test
    void weightsBySampleCountsOfThoseWhoFinished() {
        Aggregation aggregation = new Aggregation(START, 1000, decisions(Double.NaN, Double.NaN, Double.NaN));
        aggregation.add(0, of(1, 10), 30);
        aggregation.add(2, of(5, -2), 10);
        assertThat(values(aggregation)).containsExactly(2, 7);
    }

    @Test
    void oneDeviceIsItsOwnAverageExactly() {
        Aggregation aggregation = new Aggregation(START, 7, decisions(Double.NaN));
        aggregation.add(0, of(0.1f, -3e-9f), 7);
        assertThat(values(aggregation)).containsExactly(0.1f, -3e-9f);
    }

    /** By hand: w + (30/50)/0.5 (x_0 - w) + (10/50)/0.25 (x_2 - w), the device with the other 10 samples resting. */
    @Test
    void probabilitiesMoveTheStartByEachDevicesShareOfAllSamples() {
        Aggregation aggregation = new Aggregation(START, 50, decisions(0.5, -1, 0.25));
        aggregation.add(0, of(90, -100), 30);
        aggregation.add(2, of(110, -80), 10);
        assertThat(values(aggregation)[0]).isCloseTo(100 + 1.2f * -10 + 0.8f * 10, within(1e-4f));
        assertThat(values(aggregation)[1]).isCloseTo(-100 + 0.8f * 20, within(1e-4f));
    }

    @Test
    void withCertainParticipationOfAllBothFormsAreTheSame() {
        Aggregation certain = new Aggregation(START, 40, decisions(1, 1));
        Aggregation plain = new Aggregation(START, 40, decisions(Double.NaN, Double.NaN));
        for (Aggregation aggregation : List.of(certain, plain)) {
            aggregation.add(0, of(1.5f, 10), 30);
            aggregation.add(1, of(5.25f, -2), 10);
        }
        assertThat(values(certain)).containsExactly(values(plain), within(1e-5f));
    }

    /** SFLAM eq. (6): the expectation over who takes part is the round of all devices. */
    @Test
    void probabilitiesMakeTheMeanOverRoundsThatOfAllDevices() {
        Random random = new Random(3);
        double[] probabilities = {0.3, 0.8};
        double sum = 0;
        int rounds = 20_000;
        for (int round = 0; round < rounds; round++) {
            Aggregation aggregation = new Aggregation(START, 40, decisions(probabilities));
            for (int device = 0; device < 2; device++) {
                if (random.nextDouble() < probabilities[device]) {
                    aggregation.add(device, of(device == 0 ? 104 : 96, 0), device == 0 ? 30 : 10);
                }
            }
            sum += values(aggregation)[0];
        }
        // Deviation of one round: sqrt((0.75*4)^2 0.7/0.3 + (0.25*4)^2 0.2/0.8) = 4.61; five of them over 20,000
        // rounds.
        assertThat(sum / rounds).isCloseTo(100 + 0.75 * 4 - 0.25 * 4, within(5 * 4.61 / Math.sqrt(rounds)));
    }

    @Test
    void aRoundThatNobodyFinishedChangesNothing() {
        assertThat(new Aggregation(START, 1, decisions(Double.NaN)).result()).isEqualTo(START);
        assertThat(new Aggregation(START, 1, decisions(0.5)).result()).isEqualTo(START);
    }

    @Test
    void refusesOtherShapesAndHalfOfTheProbabilities() {
        Aggregation aggregation = new Aggregation(START, 1, decisions(Double.NaN, Double.NaN));
        aggregation.add(0, of(1, 2), 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> aggregation.add(1, of(1), 1))
                .withMessageContaining("head.bias has shape [2] in one contribution and [1] in another.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Aggregation(START, 1, decisions(0.5, Double.NaN, -1)))
                .withMessage("1 of 2 devices that take part have a participation probability; all or none must.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> decisions(1.5))
                .withMessage("participationProbability (1.5) must lie in (0, 1].");
    }
}
