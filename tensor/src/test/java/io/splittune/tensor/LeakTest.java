package io.splittune.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.tensor.Ops.Reduction;
import io.splittune.tensor.testing.LeakChecked;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Training steps must leave nothing behind: no tensor, no object of the binding, no resident memory.
 *
 * <p>The build runs this class twice: with the binding's safety net off, as users do, and with it on, since the binding
 * counts its native objects only then.
 */
@LeakChecked
@SuppressWarnings("try")
final class LeakTest {
    private record Model(Tensor weight, Tensor bias, Tensor down, Tensor up, Tensor momentum) {
        static Model create() {
            Tensor down = Tensors.normal(3, 4, 32).mul(0.1).detach().requiresGrad(true);
            return new Model(
                    Tensors.normal(1, 32, 32).to(DType.BF16),
                    Tensors.zeros(DType.BF16, 32),
                    down,
                    Tensors.zeros(DType.FP32, 32, 4).requiresGrad(true),
                    Tensors.zerosLike(down));
        }

        Tensor forward(Tensor x, long seed) {
            return TensorScope.compute("block", () -> {
                Tensor base = Ops.linear(x, weight, bias);
                Tensor low = Ops.linear(Ops.dropout(x, 0.1, seed), down.to(DType.BF16));
                Tensor y = Ops.gelu(Ops.addLinear(base, low, up.to(DType.BF16), 0.5));
                Tensor h = y.reshape(2, 5, 2, 16).transpose(1, 2);
                Tensor a = Ops.attention(h, h, h, 0.25, Optional.empty(), AttentionKernel.PLAIN);
                Tensor ones = Tensors.ones(DType.BF16, 32);
                return Ops.rmsNorm(Ops.layerNorm(a.transpose(1, 2).reshape(2, 5, 32), ones, bias, 1e-6), ones, 1e-6);
            });
        }
    }

    /** A training step of everything that training uses, also the ways in and out. */
    private static float step(Model model, long seed, boolean fails) {
        try (TensorScope scope = TensorScope.open("step")) {
            Tensor x = Tensors.fromBytes(ByteBuffer.allocate(2 * 5 * 32 * 2), DType.BF16, 2, 5, 32)
                    .add(1);
            Tensor hidden = model.forward(x, seed);
            Tensor received = Tensors.of(hidden.toFloats(), 2, 5, 32).requiresGrad(true);
            Tensor logits = received.mean(new long[] {1}, false);
            Tensor loss = Ops.crossEntropy(logits, Tensors.ofInts(1, 7), Reduction.MEAN);
            Ops.countCorrect(logits, Tensors.ofInts(1, 7));
            Autograd.backward(loss);
            if (fails) {
                Ops.linear(x, logits);
            }
            Autograd.backward(hidden, received.grad().orElseThrow().to(DType.BF16));
            Autograd.noGrad(() -> {
                Tensor gradient = model.down().grad().orElseThrow();
                model.momentum().mulInPlace(0.9).addInPlace(gradient, 1);
                model.down().addInPlace(model.momentum(), -0.01);
                return gradient;
            });
            for (Tensor parameter : List.of(model.down(), model.up())) {
                parameter.clearGrad();
            }
            return (float) loss.item();
        }
    }

    @Test
    void fiftyStepsLeaveCountsAndBytesAsTheyWere() {
        try (TensorScope scope = TensorScope.open("model")) {
            Model model = Model.create();
            scope.seal();
            step(model, 0, false);
            long tensors = TensorScope.liveTensorsEverywhere();
            long bytes = TensorScope.liveBytesEverywhere();
            long pointers = Pointer.totalCount();
            for (int i = 0; i < 50; i++) {
                assertThat(step(model, i, false)).isFinite();
                assertThat(TensorScope.liveTensorsEverywhere()).isEqualTo(tensors);
                assertThat(TensorScope.liveBytesEverywhere()).isEqualTo(bytes);
                assertThat(Pointer.totalCount()).isEqualTo(pointers);
            }
        }
    }

    @Test
    void aFailingStepLeavesNothingEither() {
        try (TensorScope scope = TensorScope.open("model")) {
            Model model = Model.create();
            scope.seal();
            step(model, 0, false);
            long tensors = TensorScope.liveTensorsEverywhere();
            long bytes = TensorScope.liveBytesEverywhere();
            long pointers = Pointer.totalCount();
            for (int i = 0; i < 50; i++) {
                int seed = i;
                assertThatThrownBy(() -> step(model, seed, true)).isInstanceOf(IllegalArgumentException.class);
                assertThat(TensorScope.liveTensorsEverywhere()).isEqualTo(tensors);
                assertThat(TensorScope.liveBytesEverywhere()).isEqualTo(bytes);
                assertThat(Pointer.totalCount()).isEqualTo(pointers);
            }
        }
    }

    @Test
    void theBindingCountsItsObjectsInOneOfTheTwoRunsOfThisClass() {
        boolean counting = "false".equals(System.getProperty("org.bytedeco.javacpp.nopointergc"));
        try (TensorScope scope = TensorScope.open("model")) {
            Model model = Model.create();
            assertThat(model.down().scope()).isSameAs(scope);
            assertThat(Pointer.totalCount() > 0).isEqualTo(counting);
        }
    }

    @Test
    void gradientsDieWithTheirOwner() {
        long before = 0;
        for (int i = 0; i < 40; i++) {
            try (TensorScope scope = TensorScope.open("big")) {
                Tensor x = Tensors.ones(DType.FP32, 4 << 20).requiresGrad(true);
                Autograd.backward(x.sum());
                assertThat(x.grad()).isPresent();
            }
            if (i == 5) {
                before = Torch.residentBytes();
            }
        }
        // Each pass makes 32 MiB of values and gradients; 34 leaked passes would be 1 GiB.
        assertThat(Torch.residentBytes() - before).isLessThan(100L << 20);
    }

    /** Runs in a JVM of its own whose heap is resident from the start, and whose compiler takes little, so that growth is libtorch's. */
    @Test
    @Tag("slow")
    void residentMemoryStaysFlatOverMillionsOfNativeCalls() throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms96m",
                "-Xmx96m",
                "-XX:+AlwaysPreTouch",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Soak.class.getName());
        builder.environment().put("OMP_NUM_THREADS", "1"); // tiny tensors: threads would only wait for each other
        Process soak = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String printed = new String(soak.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(soak.waitFor()).isZero();
        List<Long> resident = printed.lines().map(Long::valueOf).toList();
        // 20,000 steps of some 80 calls: a leak of 16 bytes a call would be 25 MB.
        assertThat(resident.get(1) - resident.get(0)).isLessThan(8L << 20);
    }

    /** The body of the soak test; prints the resident bytes after warming up and at the end. */
    static final class Soak {
        private Soak() {}

        public static void main(String[] arguments) {
            try (TensorScope scope = TensorScope.open("model")) {
                Model model = Model.create();
                scope.seal();
                for (int i = 0; i < 23000; i++) {
                    if (i == 3000) {
                        System.out.println(Torch.residentBytes());
                    }
                    step(model, i, false);
                }
                System.out.println(Torch.residentBytes());
            }
        }
    }
}
