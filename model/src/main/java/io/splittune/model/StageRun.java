package io.splittune.model;

import io.splittune.tensor.Autograd;
import io.splittune.tensor.DType;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import java.util.List;

/**
 * One pass through some stages.
 *
 * @param stages in order
 * @param pass the weights and the mode
 */
record StageRun(List<Stage> stages, ForwardPass pass) {
    StageRun {
        stages = List.copyOf(stages);
    }

    /** Returns the element type of the computation. */
    DType dtype() {
        return pass.dtype();
    }

    /** Computes one stage; the result goes to the innermost scope, what it needed on the way is freed. */
    Tensor stage(Stage stage, Tensor x) {
        return TensorScope.compute("stage", () -> stage.forward(x, pass));
    }

    /** Returns an input in the type of the computation, token numbers as they are: always another handle. */
    Tensor start(Tensor input) {
        return input.to(input.dtype().isFloating() ? dtype() : input.dtype());
    }

    /** Computes all stages; fp32, in the innermost scope, recorded in training. */
    @SuppressWarnings("try")
    Tensor forward(Tensor input) {
        try (Autograd.Guard guard = pass.training() ? Autograd.withGrad() : Autograd.noGrad()) {
            return TensorScope.compute("forward", () -> {
                Tensor x = start(input);
                for (Stage stage : stages) {
                    Tensor before = x;
                    x = stage(stage, before);
                    before.release(); // what backward needs of it is kept by the graph
                }
                return x.to(DType.FP32);
            });
        }
    }

    /** Computes all stages in the way that the mode says. */
    Recorded record(Tensor input) {
        return pass.recomputes() ? new BlockwiseRecording(this, input) : new WholeRecording(this, input);
    }
}
