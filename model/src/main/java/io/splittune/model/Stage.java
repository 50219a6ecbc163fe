package io.splittune.model;

import io.splittune.tensor.Tensor;

/** One step of a transformer's computation: an embedding, a block or a head. Holds names and shapes, no weights. */
interface Stage {
    /**
     * Computes the stage.
     *
     * @param x what the stage before gave; in the pass' element type
     * @param pass the weights and the mode
     * @return in the innermost scope, together with all intermediate results
     */
    Tensor forward(Tensor x, ForwardPass pass);
}
