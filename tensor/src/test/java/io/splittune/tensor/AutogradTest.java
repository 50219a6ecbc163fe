package io.splittune.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.splittune.tensor.testing.LeakChecked;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@LeakChecked
@SuppressWarnings("try")
final class AutogradTest {
    private TensorScope scope = TensorScope.detached("unused");

    @BeforeEach
    void openScope() {
        scope = TensorScope.open("test");
    }

    @AfterEach
    void closeScope() {
        scope.close();
    }

    private static Tensor leaf(long seed, long... shape) {
        return Tensors.normal(seed, shape).to(DType.FP64).detach().requiresGrad(true);
    }

    static Stream<Arguments> operations() {
        return Stream.of(
                operation(
                        "linear",
                        x -> Ops.linear(x.get(0).reshape(4, 6), x.get(1).reshape(4, 6))),
                operation(
                        "addLinear",
                        x -> Ops.addLinear(
                                x.get(0).reshape(4, 6),
                                x.get(1).reshape(4, 6).narrow(1, 0, 2),
                                x.get(1).reshape(6, 4).narrow(1, 0, 2),
                                0.7)),
                operation(
                        "layerNorm",
                        x -> Ops.layerNorm(
                                x.get(0).reshape(4, 6),
                                x.get(1).reshape(4, 6).select(0, 0),
                                x.get(1).reshape(4, 6).select(0, 1),
                                1e-5)),
                operation(
                        "rmsNorm",
                        x -> Ops.rmsNorm(
                                x.get(0).reshape(4, 6), x.get(1).reshape(4, 6).select(0, 0), 1e-5)),
                operation("gelu", x -> Ops.gelu(x.get(0)).mul(x.get(1))),
                operation("silu", x -> Ops.silu(x.get(0)).mul(x.get(1))),
                operation("softmax", x -> Ops.softmax(x.get(0), -1).mul(x.get(1))),
                operation("dropout", x -> Ops.dropout(x.get(0), 0.5, 3).mul(x.get(1))),
                operation("plain attention", x -> attention(x, AttentionKernel.PLAIN, Optional.empty())),
                operation(
                        "causal attention",
                        x -> attention(x, AttentionKernel.PLAIN, Optional.of(Ops.causalMask(DType.FP64, 3)))),
                operation("fused attention", x -> attention(x, AttentionKernel.FUSED, Optional.empty())),
                operation("resize", x -> Ops.resizeBicubic(x.get(0).reshape(1, 1, 4, 6), 3, 4, true)),
                operation("cat", x -> Tensors.cat(List.of(x.get(0), x.get(1).mul(x.get(1))), 0)));
    }

    private static Arguments operation(String name, Function<List<Tensor>, Tensor> function) {
        return Arguments.of(name, function);
    }

