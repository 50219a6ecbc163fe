package io.splittune.model;

import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import java.util.Optional;

/**
 * A named tensor that training changes.
 *
 * @param name canonical, such as {@code blocks.0.attn.qkv.lora_A} or {@code head.weight}
 * @param value fp32 leaf that requires its gradient; owned by the {@link TrainableSet}
 */
public record Parameter(String name, Tensor value) {
    /** Returns a copy of the values. */
    public FloatArray values() {
        return FloatArray.wrap(value.toFloats(), value.shape());
    }

    /** Returns a copy of the gradient that backward passes added up; empty when there was none since it was cleared. */
    public Optional<FloatArray> gradient() {
        return TensorScope.within(
                "gradient of " + name,
                () -> value.grad().map(gradient -> FloatArray.wrap(gradient.toFloats(), gradient.shape())));
    }
}
