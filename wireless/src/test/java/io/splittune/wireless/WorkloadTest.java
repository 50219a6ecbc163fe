package io.splittune.wireless;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.splittune.testkit.Property;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WorkloadTest {
    private static final double BLOCK = 186_106_183_680.0;
    private final Workload ours = new Workload(Setups.cifar100());
    private final Workload printed = new Workload(Setups.cifar100().with(Formulas.PRINTED));

    @Test
    void printedOperationsAreThePapers() {
        double classifier = 2.0 * 64 * 197 * 768 * 100;
        assertThat(printed.deviceForwardFlops(5)).isEqualTo(5 * BLOCK + classifier);
        assertThat(printed.deviceBackwardFlops(5)).isEqualTo(10 * BLOCK + 2 * classifier);
        assertThat(printed.serverForwardFlops(5)).isEqualTo(7 * BLOCK);
        assertThat(printed.serverBackwardFlops(5)).isEqualTo(14 * BLOCK + 2 * classifier);
        assertThat(printed.deviceForwardFlops(5) + printed.deviceBackwardFlops(5))
                .isCloseTo(2.797e12, within(0.001e12));
        assertThat(printed.fullForwardFlops()).isEqualTo(12 * BLOCK + classifier);
        assertThat(printed.fullBackwardFlops()).isEqualTo(24 * BLOCK + 2 * classifier);
        assertThat(printed.fullTuningBackwardFlops()).isEqualTo(printed.fullBackwardFlops());
    }

    @Test
    void ourOperationsMoveTheClassifierToTheServerAndCountThePatches() {
        double patches = 2.0 * 64 * 196 * 768 * 768;
        double classifier = 2.0 * 64 * 768 * 100;
        assertThat(ours.deviceForwardFlops(5)).isEqualTo(5 * BLOCK + patches);
        assertThat(ours.deviceBackwardFlops(5)).isEqualTo(10 * BLOCK);
        assertThat(ours.serverForwardFlops(5)).isEqualTo(7 * BLOCK + classifier);
        assertThat(ours.serverBackwardFlops(5)).isEqualTo(14 * BLOCK + 2 * classifier);
        assertThat(ours.serverForwardFlops(5) + ours.serverBackwardFlops(5)).isCloseTo(3.9e12, within(0.02e12));
        assertThat(ours.fullTuningBackwardFlops()).isEqualTo(24 * BLOCK + 2 * classifier + patches);
    }

    @Test
    void frozenWeightsHalveTheBackwardPassButForAttentionAndLora() {
        Workload frozen = new Workload(Setups.cifar100().with(BackwardCost.FROZEN_WEIGHTS));
        double lora = 2.0 * 64 * 197 * 196_608;
        double attention = 4.0 * 64 * 197 * 197 * 768;
        assertThat(frozen.deviceBackwardFlops(1)).isCloseTo(BLOCK + attention + 2 * lora, within(1.0));
        assertThat(frozen.deviceForwardFlops(1) - ours.deviceForwardFlops(1)).isCloseTo(lora, within(1.0));
        assertThat(frozen.deviceBackwardFlops(1)).isLessThan(0.6 * ours.deviceBackwardFlops(1));
    }

    @Test
    void sizesOnTheWireAreInBytes() {
        assertThat(ours.activationBytes()).isEqualTo(4L * 64 * 197 * 768);
        assertThat(ours.activationBytes() * 8 / 1e6).isCloseTo(309.9, within(0.05));
        assertThat(ours.activationBytes() / Setups.MIB).isCloseTo(36.94, within(0.005));
        assertThat(ours.deviceAdapterBytes(5)).isEqualTo(5L * 196_608 * 4);
        assertThat(ours.adapterBytes()).isEqualTo(12L * 196_608 * 4);
        assertThat(ours.deviceModelBytes(5)).isEqualTo(4L * (5 * (7_087_872L + 196_608) + 967L * 768));
        assertThat(ours.modelBytes()).isEqualTo(4L * (85_952_456L - 100 * 769));
    }

    @Test
    void printedSizesMixUnitsAsThePaperDoes() {
        assertThat(printed.activationBytes()).isEqualTo(64L * 197 * 768);
        assertThat(printed.deviceAdapterBytes(5)).isEqualTo(2L * 5 * 64 * 768 * 16);
        assertThat(printed.deviceModelBytes(5))
                .isEqualTo(64L * 5 * (18L * 768 * 16 + 12L * 768 * 768 + (768L + 196 + 3) * 768));
    }

    @Test
    void theIntroductionsGigabytesAreOneDirectionOfFiveThousandImages() {
        Workload five = new Workload(TuningSetup.of(ModelShapes.named("vit-b16", 100, 1), 5000));
        assertThat(five.activationBytes() / Math.pow(2, 30)).isCloseTo(2.81, within(0.01));
    }

    @Test
    void bothHalvesTogetherAreTheWholeAtEveryCut() {
        Property.forAll(200, random -> {
            Workload workload = new Workload(Setups.random(random));
            boolean theirs = workload.setup().formulas() == Formulas.PRINTED;
            int cut = random.nextInt(workload.setup().model().layers() + 1);
            double forward = workload.deviceForwardFlops(cut) + workload.serverForwardFlops(cut);
            assertThat(forward).isCloseTo(workload.fullForwardFlops(), within(1e-9 * forward));
            double backward = workload.deviceBackwardFlops(cut) + workload.serverBackwardFlops(cut);
            if (theirs) {
                // As printed the classifier's backward pass is in both halves.
                assertThat(backward).isGreaterThan(workload.fullBackwardFlops());
            } else {
                assertThat(backward).isCloseTo(workload.fullBackwardFlops(), within(1e-9 * backward));
            }
        });
    }

    @Test
    void wrongCutsAndSetupsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ours.deviceForwardFlops(13))
                .withMessage("cut (13) must lie in [0, 12].");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ours.deviceModelBytes(-1))
                .withMessage("cut (-1) must lie in [0, 12].");
        TuningSetup good = Setups.cifar100();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TuningSetup(
                        good.model(),
                        8,
                        9,
                        16,
                        Set.of(LoraTarget.QKV),
                        4,
                        good.optimizer(),
                        good.backward(),
                        Formulas.OURS))
                .withMessage("microBatch (9) must lie in [1, 8].");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TuningSetup.of(ModelShapes.named("llama-3.2-1b", 1, 64), 8)
                        .with(Formulas.PRINTED))
                .withMessage("formulas (PRINTED) must be OURS for llama-3.2-1b: the printed ones describe a ViT.");
    }
}
