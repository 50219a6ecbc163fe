package io.splittune.model;

import io.splittune.core.Check;
import io.splittune.tensor.DType;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.Tensors;
import java.util.HashMap;
import java.util.Map;

/**
 * The keys and values of the tokens that a part of a LLaMA has seen of one text, so that the next token costs one token's
 * work. Lives in the scope that was innermost when it was made; confined to one thread.
 *
 * <p>K heads of keys and values, d head width.
 */
final class KeyValueCache {
    private final Map<Integer, Tensor> keys = new HashMap<>();
    private final Map<Integer, Tensor> values = new HashMap<>();
    private final long capacity;
    private long tokens;

    /**
     * Takes the memory for a text.
     *
     * @param range whose blocks are kept
     * @param dtype element type of the computation
     * @param capacity the most tokens, at least 1
     */
    KeyValueCache(LlamaConfig config, HalfRange range, DType dtype, long capacity) {
        this.capacity = Check.positive(capacity, "capacity");
        for (int block = range.fromBlock(); block < range.toBlock(); block++) {
            long[] shape = {1, config.keyValueHeads(), capacity, config.headWidth()};
            keys.put(block, Tensors.zeros(dtype, shape));
            values.put(block, Tensors.zeros(dtype, shape));
        }
    }

    /** Returns how many tokens are kept. */
    long tokens() {
        return tokens;
    }

    /** Keeps the keys (1, K, T, d) of the next tokens and returns those of all so far. */
    Tensor keys(int block, Tensor next) {
        return append(keys, block, next);
    }

    /** Keeps the values (1, K, T, d) of the next tokens and returns those of all so far. */
    Tensor values(int block, Tensor next) {
        return append(values, block, next);
    }

    private Tensor append(Map<Integer, Tensor> kept, int block, Tensor next) {
        long count = next.size(2);
        Check.require(tokens + count <= capacity, "%s + %s tokens exceed the cache's %s.", tokens, count, capacity);
        Tensor all = kept.get(block);
        if (all == null) {
            throw new IllegalArgumentException("The cache has no block " + block + ".");
        }
        all.narrow(2, tokens, count).copyInPlace(next);
        return all.narrow(2, 0, tokens + count);
    }

    /** Counts the tokens of a pass, once all blocks have kept them. */
    void advance(long count) {
        tokens += count;
    }
}
