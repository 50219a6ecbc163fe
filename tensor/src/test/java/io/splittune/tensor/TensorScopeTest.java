package io.splittune.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.tensor.testing.LeakChecked;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

@LeakChecked
@SuppressWarnings("try")
final class TensorScopeTest {
    @Test
    void resultsGoToTheInnermostScopeAndNotToTheArguments() {
        try (TensorScope outer = TensorScope.open("outer")) {
            Tensor a = Tensors.ones(DType.FP32, 2, 3);
            try (TensorScope inner = TensorScope.open("inner")) {
                Tensor b = a.add(1);
                assertThat(b.scope()).isSameAs(inner);
                assertThat(inner.liveTensors()).isEqualTo(1);
                assertThat(outer.liveTensors()).isEqualTo(1);
            }
            assertThat(a.toFloats()).containsOnly(1);
        }
    }

    @Test
    void closingFreesEveryTensorAndMayBeRepeated() {
        TensorScope scope = TensorScope.open("step");
        Tensor a = Tensors.ones(DType.FP32, 4);
        Tensor b = a.mul(2);
        scope.close();
        scope.close();
        assertThat(a.isClosed()).isTrue();
        assertThat(b.isClosed()).isTrue();
        assertThat(scope.liveTensors()).isZero();
        assertThat(scope.liveBytes()).isZero();
    }

