package io.splittune.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.splittune.codec.Coder;
import io.splittune.codec.Compression;
import io.splittune.codec.FloatFormat;
import io.splittune.core.RandomStreams;
import io.splittune.core.UserException;
import io.splittune.model.AdapterState;
import io.splittune.model.HalfRange;
import io.splittune.model.LoraConfig;
import io.splittune.model.LoraTarget;
import io.splittune.model.ModelConfig;
import io.splittune.model.Precision;
import io.splittune.model.TransformerHalf;
import io.splittune.model.VitConfig;
import io.splittune.planner.CompressionOption;
import io.splittune.planner.CompressionTable;
import io.splittune.training.CutCompression;
import io.splittune.training.FrozenModel;
import io.splittune.training.data.Augmentation;
import io.splittune.training.data.Batches;
import io.splittune.training.data.DataFormat;
import io.splittune.training.data.Dataset;
import io.splittune.training.data.Datasets;
import io.splittune.training.data.ImageBatches;
import io.splittune.training.data.ImageTransform;
import io.splittune.training.data.Normalisation;
import io.splittune.training.data.Split;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class CalibrationTest {
    private static final int DEPTH = 3;
    private static final int IMAGE = 16;
    private static final int WIDTH = 24;
    private static final RandomStreams STREAMS = new RandomStreams(11);
    private static final LoraConfig LORA = new LoraConfig(2, 4, 0, EnumSet.of(LoraTarget.QKV, LoraTarget.FC1), true);

    @Test
    void theProbeCountsTheBytesOfRealFrames() {
        withProbe(probe -> {
            CutBytes none = probe.measure(CutCompression.none(FloatFormat.FP32));
            long raw = 4L * 20 * (IMAGE * IMAGE / 16 + 1) * WIDTH;
            assertThat(none.rawBytes()).isEqualTo(raw);
            // Header and checksum of four frames, nothing else.
            assertThat(none.activationFrameBytes()).isBetween(raw + 1, raw + 4 * 64);
            assertThat(none.gradientFrameBytes()).isEqualTo(none.activationFrameBytes());
            CutBytes half = probe.measure(CutCompression.none(FloatFormat.BF16));
            assertThat(half.activationRatio()).isCloseTo(0.5, within(0.02));
        });
    }

    @Test
    void theSameCompressionGivesTheSameBytesAndFinerOnesMore() {
        withProbe(probe -> {
            CutBytes coarse = probe.measure(compression(0.1, 3, true));
            assertThat(probe.measure(compression(0.1, 3, true))).isEqualTo(coarse);
            assertThat(probe.measure(compression(0.3, 3, true)).activationFrameBytes())
                    .isGreaterThan(coarse.activationFrameBytes());
            assertThat(probe.measure(compression(0.1, 255, true)).gradientFrameBytes())
                    .isGreaterThan(coarse.gradientFrameBytes());
        });
    }

    @Test
    void aSharedMaskSavesThePositionsOfTheGradient() {
        withProbe(probe -> {
            CutBytes shared = probe.measure(compression(0.1, 3, true));
            CutBytes own = probe.measure(compression(0.1, 3, false));
            assertThat(shared.activationFrameBytes()).isEqualTo(own.activationFrameBytes());
            assertThat(shared.gradientFrameBytes()).isLessThan(own.gradientFrameBytes());
        });
    }

    @Test
    void aCalibrationMeasuresEveryPointOfTheGridAgainstNoCompression() {
        CalibrationGrid grid = new CalibrationGrid(List.of(0.1, 0.2, 0.4, 1.0), List.of(1, 3, 15, 255));
        List<CutCompression> trained = new ArrayList<>();
        List<Integer> heard = new ArrayList<>();
        Calibration calibration = new Calibration(
                grid,
                Coder.GOLOMB,
                true,
                compression -> {
                    trained.add(compression);
                    return compression.activations() instanceof Compression.Quantised q ? 0.4 + 0.4 * q.keep() : 0.8;
                },
                (point, done, all) -> {
                    heard.add(done);
                    assertThat(all).isEqualTo(16);
                });
        withProbe(probe -> {
            CalibrationTable table = calibration.run("tiny", 1, probe);
            assertThat(trained).hasSize(17);
            assertThat(heard).hasSize(16).endsWith(16);
            assertThat(table.uncompressedAccuracy()).isEqualTo(0.8);
            assertThat(table.points()).hasSize(16);
            CalibrationPoint point = table.points().get(1);
            assertThat(point.keep()).isEqualTo(0.1);
            assertThat(point.levels()).isEqualTo(3);
            assertThat(point.accuracy()).isCloseTo(0.55, within(1e-12));
            CutBytes bytes = probe.measure(new CutCompression(
                    new Compression.Quantised(0.1, 3, Coder.GOLOMB),
                    new Compression.Quantised(0.1, 3, Coder.GOLOMB),
                    true));
            assertThat(point.activationRatio()).isEqualTo(bytes.activationRatio());
            assertThat(point.gradientRatio()).isEqualTo(bytes.gradientRatio());
            // The accuracy is linear in keep, so a cubic fits it exactly.
            assertThat(table.surface().meanSquaredError()).isLessThan(1e-20);
            CompressionTable options = table.compressions();
            assertThat(options.options()).hasSize(17).endsWith(CompressionOption.uncompressed());
            assertThat(options.options().get(1).accuracy()).isCloseTo(0.55, within(1e-9));
        });
    }

    @Test
    void aTrainingThatLearnsNothingCannotBeCalibrated() {
        Calibration calibration = new Calibration(
                CalibrationGrid.DEFAULT, Coder.GOLOMB, true, compression -> 0, (point, done, all) -> {});
        withProbe(probe -> assertThatThrownBy(() -> calibration.run("tiny", 1, probe))
                .isInstanceOf(UserException.class)
                .hasMessage("calibrate: the training without compression ends with accuracy 0.0; give it more rounds or"
                        + " another learning rate."));
    }

    @Test
    void gridsOutOfRangeAreRefused() {
        assertThat(CalibrationGrid.DEFAULT.size()).isEqualTo(30);
        assertThatThrownBy(() -> new CalibrationGrid(List.of(), List.of(1)))
                .hasMessage("A calibration grid needs a kept fraction and a number of levels.");
        assertThatThrownBy(() -> new CalibrationGrid(List.of(1.5), List.of(1)))
                .hasMessage("keep (1.5) must lie in (0, 1].");
        assertThatThrownBy(() -> new CalibrationGrid(List.of(0.2, 0.1), List.of(1)))
                .hasMessage("keeps [0.2, 0.1] must rise.");
        assertThatThrownBy(() -> new CalibrationGrid(List.of(0.2), List.of(0)))
                .hasMessage("levels (0) must lie in [1, 65535].");
    }

    private static CutCompression compression(double keep, int levels, boolean shareMask) {
        Compression.Quantised quantised = new Compression.Quantised(keep, levels, Coder.ADAPTIVE);
        return new CutCompression(quantised, quantised, shareMask);
    }

    private interface Body {
        void with(CutProbe probe);
    }

    private static void withProbe(Body body) {
        try (Dataset data = Datasets.builtin(DataFormat.SHAPES, Split.TRAIN, 20, IMAGE);
                FrozenModel model = FrozenModel.of(TransformerHalf.random(
                        config(data.classes()), HalfRange.whole(DEPTH), Precision.FP32, STREAMS))) {
            AdapterState adapter = model.initialAdapter(LORA, STREAMS);
            Batches batches =
                    new ImageBatches(data, new ImageTransform(IMAGE, Normalisation.half(), Augmentation.NONE), STREAMS);
            try (CutProbe probe = new CutProbe(model, LORA, adapter, 1, STREAMS, batches.evaluation(5))) {
                body.with(probe);
            }
            assertThatThrownBy(() -> new CutProbe(model, LORA, adapter, DEPTH, STREAMS, batches.evaluation(5)))
                    .hasMessage("cut (3) must lie in [1, 2].");
        }
    }

    private static ModelConfig config(int classes) {
        return new VitConfig(
                IMAGE,
                4,
                3,
                WIDTH,
                DEPTH,
                3,
                2 * WIDTH,
                classes,
                1e-6,
                true,
                List.of(0.5, 0.5, 0.5),
                List.of(0.5, 0.5, 0.5),
                List.of());
    }
}
