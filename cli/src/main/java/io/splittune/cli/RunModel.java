package io.splittune.cli;

import io.splittune.cli.scenario.ModelSection;
import io.splittune.cli.scenario.Scenario;
import io.splittune.core.UserException;
import io.splittune.model.Checkpoint;
import io.splittune.model.LlamaConfig;
import io.splittune.model.ModelConfig;
import io.splittune.model.Tokenizer;
import io.splittune.model.VitConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A scenario's checkpoint, opened.
 *
 * @param checkpoint the weights
 * @param base the model with the scenario's image size or longest text, and the checkpoint's own classes
 * @param tokenizer of a language model
 */
record RunModel(Checkpoint checkpoint, ModelConfig base, Optional<Tokenizer> tokenizer) implements AutoCloseable {
    private static final int USUAL_TOKENS = 512;

    /**
     * Opens the checkpoint.
     *
     * @throws UserException when the scenario has none, or it is missing or damaged
     * @throws IOException when a built-in one cannot be unpacked
     */
    static RunModel open(Scenario scenario) throws IOException {
        String name = scenario.model()
                .checkpoint()
                .orElseThrow(() -> new UserException(
                        "model.checkpoint: missing; training needs weights, model.shape is for planning only"));
        Path folder = ModelFolder.locate(name);
        Checkpoint checkpoint = Checkpoint.open(folder);
        try {
            if (checkpoint.config() instanceof LlamaConfig llama) {
                LlamaConfig base = llama.withTokens(maxTokens(scenario, llama));
                Tokenizer tokenizer = Tokenizer.open(folder);
                tokenizer.requireFits(llama.vocabulary(), folder.toString());
                return new RunModel(checkpoint, base, Optional.of(tokenizer));
            }
            return new RunModel(checkpoint, resized(scenario, (VitConfig) checkpoint.config()), Optional.empty());
        } catch (RuntimeException e) {
            checkpoint.close();
            throw e;
        }
    }

    private static int maxTokens(Scenario scenario, LlamaConfig llama) {
        int tokens = scenario.data().maxTokens().orElse(Math.min(USUAL_TOKENS, llama.tokens()));
        if (tokens > llama.tokens()) {
            throw new UserException("data.maxTokens: read " + tokens + ", the model takes at most " + llama.tokens()
                    + " tokens (max_position_embeddings)");
        }
        return tokens;
    }

    private static VitConfig resized(Scenario scenario, VitConfig vit) {
        int imageSize = scenario.data().imageSize().orElse(vit.imageSize());
        if (imageSize % vit.patchSize() != 0) {
            throw new UserException("data.imageSize: read " + imageSize
                    + ", expected a multiple of the model's patch size " + vit.patchSize());
        }
        return imageSize == vit.imageSize() ? vit : vit.withImageSize(imageSize);
    }

    /**
     * Returns the model as it is trained.
     *
     * @param labels the names of the data's classes
     * @throws UserException when it has no head for the task
     */
    ModelConfig trained(Scenario scenario, List<String> labels) {
        if (base instanceof VitConfig || scenario.model().task() == ModelSection.Task.CLASSIFICATION) {
            return base.withClasses(labels.size(), labels);
        }
        if (base.classes() > 0) {
            throw new UserException(checkpoint.path() + ": is a classifier without a language model's head;"
                    + " say model.task: classification");
        }
        return base;
    }

    @Override
    public void close() {
        tokenizer.ifPresent(Tokenizer::close);
        checkpoint.close();
    }
}
