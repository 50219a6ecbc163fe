package io.splittune.wireless;

import static io.splittune.wireless.Setups.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.splittune.testkit.Property;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryModelTest {
    /** How close every cell of Table III comes that can be derived. */
    private static final double PERCENT = 0.1;

    private final MemoryModel model = new MemoryModel(Setups.tableIII());

    private static void near(double bytes, double mebibytes) {
        assertThat(bytes / MIB).isCloseTo(mebibytes, withinPercentage(PERCENT));
    }

    @Test
    void theSplitColumnOfTableThreeComesOut() {
        MemoryBytes five = model.device(5);
        near(five.input(), 36.75);
        near(five.model(), 141.19);
        near(five.optimizer(), 3.75);
        near(five.activations(), 3941.23);
        near(five.total(), 4122.92);
        near(five.gradients(), 3.75);
        near(five.totalWithGradients(), 4122.92 + 3.75);
        assertThat(model.requiredBytes(5)).isEqualTo(five.total());
    }

    @Test
    void theFullTuningColumnComesOutButForTheOptimizersRest() {
        MemoryBytes whole = model.whole(true);
        near(whole.input(), 36.75);
        near(whole.model(), 327.88);
        near(whole.activations(), 9171.11);
        near(whole.total(), 9865.50);
        // Printed 329.76: 1.88 MiB of it are unexplained.
        near(whole.optimizer(), 327.88);
        assertThat(whole.total() / model.device(5).total()).isCloseTo(2.39, withinPercentage(0.2));
        assertThat(100 * (1 - model.device(5).total() / whole.total())).isCloseTo(58.2, withinPercentage(0.1));
    }

    @Test
    void theLoraColumnComesOutButForTheActivations() {
        MemoryBytes lora = model.whole(false);
        near(lora.model(), 337.03);
        near(lora.optimizer(), 9.09);
        // Printed 9513.82: 342.71 MiB of it are unexplained, and the split column has no such part.
        near(lora.activations(), 9513.82 - 342.71);
    }

    @Test
    void theTotalGrowsWithTheCutAsInFigureSix() {
        List<Double> expected =
                List.of(1041.5, 1811.8, 2582.2, 3352.6, 4122.9, 4893.3, 5663.7, 6434.0, 7204.4, 7974.8, 8745.1);
        for (int cut = 1; cut <= expected.size(); cut++) {
            near(model.device(cut).total(), expected.get(cut - 1));
        }
        assertThat(model.requiredBytes(10)).isLessThan(SftSetting.DEVICE_MEMORY_BYTES);
        assertThat(model.requiredBytes(11)).isGreaterThan(SftSetting.DEVICE_MEMORY_BYTES);
    }

    @Test
    void asPrintedEquationTwentySixMissesTheTable() {
        MemoryModel printed = new MemoryModel(Setups.tableIII().with(Formulas.PRINTED));
        near(printed.requiredBytes(5), 2716.3);
        assertThat(printed.requiredBytes(5)).isEqualTo(printed.device(5).totalWithGradients());
        assertThat(printed.whole(true)).isEqualTo(printed.device(12));
    }

    @Test
    void microBatchesShrinkWhatIsHeldAtATime() {
        TuningSetup whole = Setups.tableIII();
        TuningSetup micro = new TuningSetup(
                whole.model(), 64, 8, 16, whole.loraTargets(), 4, OptimizerKind.ADAM, whole.backward(), Formulas.OURS);
        MemoryBytes eighth = new MemoryModel(micro).device(5);
        assertThat(eighth.input()).isEqualTo(model.device(5).input() / 8);
        double fixed = 10.46 * MIB;
        assertThat(eighth.activations() - fixed)
                .isCloseTo((model.device(5).activations() - fixed) / 8, withinPercentage(1e-9));
        assertThat(eighth.model()).isEqualTo(model.device(5).model());
        assertThat(eighth.optimizer()).isEqualTo(2 * model.device(5).optimizer());
    }

    @Test
    void memoryGrowsWithTheCutInEverySetup() {
        Property.forAll(200, random -> {
            TuningSetup setup = Setups.random(random);
            MemoryModel any = new MemoryModel(setup);
            for (int cut = 1; cut <= setup.model().layers(); cut++) {
                assertThat(any.requiredBytes(cut)).isGreaterThan(any.requiredBytes(cut - 1));
            }
        });
    }

    @Test
    void wrongCutsAndNegativeAmountsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.device(13))
                .withMessage("cut (13) must lie in [0, 12].");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MemoryBytes(0, -1, 0, 0, 0))
                .withMessage("model (-1.0) must be finite and >= 0.");
    }
}
