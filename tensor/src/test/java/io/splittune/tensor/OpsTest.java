package io.splittune.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.splittune.tensor.Ops.Reduction;
import io.splittune.tensor.testing.LeakChecked;
import java.util.Arrays;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@LeakChecked
final class OpsTest {
    /** Sums of at most a few hundred fp32 products of order 1. */
    private static final Offset<Float> CLOSE = within(1e-5f);

    private TensorScope scope = TensorScope.detached("unused");

    @BeforeEach
    void openScope() {
        scope = TensorScope.open("test");
    }

    @AfterEach
    void closeScope() {
        scope.close();
    }

    private static Tensor of(double... values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return Tensors.of(floats, floats.length);
    }

    private static void assertClose(Tensor actual, double... expected) {
        assertThat(actual.toFloats()).containsExactly(toFloats(expected), CLOSE);
    }

    private static float[] toFloats(double... values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    @Test
    void linearMultipliesByTheTransposedWeightAndAddsTheBias() {
        Tensor x = of(1, 2, 3, 4).reshape(2, 2);
        Tensor w = of(1, 0, 0, 1, 1, 1).reshape(3, 2);
        assertClose(Ops.linear(x, w), 1, 2, 3, 3, 4, 7);
        assertClose(Ops.linear(x, w, of(10, 20, 30)), 11, 22, 33, 13, 24, 37);
        assertThat(Ops.linear(x.reshape(2, 1, 2), w).shape()).containsExactly(2, 1, 3);
        assertThat(Ops.linear(Tensors.zeros(DType.FP32, 0, 2), w).shape()).containsExactly(0, 3);
        Tensor half = w.to(DType.BF16);
        assertThatThrownBy(() -> Ops.linear(x, half))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bf16");
    }

    @Test
    void aProductCanBeAddedToABase() {
        Tensor base = of(1, 1, 1, 1).reshape(1, 2, 2);
        Tensor x = of(1, 2).reshape(1, 2, 1);
        Tensor w = of(3, 4).reshape(2, 1);
        Tensor sum = Ops.addLinear(base, x, w, 2);
        assertThat(sum.shape()).containsExactly(1, 2, 2);
        assertClose(sum, 7, 9, 13, 17);
    }

    @Test
    void layerNormCentresAndScales() {
        Tensor x = of(1, 3, 2, 6).reshape(2, 2);
        assertClose(Ops.layerNorm(x, of(2, 2), of(1, 1), 0), -1, 3, -1, 3);
        assertThatThrownBy(() -> Ops.layerNorm(x, of(1, 1, 1), of(0, 0, 0), 1e-5))
                .hasMessageContaining("layerNorm(reshape[2, 2] fp32");
    }

    @Test
    void rmsNormDividesByTheRootMeanSquare() {
        assertClose(Ops.rmsNorm(of(3, 4, -3, 4).reshape(2, 2), of(1, 2), 0), 0.848528, 2.262742, -0.848528, 2.262742);
        assertThat(Ops.rmsNorm(of(3, 4).to(DType.BF16), of(1, 1).to(DType.BF16), 0)
                        .dtype())
                .isEqualTo(DType.BF16);
    }

    @Test
    void activationsHaveTheirKnownValues() {
        assertClose(Ops.gelu(of(-1, 0, 1, 3)), -0.158655, 0, 0.841345, 2.995950);
        assertClose(Ops.silu(of(-1, 0, 1)), -0.268941, 0, 0.731059);
        assertClose(Ops.softmax(of(0, Math.log(3)), -1), 0.25, 0.75);
        assertClose(Ops.logSoftmax(of(0, Math.log(3)), 0), Math.log(0.25), Math.log(0.75));
        assertClose(Ops.clamp(of(-2, 0.5, 2), -1, 1), -1, 0.5, 1);
    }

    @Test
    void bothAttentionKernelsEqualTheDefinition() {
        Tensor q = Tensors.normal(1, 2, 3, 5, 4);
        Tensor k = Tensors.normal(2, 2, 3, 7, 4);
        Tensor v = Tensors.normal(3, 2, 3, 7, 4);
        Tensor expected =
                Ops.matmul(Ops.softmax(Ops.matmul(q, k.transpose(2, 3)).mul(0.3), -1), v);
        for (AttentionKernel kernel : AttentionKernel.values()) {
            Tensor actual = Ops.attention(q, k, v, 0.3, Optional.empty(), kernel);
            assertThat(actual.toFloats()).containsExactly(expected.toFloats(), CLOSE);
        }
        assertThat(Ops.attention(q, k, v, 0.3).toFloats()).containsExactly(expected.toFloats(), CLOSE);
        Tensor flat = q.reshape(6, 5, 4);
        assertThatThrownBy(() -> Ops.attention(flat, flat, flat, 1)).hasMessageContaining("four dimensions");
    }

    @Test
    void aCausalMaskHidesTheFuture() {
        Tensor q = Tensors.normal(1, 1, 2, 5, 4);
        Tensor v = Tensors.normal(2, 1, 2, 5, 4);
        Tensor mask = Ops.causalMask(DType.FP32, 5);
        assertThat(mask.toFloats()).startsWith(0, Float.NEGATIVE_INFINITY);
        float[] first = v.select(2, 0).toFloats();
        Tensor plain = Ops.attention(q, q, v, 0.5, Optional.of(mask), AttentionKernel.PLAIN);
        Tensor fused = Ops.attention(q, q, v, 0.5, Optional.of(mask), AttentionKernel.FUSED);
        assertThat(plain.select(2, 0).toFloats()).containsExactly(first, CLOSE);
        assertThat(plain.toFloats()).containsExactly(fused.toFloats(), CLOSE);
    }

    @Test
    void theKernelCanBeChosenByProperty() {
        try {
            System.setProperty("splittune.attention", "fused");
            assertThat(AttentionKernel.fastest(DType.FP32, 10)).isEqualTo(AttentionKernel.FUSED);
            System.setProperty("splittune.attention", "plain");
            assertThat(AttentionKernel.fastest(DType.BF16, 10)).isEqualTo(AttentionKernel.PLAIN);
            System.setProperty("splittune.attention", "quick");
            assertThatThrownBy(() -> AttentionKernel.fastest(DType.BF16, 10))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("splittune.attention (quick) must be auto, fused or plain.");
        } finally {
            System.clearProperty("splittune.attention");
        }
        assertThat(AttentionKernel.fastest(DType.FP32, 10)).isSameAs(AttentionKernel.fastest(DType.FP32, 512));
    }

    @Test
    void crossEntropyIsTheMeanOrSumOfLogLosses() {
        Tensor logits = of(0, Math.log(3), 0, 0).reshape(2, 2);
        Tensor labels = Tensors.ofInts(1, 0);
        double sum = -Math.log(0.75) - Math.log(0.5);
        assertThat(Ops.crossEntropy(logits, labels, Reduction.SUM).item()).isCloseTo(sum, within(1e-6));
        assertThat(Ops.crossEntropy(logits, labels, Reduction.MEAN).item()).isCloseTo(sum / 2, within(1e-6));
        assertThatThrownBy(() -> Ops.crossEntropy(logits, Tensors.ofInts(0, 2), Reduction.MEAN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("crossEntropy");
        assertThatThrownBy(() -> Ops.crossEntropy(logits, Tensors.ofInts(0), Reduction.MEAN))
                .hasMessageContaining("crossEntropy(reshape[2, 2] fp32, ofLongs[1] int64)");
    }

    @Test
    void lookupsPickRowsAndElements() {
        Tensor table = of(0, 1, 10, 11, 20, 21).reshape(3, 2);
        assertClose(Ops.embedding(table, Tensors.ofInts(2, 0)), 20, 21, 0, 1);
        assertClose(Ops.indexSelect(table, 1, Tensors.ofInts(1)), 1, 11, 21);
        assertClose(Ops.gather(table, 1, Tensors.ofLongs(new long[] {1, 0, 1}, 3, 1)), 1, 10, 21);
        Tensor mask = Tensors.ofInts(1, 0).to(DType.BOOL);
        assertClose(Ops.where(mask, of(1, 2), of(3, 4)), 1, 4);
        assertThatThrownBy(() -> Ops.embedding(table, Tensors.ofInts(3))).hasMessageContaining("embedding(");
    }

    @Test
    void aConvolutionWithItsKernelAsStrideEqualsAProductPerPatch() {
        Tensor image = Tensors.normal(1, 1, 2, 4, 4);
        Tensor weight = Tensors.normal(2, 3, 2, 2, 2);
        Tensor actual = Ops.conv2d(image, weight, of(1, 2, 3), 2);
        assertThat(actual.shape()).containsExactly(1, 3, 2, 2);
        Tensor patch = image.narrow(2, 2, 2).narrow(3, 0, 2).reshape(1, 8);
        Tensor expected = Ops.linear(patch, weight.reshape(3, 8), of(1, 2, 3));
        assertThat(actual.select(2, 1).select(2, 0).toFloats()).containsExactly(expected.toFloats(), CLOSE);
        assertThatThrownBy(() -> Ops.conv2d(image, weight, of(1, 2, 3), 0)).hasMessageContaining("stride (0)");
    }

    @Test
    void bicubicResizingKeepsConstantsAndEqualSizes() {
        Tensor flat = Tensors.full(DType.FP32, 5, 1, 2, 6, 6);
        Tensor any = Tensors.normal(1, 1, 2, 6, 6);
        for (boolean antialias : new boolean[] {false, true}) {
            float[] expected = new float[54];
            Arrays.fill(expected, 5);
            assertThat(Ops.resizeBicubic(flat, 3, 9, antialias).toFloats()).containsExactly(expected, CLOSE);
            assertThat(Ops.resizeBicubic(any, 6, 6, antialias).toFloats()).containsExactly(any.toFloats(), CLOSE);
        }
        Tensor step = of(0, 0, 1, 1).reshape(1, 1, 1, 4);
        // Keys' kernel at distances 0.5 and 1.5: a = -0.75 gives 0.59375, -0.09375; halving without antialias.
        assertClose(Ops.resizeBicubic(step, 1, 2, false), -0.09375, 1.09375);
        assertThat(Ops.resizeBicubic(step, 1, 2, true).toFloats()[0]).isNotCloseTo(-0.09375f, CLOSE);
        assertThatThrownBy(() -> Ops.resizeBicubic(step, 0, 2, true)).hasMessageContaining("height (0)");
    }

    @Test
    void dropoutDependsOnItsSeedAndKeepsTheMean() {
        Tensor ones = Tensors.ones(DType.FP32, 100, 100);
        float[] first = Ops.dropout(ones, 0.25, 7).toFloats();
        assertThat(Ops.dropout(ones, 0.25, 7).toFloats()).containsExactly(first);
        assertThat(Ops.dropout(ones, 0.25, 8).toFloats()).isNotEqualTo(first);
        double sum = 0;
        for (float value : first) {
            assertThat(value == 0 || Math.abs(value - 1 / 0.75f) < 1e-6f).isTrue();
            sum += value;
        }
        // Standard error of the mean: sqrt(0.25 / 0.75 / 10000) = 0.0058.
        assertThat(sum / first.length).isCloseTo(1, within(0.02));
        assertThat(Ops.dropout(ones, 0, 7).toFloats()).containsOnly(1);
        assertThat(Ops.dropout(ones.to(DType.BF16), 0.5, 7).dtype()).isEqualTo(DType.BF16);
        assertThatThrownBy(() -> Ops.dropout(ones, 1, 7)).hasMessageContaining("probability (1.0)");
    }

    @Test
    void predictionsAreCounted() {
        Tensor logits = of(1, 5, 2, 9, 0, 0, 3, 3, 4).reshape(3, 3);
        assertThat(Ops.argmax(logits, -1).toLongs()).containsExactly(1, 0, 2);
        assertThat(Ops.countCorrect(logits, Tensors.ofInts(1, 1, 2))).isEqualTo(2);
        long live = scope.liveTensors();
        Ops.countCorrect(logits, Tensors.ofInts(1, 1, 2));
        assertThat(scope.liveTensors()).isEqualTo(live + 1);
    }
}
