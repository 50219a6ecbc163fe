package io.splittune.model;

import io.splittune.tensor.Autograd;
import io.splittune.tensor.DType;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;

/**
 * A pass that keeps each stage's input alone. Its backward pass computes stage by stage anew, with the same dropout masks:
 * the same operations on the same values as in a pass that keeps all.
 */
final class BlockwiseRecording implements Recorded {
    private final StageRun run;
    private final Tensor start;
    /** A leaf for each stage; it requires a gradient when something before the stage does. */
    private final List<Tensor> inputs = new ArrayList<>();

    private final boolean hasGradients;
    private final Tensor output;

    @SuppressWarnings("try")
    BlockwiseRecording(StageRun run, Tensor input) {
        this.run = run;
        try (Autograd.Guard guard = Autograd.withGrad()) {
            this.start = run.start(input);
            boolean needed = start.requiresGrad();
            Tensor x = start.detach();
            for (Stage stage : run.stages()) {
                Tensor leaf = needed ? x.requiresGrad(true) : x;
                inputs.add(leaf);
                // Recorded for a moment: that tells whether the stage has anything that is trained.
                try (TensorScope scope = TensorScope.open("stage")) {
                    Tensor result = run.stage(stage, leaf);
                    needed = result.requiresGrad();
                    x = scope.moveToParent(result.detach());
                }
            }
            this.hasGradients = needed;
            this.output = x.to(DType.FP32);
        }
    }

    @Override
    public Tensor output() {
        return output;
    }

    @Override
    public boolean hasGradients() {
        return hasGradients;
    }

    @Override
    @SuppressWarnings("try")
    public void backward(Tensor outer) {
        if (!hasGradients) {
            return;
        }
        try (Autograd.Guard guard = Autograd.withGrad()) {
            Tensor gradient = outer.to(run.dtype());
            for (int i = inputs.size() - 1; i >= 0; i--) {
                Tensor leaf = inputs.get(i);
                stageBackward(run.stages().get(i), leaf, gradient);
                if (!leaf.requiresGrad()) {
                    return; // nothing before this stage is trained
                }
                gradient.release();
                gradient = leaf.grad().orElseThrow();
                leaf.clearGrad();
                leaf.release();
            }
            Autograd.backward(start, gradient);
        }
    }

    @SuppressWarnings("try")
    private void stageBackward(Stage stage, Tensor leaf, Tensor gradient) {
        try (TensorScope scope = TensorScope.open("stage again")) {
            Autograd.backward(run.stage(stage, leaf), gradient);
        }
    }
}
