package io.splittune.cli;

import io.splittune.cli.scenario.Scenario;
import io.splittune.core.UserException;
import io.splittune.model.Checkpoint;
import io.splittune.model.ModelConfig;
import java.io.IOException;
import java.util.List;

/**
 * A scenario's checkpoint, opened.
 *
 * @param checkpoint the weights
 * @param base the model with the scenario's image size, and the checkpoint's own classes
 */
record RunModel(Checkpoint checkpoint, ModelConfig base) implements AutoCloseable {
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
        Checkpoint checkpoint = Checkpoint.open(ModelFolder.locate(name));
        try {
            ModelConfig config = checkpoint.config();
            int imageSize = scenario.data().imageSize().orElse(config.imageSize());
            if (imageSize % config.patchSize() != 0) {
                throw new UserException("data.imageSize: read " + imageSize
                        + ", expected a multiple of the model's patch size " + config.patchSize());
            }
            return new RunModel(checkpoint, imageSize == config.imageSize() ? config : config.withImageSize(imageSize));
        } catch (RuntimeException e) {
            checkpoint.close();
            throw e;
        }
    }

    /** Returns the model as it is trained. */
    ModelConfig trained(List<String> labels) {
        return base.withClasses(labels.size(), labels);
    }

    @Override
    public void close() {
        checkpoint.close();
    }
}
