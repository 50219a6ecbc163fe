package io.splittune.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.tensor.testing.LeakChecked;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@LeakChecked
final class TensorTest {
    private TensorScope scope = TensorScope.detached("unused");

    @BeforeEach
    void openScope() {
        scope = TensorScope.open("test");
    }

    @AfterEach
    void closeScope() {
        scope.close();
    }

    private static Tensor counting(long... shape) {
        long product = 1;
        for (long extent : shape) {
            product *= extent;
        }
        float[] values = new float[(int) product];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        return Tensors.of(values, shape);
    }

    @Test
    void floatsGoInAndOut() {
        Tensor a = Tensors.of(new float[] {1, -2.5f, Float.MIN_VALUE}, 3);
        assertThat(a.toFloats()).containsExactly(1, -2.5f, Float.MIN_VALUE);
        assertThat(a.shape()).containsExactly(3);
        assertThat(a.dtype()).isEqualTo(DType.FP32);
        assertThat(a.bytes()).isEqualTo(12);
        assertThat(a.toString()).isEqualTo("of[3] fp32");
    }

    @Test
    void scalarsAndEmptyTensorsWork() {
        Tensor scalar = Tensors.of(new float[] {7});
        assertThat(scalar.shape()).isEmpty();
        assertThat(scalar.rank()).isZero();
        assertThat(scalar.elements()).isEqualTo(1);
        assertThat(scalar.item()).isEqualTo(7);
        Tensor empty = Tensors.of(new float[0], 0, 3);
        assertThat(empty.elements()).isZero();
        assertThat(empty.toFloats()).isEmpty();
        assertThat(empty.toBytes()).isEmpty();
        assertThat(empty.toLongs()).isEmpty();
        assertThat(empty.sum().item()).isZero();
        assertThat(Tensors.cat(List.of(empty, counting(2, 3)), 0).shape()).containsExactly(2, 3);
        assertThatThrownBy(empty::item).hasMessageContaining("not exactly one element");
    }