    @Test
    void useAfterCloseNamesTheTensorAndItsScope() {
        Tensor a;
        try (TensorScope scope = TensorScope.open("step")) {
            a = Tensors.ones(DType.FP32, 2, 3).named("hidden");
        }
        assertThatThrownBy(() -> a.add(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("hidden[2, 3] fp32")
                .hasMessageContaining("'step'")
                .hasMessageContaining("-Dsplittune.tensor.track=true")
                .satisfies(e -> assertThat(e.getSuppressed()).isEmpty());
        assertThatThrownBy(a::toFloats).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(a::grad).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void useAfterCloseShowsBothStacksWhenTracked() {
        System.setProperty("splittune.tensor.track", "true");
        try {
            Tensor a;
            try (TensorScope scope = TensorScope.open("step")) {
                a = Tensors.ones(DType.FP32, 2);
            }
            assertThatThrownBy(() -> a.add(1))
                    .isInstanceOf(IllegalStateException.class)
                    .satisfies(e -> assertThat(e.getSuppressed())
                            .extracting(Throwable::getMessage)
                            .containsExactly("allocated here", "closed here"));
        } finally {
            System.clearProperty("splittune.tensor.track");
        }
    }

    @Test
    void aTensorEscapesOnlyByMovingToTheParent() {
        try (TensorScope outer = TensorScope.open("outer")) {
            Tensor kept;
            try (TensorScope inner = TensorScope.open("inner")) {
                kept = inner.moveToParent(Tensors.ones(DType.FP32, 5));
                assertThat(kept.scope()).isSameAs(outer);
                assertThat(inner.liveTensors()).isZero();
            }
            assertThat(kept.toFloats()).containsOnly(1);
            assertThat(outer.liveBytes()).isEqualTo(20);
        }
    }

    @Test
    void movingNeedsAParentAndAnOwnTensor() {
        try (TensorScope outer = TensorScope.open("outer")) {
            Tensor a = Tensors.ones(DType.FP32, 1);
            assertThatThrownBy(() -> outer.moveToParent(a))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("no parent");
            try (TensorScope inner = TensorScope.open("inner")) {
                assertThatThrownBy(() -> inner.moveToParent(a))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("belongs to scope 'outer', not to 'inner'");
            }
        }
    }

    @Test
    void computeKeepsItsResultAlone() {
        try (TensorScope scope = TensorScope.open("outer")) {
            Tensor sum = TensorScope.compute(
                    "op", () -> Tensors.ones(DType.FP32, 3).add(1).mul(2));
            assertThat(scope.liveTensors()).isEqualTo(1);
            assertThat(sum.toFloats()).containsOnly(4);
            Tensor same = TensorScope.compute("op", () -> sum);
            assertThat(same).isSameAs(sum);
            assertThat(TensorScope.<Double>within("op", () -> sum.sum().item())).isEqualTo(12);
            assertThat(scope.liveTensors()).isEqualTo(1);
        }
    }

    @Test
    void aSealedScopeRefusesAllocationUntilUnsealed() {
        try (TensorScope scope = TensorScope.open("model")) {
            Tensor a = Tensors.ones(DType.FP32, 2);
            scope.seal();
            assertThat(scope.isSealed()).isTrue();
            assertThatThrownBy(() -> a.add(1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("Scope 'model' is sealed");
            assertThat(scope.liveTensors()).isEqualTo(1);
            try (TensorScope step = TensorScope.open("step")) {
                Tensor b = a.add(1);
                assertThatThrownBy(() -> step.moveToParent(b)).hasMessageContaining("sealed");
            }
            a.addInPlace(a, 1);
            scope.unseal();
            assertThat(a.add(1).toFloats()).containsOnly(3);
        }
    }

    @Test
    void closingAScopeWithAnOpenChildIsRefusedAndFreesNothing() {
        TensorScope outer = TensorScope.open("outer");
        Tensor a = Tensors.ones(DType.FP32, 2);
        TensorScope inner = TensorScope.open("inner");
        assertThatThrownBy(outer::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'outer' is closed while scope 'inner' inside it is open");
        assertThat(a.isClosed()).isFalse();
        inner.close();
        outer.close();
        assertThat(a.isClosed()).isTrue();
    }

    @Test
    void withoutAnOpenScopeNothingIsAllocated() {
        assertThatThrownBy(() -> Tensors.ones(DType.FP32, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has no open tensor scope");
    }

    @Test
    void theByteLimitCountsTheScopesInsideAndLeavesNothingBehind() {
        try (TensorScope device = TensorScope.open("device", 100)) {
            Tensor a = Tensors.ones(DType.FP32, 10);
            try (TensorScope step = TensorScope.open("step")) {
                Tensor b = a.add(1);
                assertThatThrownBy(() -> b.add(1))
                        .isInstanceOf(TensorMemoryException.class)
                        .hasMessageContaining("add[10] fp32 of 40 bytes does not fit into scope 'device'")
                        .hasMessageContaining("80 of 100 bytes are taken");
                assertThat(step.liveTensors()).isEqualTo(1);
                assertThat(device.liveBytes()).isEqualTo(80);
            }
            assertThat(device.liveBytes()).isEqualTo(40);
            assertThat(device.peakBytes()).isEqualTo(80);
        }
        assertThatThrownBy(() -> TensorScope.open("bad", -1)).hasMessageContaining("byteLimit (-1)");
    }

    @Test
    void viewsShareTheirStorageInTheCount() {
        try (TensorScope scope = TensorScope.open("scope")) {
            Tensor a = Tensors.ones(DType.FP32, 4, 5);
            Tensor view = a.transpose(0, 1).narrow(0, 1, 2);
            assertThat(scope.liveBytes()).isEqualTo(80);
            a.release();
            assertThat(a.isClosed()).isTrue();
            assertThat(view.toFloats()).hasSize(8).containsOnly(1);
            assertThat(scope.liveBytes()).isEqualTo(80);
        }
    }

    @Test
    void aMovedViewTakesTheChargeWithIt() {
        try (TensorScope outer = TensorScope.open("outer")) {
            try (TensorScope inner = TensorScope.open("inner")) {
                Tensor a = Tensors.ones(DType.FP32, 4, 5);
                inner.moveToParent(a.reshape(20));
                assertThat(inner.liveBytes()).isZero();
                assertThat(outer.liveBytes()).isEqualTo(80);
            }
            assertThat(outer.liveBytes()).isEqualTo(80);
        }
    }

    @Test
    void aScopeAndItsTensorsBelongToOneThread() {
        try (TensorScope scope = TensorScope.open("mine")) {
            Tensor a = Tensors.ones(DType.FP32, 2);
            assertThatThrownBy(() -> CompletableFuture.supplyAsync(a::toFloats).join())
                    .isInstanceOf(CompletionException.class)
                    .hasMessageContaining("belongs to thread");
            assertThatThrownBy(() -> CompletableFuture.runAsync(scope::close).join())
                    .hasMessageContaining("belongs to thread");
            assertThat(a.isClosed()).isFalse();
        }
    }

    @Test
    void aDetachedScopeIsReadByManyThreadsAndEnteredByOne() {
        TensorScope weights = TensorScope.detached("weights");
        Tensor w;
        try (TensorScope.Entry entry = weights.enter()) {
            w = Tensors.full(DType.FP32, 3, 2);
            assertThatThrownBy(weights::enter).hasMessageContaining("already entered");
            assertThatThrownBy(weights::close).hasMessageContaining("is in it");
        }
        weights.seal();
        float sum = (float) CompletableFuture.supplyAsync(
                        () -> TensorScope.<Double>within("step", () -> w.sum().item()))
                .join()
                .doubleValue();
        assertThat(sum).isEqualTo(6);
        assertThatThrownBy(() -> Tensors.ones(DType.FP32, 1)).hasMessageContaining("no open tensor scope");
        weights.close();
        assertThat(w.isClosed()).isTrue();
        assertThatThrownBy(weights::enter).hasMessageContaining("is closed");
    }

    @Test
    void aDetachedScopeAdoptsWhatAStepMade() {
        TensorScope state = TensorScope.detached("state", 50);
        try (TensorScope step = TensorScope.open("step")) {
            Tensor a = state.adopt(Tensors.ones(DType.FP32, 10));
            assertThat(step.liveBytes()).isZero();
            assertThat(state.liveBytes()).isEqualTo(40);
            assertThat(state.adopt(a)).isSameAs(a);
            Tensor b = Tensors.ones(DType.FP32, 10);
            assertThatThrownBy(() -> state.adopt(b)).isInstanceOf(TensorMemoryException.class);
            assertThat(b.scope()).isSameAs(step);
            assertThatThrownBy(step::enter).hasMessageContaining("not detached");
        }
        assertThat(state.liveTensors()).isEqualTo(1);
        state.close();
    }

    @Test
    void releaseMayBeRepeatedAndScopesStillClose() {
        assertThatCode(() -> {
                    try (TensorScope scope = TensorScope.open("scope")) {
                        Tensor a = Tensors.ones(DType.FP32, 2);
                        a.release();
                        a.release();
                        assertThat(scope.liveTensors()).isZero();
                    }
                })
                .doesNotThrowAnyException();
    }
}
