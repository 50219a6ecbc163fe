package io.splittune.model;

import io.splittune.tensor.Autograd;
import io.splittune.tensor.Tensor;

/** A pass that keeps all that its backward pass needs. */
final class WholeRecording implements Recorded {
    private final Tensor output;

    WholeRecording(StageRun run, Tensor input) {
        this.output = run.forward(input);
    }

    @Override
    public Tensor output() {
        return output;
    }

    @Override
    public boolean hasGradients() {
        return output.requiresGrad();
    }

    @Override
    public void backward(Tensor outer) {
        if (hasGradients()) {
            Autograd.backward(output, outer.to(output.dtype()));
        }
    }
}
