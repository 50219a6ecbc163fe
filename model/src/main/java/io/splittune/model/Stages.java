package io.splittune.model;

import io.splittune.core.Check;
import io.splittune.tensor.DType;
import io.splittune.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the families of models differ in: the stages of a part, and the input that it takes. */
final class Stages {
    private Stages() {}

    /** Makes the stages of a part, one each for the embedding, every block and the head. */
    static List<Stage> of(ModelConfig config, HalfRange range) {
        List<Stage> stages = new ArrayList<>();
        if (range.embedding()) {
            stages.add(config instanceof VitConfig vit ? new PatchEmbedding(vit) : new TokenEmbedding());
        }
        for (int block = range.fromBlock(); block < range.toBlock(); block++) {
            if (config instanceof VitConfig vit) {
                stages.add(new Block(block, vit));
            } else if (config instanceof LlamaConfig llama) {
                stages.add(new LlamaBlock(block, llama));
            }
        }
        if (range.head()) {
            Check.require(config.outputs() > 0, "classes (%s) must be > 0 in a part with a head.", config.classes());
            stages.add(
                    config instanceof LlamaConfig llama
                            ? new LlamaHead(llama)
                            : new ClassificationHead((VitConfig) config));
        }
        return stages;
    }

    /** Checks the shape of an input, and that token numbers are whole ones. */
    static void requireInput(ModelConfig config, HalfRange range, Tensor input) {
        if (config instanceof VitConfig vit) {
            requireShape(
                    input,
                    range.embedding()
                            ? new long[] {-1, vit.channels(), vit.imageSize(), vit.imageSize()}
                            : new long[] {-1, vit.tokens(), vit.width()});
            return;
        }
        long tokens = input.rank() > 1 ? input.size(1) : 0;
        requireShape(input, range.embedding() ? new long[] {-1, tokens} : new long[] {-1, tokens, config.width()});
        Check.require(
                tokens >= 1 && tokens <= config.tokens(),
                "input has %s tokens, the model takes 1 to %s.",
                tokens,
                config.tokens());
        Check.require(
                !range.embedding() || input.dtype() == DType.INT64,
                "input is %s, this part of the model takes token numbers: int64.",
                input.dtype());
    }

    private static void requireShape(Tensor input, long... expected) {
        long[] shape = input.shape();
        long[] allowed = expected.clone();
        allowed[0] = shape.length == 0 ? -1 : shape[0];
        Check.require(
                Arrays.equals(shape, allowed),
                "input has shape %s, this part of the model takes %s with any batch size first.",
                Arrays.toString(shape),
                Arrays.toString(allowed));
    }
}
