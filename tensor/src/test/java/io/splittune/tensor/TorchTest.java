package io.splittune.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.core.Ticker;
import io.splittune.tensor.testing.LeakChecked;
import org.junit.jupiter.api.Test;

@LeakChecked
final class TorchTest {
    @Test
    void theLibraryIsTheOneThatThePomPins() {
        assertThat(Torch.version()).isEqualTo("2.10.0");
    }

    @Test
    void residentMemoryFollowsWhatIsAllocated() {
        long before = Torch.residentBytes();
        try (TensorScope scope = TensorScope.open("big")) {
            Tensor big = Tensors.ones(DType.FP32, 32 << 20);
            assertThat(Torch.residentBytes() - before).isGreaterThan(100L << 20);
            assertThat(big.scope()).isSameAs(scope);
        }
        Torch.trimMemory();
        assertThat(Torch.residentBytes() - before).isLessThan(100L << 20);
    }

    @Test
    void threadsCanBeSet() {
        int before = Torch.intraOpThreads();
        Torch.setIntraOpThreads(1);
        assertThat(Torch.intraOpThreads()).isEqualTo(1);
        Torch.setIntraOpThreads(before);
        assertThatThrownBy(() -> Torch.setIntraOpThreads(0)).hasMessageContaining("threads (0)");
    }

    @Test
    void theDeviceIsTheProcessorUnlessAskedOtherwise() {
        assertThat(Torch.device()).isEqualTo("cpu");
        assertThat(Torch.cudaDevices()).isNotNegative();
        assertThat(Torch.cudaAvailable()).isEqualTo(Torch.cudaDevices() > 0);
    }

    @Test
    void matrixProductsAreMeasured() {
        for (DType dtype : new DType[] {DType.FP32, DType.BF16}) {
            assertThat(Torch.measureMatmulFlopsPerSecond(dtype, 64, 64, 64, 0.01, Ticker.system()))
                    .isPositive();
        }
    }
}