    @Test
    void valuesMustFillTheShape() {
        assertThatThrownBy(() -> Tensors.of(new float[3], 2, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("3 values do not fill the shape [2, 2].");
        assertThatThrownBy(() -> Tensors.zeros(DType.FP32, 2, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[2, -1] has a negative extent");
        assertThatThrownBy(() -> Tensors.fromBytes(ByteBuffer.allocate(7), DType.BF16, 4))
                .hasMessageContaining("7 bytes left, a tensor [4] bf16 has 8");
        assertThatThrownBy(() -> counting(4).copyTo(new float[3])).hasMessageContaining("target has 3 entries");
        assertThatThrownBy(() -> counting(4).copyTo(ByteBuffer.allocate(3))).hasMessageContaining("3 bytes left");
    }

    @Test
    void wholeNumbersGoInAndOut() {
        long[] values = {Long.MIN_VALUE, 0, Long.MAX_VALUE};
        assertThat(Tensors.ofLongs(values, 3).toLongs()).containsExactly(values);
        assertThat(Tensors.ofInts(3, 4).dtype()).isEqualTo(DType.INT64);
        assertThat(Tensors.range(4).toLongs()).containsExactly(0, 1, 2, 3);
    }

    @Test
    void bytesOfEveryKindOfBufferBecomeTensors() {
        // 1.0 and -2.0 in bf16, fp16 and fp32.
        check(DType.BF16, 0x3f80, 0xc000);
        check(DType.FP16, 0x3c00, 0xc000);
        for (ByteBuffer buffer : buffers(8)) {
            buffer.putFloat(1).putFloat(-2).flip();
            Tensor a = Tensors.fromBytes(buffer, DType.FP32, 2);
            assertThat(a.toFloats()).containsExactly(1, -2);
            assertThat(buffer.remaining()).isZero();
        }
    }

    private static List<ByteBuffer> buffers(int bytes) {
        return List.of(
                ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN),
                ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN));
    }

    private static void check(DType dtype, int... bits) {
        for (ByteBuffer buffer : buffers(4)) {
            buffer.putShort((short) bits[0]).putShort((short) bits[1]).flip();
            Tensor a = Tensors.fromBytes(buffer, dtype, 2);
            assertThat(a.dtype()).isEqualTo(dtype);
            assertThat(a.toFloats()).containsExactly(1, -2);
            buffer.clear();
            assertThat(a.toBytes()).containsExactly(buffer.get(0), buffer.get(1), buffer.get(2), buffer.get(3));
        }
    }

    @Test
    void partsOfATensorAreWrittenInPlace() {
        Tensor a = Tensors.emptyOnHost(DType.FP32, 4).fillInPlace(9);
        ByteBuffer two = ByteBuffer.allocateDirect(8).order(ByteOrder.LITTLE_ENDIAN);
        two.putFloat(1).putFloat(2).flip();
        a.writeBytes(4, two);
        assertThat(a.toFloats()).containsExactly(9, 1, 2, 9);
        two.flip();
        assertThatThrownBy(() -> a.writeBytes(12, two)).hasMessageContaining("8 bytes at offset 12 do not fit");
        Tensor turned = counting(2, 3).transpose(0, 1);
        assertThatThrownBy(() -> turned.writeBytes(0, two)).hasMessageContaining("not contiguous");
    }

    @Test
    void viewsHaveTheRightElements() {
        Tensor a = counting(2, 3, 4);
        assertThat(a.transpose(0, -1).shape()).containsExactly(4, 3, 2);
        assertThat(a.permute(2, 0, 1).contiguous().toFloats()).startsWith(0, 4, 8, 12, 16, 20, 1);
        assertThat(a.permute(2, 0, 1).toFloats()).startsWith(0, 4, 8, 12, 16, 20, 1);
        assertThat(a.select(1, 2).toFloats()).containsExactly(8, 9, 10, 11, 20, 21, 22, 23);
        assertThat(a.narrow(2, 1, 2).reshape(-1).toFloats()).startsWith(1, 2, 5, 6);
        assertThat(a.reshape(6, -1).shape()).containsExactly(6, 4);
        assertThat(a.unsqueeze(0).expand(5, -1, -1, -1).shape()).containsExactly(5, 2, 3, 4);
        assertThat(a.size(-1)).isEqualTo(4);
        assertThatThrownBy(() -> a.size(3)).hasMessageContaining("dimension (3)");
        assertThatThrownBy(() -> a.narrow(0, 1, 2)).hasMessageContaining("narrow(of[2, 3, 4] fp32)");
    }

    @Test
    void arithmeticBroadcasts() {
        Tensor a = counting(2, 3);
        Tensor row = Tensors.of(new float[] {10, 20, 30}, 3);
        assertThat(a.add(row).toFloats()).containsExactly(10, 21, 32, 13, 24, 35);
        assertThat(row.sub(a.select(0, 1)).toFloats()).containsExactly(7, 16, 25);
        assertThat(a.mul(row).sum().item()).isEqualTo(0 + 20 + 60 + 30 + 80 + 150);
        assertThat(row.div(10).toFloats()).containsExactly(1, 2, 3);
        assertThat(row.div(row).toFloats()).containsOnly(1);
        assertThat(a.add(1).pow(2).sqrt().toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(a.mean().item()).isEqualTo(2.5);
        assertThat(a.sum(new long[] {0}, true).shape()).containsExactly(1, 3);
        assertThat(a.mean(new long[] {1}, false).toFloats()).containsExactly(1, 4);
        assertThat(a.equalTo(a).sum().toLongs()).containsExactly(6);
    }

    @Test
    void inPlaceOperationsChangeTheTensorAndAllocateNothing() {
        Tensor a = Tensors.of(new float[] {1, 2}, 2);
        Tensor b = Tensors.of(new float[] {4, 8}, 2);
        long live = scope.liveTensors();
        a.addInPlace(b, 0.5);
        assertThat(a.toFloats()).containsExactly(3, 6);
        a.mulInPlace(2).mulInPlace(b);
        assertThat(a.toFloats()).containsExactly(24, 96);
        a.addProductInPlace(b, b, -1);
        assertThat(a.toFloats()).containsExactly(8, 32);
        a.addQuotientInPlace(b, b, 2).lerpInPlace(b, 0.5);
        assertThat(a.toFloats()).containsExactly(7, 21);
        a.copyInPlace(b).fillInPlace(3);
        assertThat(a.toFloats()).containsExactly(3, 3);
        a.copyInPlace(new float[] {5, 6});
        assertThat(a.toFloats()).containsExactly(5, 6);
        assertThat(scope.liveTensors()).isEqualTo(live);
        assertThatThrownBy(() -> a.copyInPlace(counting(3)))
                .hasMessageContaining("copyInPlace(of[2] fp32, of[3] fp32)");
    }

    @Test
    void castingRoundsToNearestEven() {
        float halfway = Float.intBitsToFloat(0x3f808000); // between 1.0 and the next bf16: even is 1.0
        float above = Float.intBitsToFloat(0x3f818000); // even is 0x3f82
        Tensor a = Tensors.of(new float[] {halfway, above}, 2).to(DType.BF16);
        assertThat(a.bytes()).isEqualTo(4);
        assertThat(a.toFloats()).containsExactly(1.0f, Float.intBitsToFloat(0x3f820000));
        assertThat(a.copy().to(DType.FP32).dtype()).isEqualTo(DType.FP32);
        assertThat(DType.BF16.isFloating()).isTrue();
        assertThat(DType.BOOL.isFloating()).isFalse();
    }

    @Test
    void errorsNameTheOperationAndTheOperandsOnOneLine() {
        Tensor a = counting(2, 3).named("x");
        Tensor b = counting(4, 5).named("w");
        assertThatThrownBy(() -> Ops.linear(a, b))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("linear(x[2, 3] fp32, w[4, 5] fp32): ")
                .hasMessageNotContaining("\n")
                .hasMessageNotContaining("Exception raised from");
        assertThatThrownBy(() -> a.add(counting(2, 4))).hasMessageContaining("add(x[2, 3] fp32, of[2, 4] fp32)");
        assertThatThrownBy(() -> a.mul(2).reshape(5)).hasMessageContaining("reshape(mul[2, 3] fp32)");
    }

    @Test
    void askingForMoreMemoryThanThereIsSaysSo() {
        assertThatThrownBy(() -> Tensors.emptyOnHost(DType.FP32, 1L << 45))
                .isInstanceOf(TensorMemoryException.class)
                .hasMessageContaining("no memory left for emptyOnHost");
    }

    @Test
    void normalDrawsDependOnTheSeedAlone() {
        assertThat(Tensors.normal(5, 100).toFloats())
                .containsExactly(Tensors.normal(5, 100).toFloats());
        assertThat(Tensors.normal(5, 100).toFloats())
                .isNotEqualTo(Tensors.normal(6, 100).toFloats());
        assertThat(Tensors.normal(7, 10000).pow(2).mean().item()).isBetween(0.95, 1.05);
    }

    @Test
    void joiningKeepsTheOrder() {
        Tensor a = counting(1, 2);
        Tensor b = a.add(10);
        assertThat(Tensors.cat(List.of(a, b), 1).toFloats()).containsExactly(0, 1, 10, 11);
        assertThat(Tensors.stack(List.of(a, b), 0).shape()).containsExactly(2, 1, 2);
        assertThat(Tensors.zerosLike(a).toFloats()).containsOnly(0);
        assertThat(Tensors.scalar(DType.FP32, 2).item()).isEqualTo(2);
        assertThatThrownBy(() -> Tensors.cat(List.of(), 0)).hasMessageContaining("parts is empty");
        assertThatThrownBy(() -> Tensors.cat(List.of(a, counting(2, 3)), 0)).hasMessageContaining("cat(of[1, 2]");
    }
}
