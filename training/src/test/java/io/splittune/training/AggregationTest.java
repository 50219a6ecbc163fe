package io.splittune.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.splittune.model.AdapterState;
import io.splittune.model.FloatArray;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AggregationTest {
    private static Aggregation.Weighted of(double weight, float... values) {
        return new Aggregation.Weighted(
                new AdapterState(Map.of("head.bias", FloatArray.of(values, values.length))), weight);
    }

    @Test
    void weightsBySampleCounts() {
        AdapterState mean = Aggregation.fedAvg(List.of(of(30, 1, 10), of(10, 5, -2)));
        assertThat(mean.get("head.bias").toArray()).containsExactly(2, 7);
    }

    @Test
    void oneDeviceIsItsOwnAverageExactly() {
        assertThat(Aggregation.fedAvg(List.of(of(7, 0.1f, -3e-9f)))
                        .get("head.bias")
                        .toArray())
                .containsExactly(0.1f, -3e-9f);
    }

    @Test
    void refusesAnEmptyRoundAndOtherShapes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Aggregation.fedAvg(List.of()))
                .withMessage("There is nothing to average.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Aggregation.fedAvg(List.of(of(1, 1, 2), of(1, 1))))
                .withMessageContaining("head.bias has shape [2] in one contribution and [1] in another.");
    }
}
