package io.splittune.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ProblemTest {
    private static final PlannedDevice DEVICE = Problems.device("d0", 1e9, 17, Problems.ROOMY);

    @Test
    void badProblemsAreRefused() {
        assertThatThrownBy(() -> problem(List.of(), 1, List.of(1), 0.9))
                .hasMessage("A plan needs at least one device.");
        assertThatThrownBy(() -> problem(List.of(DEVICE, DEVICE), 1, List.of(1), 0.9))
                .hasMessage("The device id 'd0' stands twice.");
        assertThatThrownBy(() -> problem(List.of(DEVICE), 0, List.of(1), 0.9))
                .hasMessage("totalBandwidthHz (0.0) must be finite and > 0.");
        assertThatThrownBy(() -> problem(List.of(DEVICE), Double.NaN, List.of(1), 0.9))
                .hasMessage("totalBandwidthHz (NaN) must be finite and > 0.");
        assertThatThrownBy(() -> problem(List.of(DEVICE), 1, List.of(), 0.9))
                .hasMessage("A plan needs at least one allowed cut.");
        assertThatThrownBy(() -> problem(List.of(DEVICE), 1, List.of(1, 12), 0.9))
                .hasMessage("cuts (12) must lie in [1, 11].");
        assertThatThrownBy(() -> problem(List.of(DEVICE), 1, List.of(3, 3), 0.9))
                .hasMessage("The allowed cuts [3, 3] must not repeat.");
        assertThatThrownBy(() -> problem(List.of(DEVICE), 1, List.of(3), -0.1))
                .hasMessage("accuracyFloor (-0.1) must be finite and >= 0.");
        assertThatThrownBy(() -> Problems.withDeadline(Problems.paper(), 0))
                .hasMessage("maxDelaySeconds (0.0) must be finite and > 0.");
        assertThatThrownBy(() -> Problems.paper().inRound(List.of(), false))
                .hasMessage("There are 0 links for 8 devices.");
    }

    @Test
    void badDevicesAndOptionsAreRefused() {
        assertThatThrownBy(() -> new PlannedDevice(" ", DEVICE.hardware(), DEVICE.link(), 1, 1))
                .hasMessage("id must not be blank.");
        assertThatThrownBy(() -> new PlannedDevice("d", DEVICE.hardware(), DEVICE.link(), 0, 1))
                .hasMessage("iterations (0.0) must be finite and > 0.");
        assertThatThrownBy(() -> new PlannedDevice("d", DEVICE.hardware(), DEVICE.link(), 1, -1))
                .hasMessage("maxBandwidthHz (-1.0) must be finite and > 0.");
        assertThatThrownBy(() -> new CompressionOption(0, 1, 1, 1, 1)).hasMessage("keep (0.0) must lie in (0, 1].");
        assertThatThrownBy(() -> new CompressionOption(1, -1, 1, 1, 1)).hasMessage("levels (-1) must be >= 0.");
        assertThatThrownBy(() -> new CompressionOption(1, 1, 1.5, 1, 1))
                .hasMessage("activationRatio (1.5) must lie in (0, 1].");
        assertThatThrownBy(() -> new CompressionOption(1, 1, 1, Double.NaN, 1))
                .hasMessage("gradientRatio (NaN) must lie in (0, 1].");
        assertThatThrownBy(() -> new CompressionOption(1, 1, 1, 1, -1))
                .hasMessage("accuracy (-1.0) must be finite and >= 0.");
        assertThatThrownBy(() -> new CompressionTable(List.of()))
                .hasMessage("A compression table needs at least one option.");
        assertThatThrownBy(() -> new AccuracyPoint(0.1, 0, 0.5)).hasMessage("levels (0) must be > 0.");
    }

    @Test
    void theFrontierKeepsWhatSomeLinkMayWant() {
        CompressionOption upHeavy = new CompressionOption(0.5, 7, 0.5, 0.1, 0.95);
        CompressionOption downHeavy = new CompressionOption(0.5, 7, 0.1, 0.5, 0.95);
        CompressionOption worse = new CompressionOption(0.5, 7, 0.5, 0.5, 0.99);
        CompressionOption poor = new CompressionOption(0.1, 7, 0.01, 0.01, 0.5);
        CompressionOption twin = new CompressionOption(0.4, 7, 0.1, 0.5, 0.97);
        CompressionTable table = new CompressionTable(List.of(upHeavy, worse, downHeavy, poor, twin));
        assertThat(table.frontier(0.9)).containsExactly(upHeavy, twin);
        assertThat(table.frontier(0.98)).containsExactly(worse);
        assertThat(table.mostAccurate()).isEqualTo(worse);
    }

    private static Problem problem(List<PlannedDevice> devices, double totalHz, List<Integer> cuts, double floor) {
        return new Problem(
                Problems.TUNING,
                devices,
                Problems.SERVER,
                totalHz,
                0.1,
                cuts,
                Problems.table(),
                floor,
                true,
                OptionalDouble.empty());
    }
}
