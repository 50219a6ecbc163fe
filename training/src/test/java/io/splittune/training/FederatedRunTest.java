package io.splittune.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.splittune.codec.AdapterCompression;
import io.splittune.core.RandomStreams;
import io.splittune.core.Ticker;
import io.splittune.model.AdapterState;
import io.splittune.model.Checkpoint;
import io.splittune.model.CheckpointWriter;
import io.splittune.model.ForwardMode;
import io.splittune.model.FullParameters;
import io.splittune.model.HalfRange;
import io.splittune.model.ModelConfig;
import io.splittune.model.Optimizer;
import io.splittune.model.Parameter;
import io.splittune.model.Precision;
import io.splittune.model.SafetensorsType;
import io.splittune.model.TransformerHalf;
import io.splittune.model.VitConfig;
import io.splittune.tensor.Autograd;
import io.splittune.tensor.Ops;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.Tensors;
import io.splittune.tensor.testing.LeakChecked;
import io.splittune.training.data.Batch;
import io.splittune.training.data.BatchSource;
import io.splittune.transport.StepId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@LeakChecked
class FederatedRunTest {
    private static final HalfRange WHOLE = HalfRange.whole(TinyRun.DEPTH);

    private static RoundPolicy all(int devices) {
        return TinyRun.always(devices, 1, TinyRun.NONE);
    }

    private static AdapterState model(RunSummary summary) {
        return summary.model().orElseThrow();
    }

    @Test
    void adaptersOfOneDeviceAreThoseOfCentralTraining() {
        try (TinyRun federated = TinyRun.of(Scheme.FL_LORA, 3);
                TinyRun central = TinyRun.of(Scheme.CENTRAL, 3)) {
            RunSummary ours = federated.federated(1, all(1));
            RunSummary reference = central.unsplit(1);
            assertThat(TinyRun.losses(ours)).isEqualTo(TinyRun.losses(reference));
            assertThat(ours.adapters().get(RunSummary.SHARED))
                    .isEqualTo(reference.adapters().get("device-0"));
            assertThat(ours.rounds().get(2).testLoss())
                    .isEqualTo(reference.rounds().get(2).testLoss());
            assertThat(ours.model()).isEmpty();
        }
    }

    @Test
    void adaptersAreAveragedBySampleCounts() {
        try (TinyRun federated = TinyRun.of(Scheme.FL_LORA, 1);
                TinyRun local = TinyRun.of(Scheme.LOCAL, 1)) {
            Map<String, AdapterState> alone = local.unsplit(3).adapters();
            List<TinyRun.Weighted> expected = new ArrayList<>();
            for (int device = 0; device < 3; device++) {
                expected.add(new TinyRun.Weighted(
                        alone.getOrDefault("device-" + device, new AdapterState(Map.of())),
                        local.data(3).get(device).samples()));
            }
            assertThat(federated.federated(3, all(3)).adapters().get(RunSummary.SHARED))
                    .isEqualTo(TinyRun.fedAvg(expected));
        }
    }

    @Test
    void allWeightsOfOneDeviceAreThoseOfFullFineTuning() {
        try (TinyRun run = TinyRun.of(Scheme.FL, 2)) {
            RunSummary ours = run.federated(1, all(1));
            assertThat(model(ours)).isEqualTo(fineTuned(run));
            assertThat(ours.adapters()).isEmpty();
            assertThat(model(ours).tensors().keySet())
                    .isEqualTo(run.model.config().tensorShapes(WHOLE).keySet());
        }
    }

    /** Full fine-tuning of the base on all data, written out; momentum begins anew with each round. */
    private static AdapterState fineTuned(TinyRun run) {
        DeviceData data = run.data(1).get(0);
        TransformerHalf base = run.model.half(WHOLE);
        try (FullParameters weights = FullParameters.of(base)) {
            for (int round = 1; round <= run.config.rounds(); round++) {
                double learningRate = run.config.learningRate(new StepId(round, 0, 0, 0), 1);
                try (Optimizer optimizer = Optimizer.sgd(weights, 0.9, 0);
                        BatchSource source = data.epoch(round, 0)) {
                    while (source.hasNext()) {
                        fineTune(base, weights, optimizer, source.next(), run.config.microBatch(), learningRate);
                    }
                }
            }
            return weights.snapshot();
        }
    }

