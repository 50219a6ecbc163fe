package io.splittune.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.tensor.Autograd;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.Tensors;
import io.splittune.tensor.testing.LeakChecked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Native memory does not grow from step to step. */
@LeakChecked
class ModelLeakTest {
    private static final HalfRange WHOLE = HalfRange.whole(4);
    /** Large enough that one leaked gradient or graph of a step shows in the resident memory: 4 MiB a step. */
    private static final ModelConfig CONFIG =
            new VitConfig(32, 4, 3, 64, 4, 4, 128, 10, 1e-6, true, List.of(0., 0., 0.), List.of(1., 1., 1.), List.of());

    @Test
    void fiftyStepsLeaveAsManyTensorsAsOne() {
        try (TransformerHalf whole = TransformerHalf.random(CONFIG, WHOLE, Precision.BF16, TinyModel.STREAMS);
                AdapterSet set = AdapterSet.create(whole, TinyModel.EVERYWHERE, TinyModel.STREAMS);
                Optimizer optimizer = Optimizer.adamW(set, 0.9, 0.999, 1e-8, 0)) {
            step(whole, set, optimizer);
            long tensors = TensorScope.liveTensorsEverywhere();
            long bytes = TensorScope.liveBytesEverywhere();
            for (int i = 0; i < 50; i++) {
                step(whole, set, optimizer);
            }
            assertThat(TensorScope.liveTensorsEverywhere()).isEqualTo(tensors);
            assertThat(TensorScope.liveBytesEverywhere()).isEqualTo(bytes);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void residentMemoryStaysFlatAlsoWhenStepsFail() throws IOException {
        try (TransformerHalf whole = TransformerHalf.random(CONFIG, WHOLE, Precision.FP32, TinyModel.STREAMS);
                AdapterSet set = AdapterSet.create(whole, TinyModel.EVERYWHERE, TinyModel.STREAMS);
                Optimizer optimizer = Optimizer.sgd(set, 0.9, 0)) {
            for (int i = 0; i < 10; i++) {
                step(whole, set, optimizer);
                failingStep(whole, set);
            }
            long before = residentKibibytes();
            for (int i = 0; i < 50; i++) {
                step(whole, set, optimizer);
                failingStep(whole, set);
            }
            // A leaked graph would add 100 x 4 MiB; the allocator's own swings stay below 60 MiB.
            assertThat(residentKibibytes() - before).isLessThan(60 * 1024);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void stepsOfALlamaLeaveNothingKeptOrRecomputed() throws IOException {
        LlamaConfig config = new LlamaConfig(
                2048,
                64,
                64,
                4,
                4,
                2,
                16,
                128,
                1e-5,
                Rope.of(1e4),
                false,
                false,
                false,
                true,
                0,
                List.of(),
                -1,
                List.of());
        try (TransformerHalf whole = TransformerHalf.random(config, WHOLE, Precision.FP32, TinyModel.STREAMS);
                TransformerHalf device = whole.part(HalfRange.device(2));
                TransformerHalf server = whole.part(HalfRange.server(2, 4));
                AdapterSet set = AdapterSet.create(whole, TinyLlama.lora(0.1, false), TinyModel.STREAMS)) {
            for (int i = 0; i < 10; i++) {
                llamaStep(device, server, set, i);
            }
            long tensors = TensorScope.liveTensorsEverywhere();
            long resident = residentKibibytes();
            for (int i = 0; i < 60; i++) {
                llamaStep(device, server, set, i);
            }
            assertThat(TensorScope.liveTensorsEverywhere()).isEqualTo(tensors);
            // The graph of a step has 6 MiB: one that is left at each would add 360 MiB.
            assertThat(residentKibibytes() - resident).isLessThan(60 * 1024);
        }
    }

    /** A split step, in every second one recomputing, in every fifth one failing before backward. */
    @SuppressWarnings("try")
    private static void llamaStep(TransformerHalf device, TransformerHalf server, AdapterSet set, int index) {
        ForwardMode mode = ForwardMode.train(index);
        ForwardMode chosen = index % 2 == 0 ? mode : mode.recomputing();
        try (TensorScope scope = TensorScope.open("step")) {
            Recorded sent = device.record(Tensors.range(128).reshape(2, 64), set, chosen);
            if (index % 5 == 4) {
                return;
            }
            Tensor received = sent.output().detach().requiresGrad(true);
            int[] labels = new int[128];
            Arrays.setAll(labels, i -> i % 3 == 0 ? ModelConfig.NO_LABEL : i);
            server.score(received, labels, set, chosen);
            sent.backward(received.grad().orElseThrow());
            set.clearGradients();
        }
    }

    @SuppressWarnings("try")
    private static void step(TransformerHalf whole, AdapterSet set, Optimizer optimizer) {
        try (TensorScope scope = TensorScope.open("step")) {
            Tensor logits = whole.forward(pixels(), set, ForwardMode.train(0));
            Autograd.backward(TinyModel.loss(logits));
            optimizer.step(0.01);
            set.clearGradients();
        }
    }

    private static Tensor pixels() {
        return TinyModel.tensor(TinyModel.random("pixels", 0, 1, 3, 3, 32, 32));
    }

    /** Fails between forward and backward: the recorded graph must go with the scope. */
    private static void failingStep(TransformerHalf whole, AdapterSet set) {
        assertThatThrownBy(() -> TensorScope.within("step", () -> {
                    Tensor logits = whole.forward(pixels(), set, ForwardMode.train(0));
                    throw new IllegalStateException("step fails with " + logits);
                }))
                .isInstanceOf(IllegalStateException.class);
    }

    private static long residentKibibytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("/proc/self/status has no VmRSS.");
    }
}