    private static Tensor attention(List<Tensor> x, AttentionKernel kernel, Optional<Tensor> mask) {
        Tensor q = x.get(0).reshape(1, 2, 3, 4);
        Tensor k = x.get(1).reshape(1, 2, 3, 4);
        return Ops.attention(q, k, k.add(q), 0.5, mask, kernel);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("operations")
    void gradientsEqualFiniteDifferences(String name, Function<List<Tensor>, Tensor> function) {
        Tensor a = leaf(11, 24);
        Tensor b = leaf(12, 24);
        Tensor output = function.apply(List.of(a, b));
        Tensor direction = Tensors.normal(13, output.shape()).to(DType.FP64);
        Autograd.backward(output, direction);
        for (Tensor x : List.of(a, b)) {
            Optional<Tensor> gradient = x.grad();
            for (int i = 0; i < 24; i += 5) {
                double exact =
                        gradient.isPresent() ? gradient.get().select(0, i).item() : 0;
                double numeric = slope(function, a, b, x, i, direction);
                // Central differences in fp64 with step 1e-5: truncation and rounding both near 1e-10.
                assertThat(exact).as(name + " element " + i).isCloseTo(numeric, within(1e-7 * (1 + Math.abs(numeric))));
            }
        }
    }

    private static double slope(
            Function<List<Tensor>, Tensor> function, Tensor a, Tensor b, Tensor x, int element, Tensor direction) {
        double step = 1e-5;
        double[] values = new double[2];
        for (int side = 0; side < 2; side++) {
            double shift = side == 0 ? step : -step;
            values[side] = Autograd.noGrad(() -> {
                try (TensorScope inner = TensorScope.open("probe")) {
                    x.select(0, element).addInPlace(Tensors.ones(DType.FP64), shift);
                    double value =
                            function.apply(List.of(a, b)).mul(direction).sum().item();
                    x.select(0, element).addInPlace(Tensors.ones(DType.FP64), -shift);
                    return value;
                }
            });
        }
        return (values[0] - values[1]) / (2 * step);
    }

    @Test
    void aGradientOutlivesItsLeaf() {
        Tensor gradient;
        try (TensorScope inner = TensorScope.open("leaf")) {
            Tensor x = Tensors.ones(DType.FP32, 1000).requiresGrad(true);
            Autograd.backward(x.mul(3).sum());
            gradient = inner.moveToParent(x.grad().orElseThrow());
        }
        Tensors.zeros(DType.FP32, 1000); // takes the memory that the leaf had
        assertThat(gradient.toFloats()).hasSize(1000).containsOnly(3);
    }

    @Test
    void gradientsAddUpUntilCleared() {
        Tensor x = Tensors.of(new float[] {1, 2}, 2).requiresGrad(true);
        assertThat(x.grad()).isEmpty();
        Autograd.backward(x.mul(x).sum());
        assertThat(x.grad().orElseThrow().toFloats()).containsExactly(2, 4);
        Autograd.backward(x.sum());
        assertThat(x.grad().orElseThrow().toFloats()).containsExactly(3, 5);
        x.clearGrad();
        assertThat(x.grad()).isEmpty();
        assertThat(x.requiresGrad()).isTrue();
    }

    @Test
    void aHalfContinuesFromTheOtherHalfsGradient() {
        Tensor x = Tensors.of(new float[] {1, 2}, 2).requiresGrad(true);
        Tensor cut = x.mul(3);
        Tensor received = cut.detach().requiresGrad(true);
        Autograd.backward(received.mul(received).sum());
        Autograd.backward(cut, received.grad().orElseThrow());
        assertThat(x.grad().orElseThrow().toFloats()).containsExactly(18, 36);
    }

    @Test
    void nothingIsRecordedInsideNoGrad() {
        Tensor x = Tensors.ones(DType.FP32, 2).requiresGrad(true);
        Tensor y = Autograd.noGrad(() -> {
            assertThat(Autograd.isRecording()).isFalse();
            try (Autograd.Guard guard = Autograd.withGrad()) {
                assertThat(x.mul(2).requiresGrad()).isTrue();
            }
            return x.mul(2);
        });
        assertThat(Autograd.isRecording()).isTrue();
        assertThat(y.requiresGrad()).isFalse();
        assertThatThrownBy(() -> Autograd.backward(y.sum()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("backward(sum[] fp32)");
    }

    @Test
    void misuseOfTheGraphIsAnIllegalState() {
        Tensor x = Tensors.ones(DType.FP32, 2).requiresGrad(true);
        Tensor y = x.mul(x).sum();
        Autograd.backward(y);
        assertThatThrownBy(() -> Autograd.backward(y))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("second time");
        assertThatThrownBy(() -> Autograd.backward(x.mul(2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("scalar");
        Tensor wrong = Tensors.ones(DType.FP32, 3);
        assertThatThrownBy(() -> Autograd.backward(x.mul(2), wrong)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> y.requiresGrad(false)).isInstanceOf(IllegalStateException.class);
        Tensor labels = Tensors.ofInts(1);
        assertThatThrownBy(() -> labels.requiresGrad(true)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void gradientsInBf16FollowThoseInFp32() {
        Tensor x = Tensors.normal(1, 2, 2, 16, 8);
        float[] exact = attentionGradient(x);
        float[] rounded = attentionGradient(x.to(DType.BF16));
        for (int i = 0; i < exact.length; i++) {
            // bf16 keeps 8 bits: 2^-8 per operation, a handful of operations, gradients of order 1.
            assertThat(rounded[i]).isCloseTo(exact[i], within(0.08f));
        }
    }

    private static float[] attentionGradient(Tensor values) {
        Tensor x = values.detach().requiresGrad(true);
        Tensor y = Ops.attention(x, x, x, 0.35, Optional.empty(), AttentionKernel.PLAIN);
        Autograd.backward(y, Tensors.ones(x.dtype(), y.shape()));
        return x.grad().orElseThrow().toFloats();
    }
}