    private static void fineTune(
            TransformerHalf base,
            FullParameters weights,
            Optimizer optimizer,
            Batch batch,
            int microBatch,
            double learningRate) {
        try (TensorScope scope = TensorScope.open("step")) {
            for (Batch part : batch.microBatches(microBatch)) {
                Tensor logits = base.forward(Inputs.of(part), weights, ForwardMode.train(0));
                Autograd.backward(Ops.crossEntropy(logits, Tensors.ofInts(part.labels()), Ops.Reduction.SUM));
            }
            for (Parameter parameter : weights.parameters()) {
                parameter.value().grad().orElseThrow().mulInPlace(1.0 / batch.size());
            }
            optimizer.step(learningRate);
            weights.clearGradients();
        }
    }

    @Test
    void allWeightsAreAveragedBySampleCountsOverThoseWhoTakePart() {
        try (TinyRun run = TinyRun.of(Scheme.FL, 1)) {
            RunSummary two = run.federated(3, TinyRun.only(3, 0, 2));
            AdapterState expected = TinyRun.fedAvg(List.of(
                    new TinyRun.Weighted(
                            model(run.federated(3, TinyRun.only(3, 0))),
                            run.data(3).get(0).samples()),
                    new TinyRun.Weighted(
                            model(run.federated(3, TinyRun.only(3, 2))),
                            run.data(3).get(2).samples())));
            assertThat(model(two)).isEqualTo(expected);
            assertThat(two.rounds().get(0).devices())
                    .extracting(DeviceRound::participated)
                    .containsExactly(true, false, true);
            assertThat(two.rounds().get(0).devices().get(1).dropped()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FL", "FL_LORA"})
    void whatIsAveragedIsCountedBothWays(Scheme scheme) {
        try (TinyRun run = TinyRun.of(scheme, 2, new AdapterCompression.None())) {
            AdapterState adapter = scheme == Scheme.FL
                    ? run.model.half(WHOLE).weights()
                    : run.model.initialAdapter(run.config.lora(), new RandomStreams(1));
            long expected = adapter.toBytes().length;
            RunSummary summary = run.federated(3, TinyRun.only(3, 1, 2));
            assertThat(summary.traffic()).isEqualTo(new Traffic(4 * expected, 4 * expected, 0, 0, 0, 0));
            DeviceRound device = summary.rounds().get(0).devices().get(1);
            assertThat(device.traffic().modelBytesUp()).isEqualTo(expected);
            assertThat(device.traffic().modelBytesDown()).isEqualTo(expected);
            assertThat(device.steps()).isEqualTo(run.data(3).get(1).batchCount());
            assertThat(device.samples()).isEqualTo(run.data(3).get(1).samples());
        }
    }

    @Test
    void aHeadThatTheCheckpointLacksStartsAsInTheOtherSchemes(@TempDir Path folder) throws IOException {
        try (TinyRun weights = TinyRun.of(Scheme.FL, 1);
                TinyRun adapters = TinyRun.of(Scheme.FL_LORA, 1)) {
            ModelConfig config = weights.model.config();
            ModelConfig other = config.withClasses(config.classes() + 2, List.of());
            try (TransformerHalf base = TransformerHalf.random(other, WHOLE, Precision.FP32, new RandomStreams(4))) {
                CheckpointWriter.write(folder, (VitConfig) other, base.weights(), SafetensorsType.F32);
            }
            try (Checkpoint checkpoint = Checkpoint.open(folder);
                    FrozenModel headless = FrozenModel.load(checkpoint, config, WHOLE, Precision.FP32)) {
                RunSummary full = run(weights, headless);
                assertThat(full.initialLoss()).isEqualTo(run(adapters, headless).initialLoss());
                assertThat(full.rounds().get(0).testLoss()).isNotEqualTo(full.initialLoss());
                assertThat(model(full).get("head.bias").size()).isEqualTo(config.classes());
            }
        }
    }

    private static RunSummary run(TinyRun run, HalfSource base) {
        return new FederatedRun(run.config, base, all(1), run.testSet(), new RunListener() {}, Ticker.system())
                .run(Map.of("device-0", run.data(1).get(0)));
    }
}
