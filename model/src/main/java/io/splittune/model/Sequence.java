package io.splittune.model;

import io.splittune.core.Check;
import io.splittune.tensor.DType;
import io.splittune.tensor.Ops;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.Tensors;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * What the blocks of one pass over a sequence share: the angles of its positions, which tokens each token sees, and in
 * generation the keys and values of the tokens before. Lives in the scope that was innermost when it was made.
 *
 * <p>T tokens of the pass, S those that the last of them sees, d head width, G query heads of a head of keys.
 */
final class Sequence {
    private final Tensor cos;
    private final Tensor sin;
    private final Optional<Tensor> mask;
    private final Optional<KeyValueCache> cache;

    private Sequence(Tensor cos, Tensor sin, Optional<Tensor> mask, Optional<KeyValueCache> cache) {
        this.cos = cos;
        this.sin = sin;
        this.mask = mask;
        this.cache = cache;
    }

    /**
     * Prepares a pass.
     *
     * @param tokens T, at least 1
     * @param dtype element type of the computation
     * @param cache holds the tokens before; when it does, T is 1
     */
    static Sequence of(LlamaConfig config, long tokens, DType dtype, Optional<KeyValueCache> cache) {
        long before = cache.map(KeyValueCache::tokens).orElse(0L);
        Check.require(before == 0 || tokens == 1, "After the first pass tokens come one at a time, not %s.", tokens);
        Tensor angles = RotaryAngles.of(config, before, tokens);
        int group = config.heads() / config.keyValueHeads();
        Optional<Tensor> mask = tokens == 1 ? Optional.empty() : Optional.of(mask(dtype, tokens, group));
        Sequence sequence = new Sequence(angles.cos().to(dtype), angles.sin().to(dtype), mask, cache);
        return sequence;
    }

    /** The mask of one query head, once for each head of a group, as their queries follow one another: (G T, T). */
    private static Tensor mask(DType dtype, long tokens, int group) {
        return TensorScope.compute("mask", () -> {
            List<Tensor> copies = Collections.nCopies(group, Ops.causalMask(dtype, tokens));
            return Tensors.cat(copies, 0);
        });
    }

    /**
     * Turns each pair of features by the angle of its token's position; the pairs are feature i and i + d / 2, as in
     * Hugging Face's files.
     *
     * @param x (..., T, d), any layout
     * @return of the same shape, row-major
     */
    Tensor rotate(Tensor x) {
        return TensorScope.compute("rotate", () -> {
            long half = x.size(-1) / 2;
            Tensor first = x.narrow(-1, 0, half);
            Tensor second = x.narrow(-1, half, half);
            Tensor turnedFirst = first.mul(cos).sub(second.mul(sin));
            Tensor turnedSecond = second.mul(cos).add(first.mul(sin));
            return Tensors.cat(List.of(turnedFirst, turnedSecond), -1);
        });
    }

    /** Returns what is added to the scores (B, K, G T, S); empty when every token sees all. */
    Optional<Tensor> mask() {
        return mask;
    }

    /** Returns the keys of all tokens so far, those of this pass last. */
    Tensor keys(int block, Tensor key) {
        return cache.map(kept -> kept.keys(block, key)).orElse(key);
    }

    /** Returns the values of all tokens so far, those of this pass last. */
    Tensor values(int block, Tensor value) {
        return cache.map(kept -> kept.values(block, value)).orElse(value);
    }
}
