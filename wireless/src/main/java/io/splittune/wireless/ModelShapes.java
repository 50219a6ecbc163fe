package io.splittune.wireless;

import io.splittune.core.UserException;
import java.util.List;

/** The shapes known by name. */
public final class ModelShapes {
    private static final List<String> NAMES =
            List.of("vit-b16", "vit-b32", "vit-l16", "vit-l32", "vit-ti16", "llama-3.2-1b", "llama-3.2-1b-32slices");

    private ModelShapes() {}

    /** Returns the names, in the order of the documentation. */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * Returns the shape of that name. Vision transformers read 224 x 224 pixels in three colours.
     *
     * @param name one of {@link #names()}
     * @param classes of a vision transformer's classifier, positive; a language model leaves it unread
     * @param sequenceLength tokens of a language model's sample, positive; a vision transformer leaves it unread
     * @throws UserException if the name is unknown
     */
    public static ModelShape named(String name, int classes, int sequenceLength) {
        return switch (name) {
            case "vit-b16" -> vit(name, 12, 768, 12, 16, classes);
            case "vit-b32" -> vit(name, 12, 768, 12, 32, classes);
            case "vit-l16" -> vit(name, 24, 1024, 16, 16, classes);
            case "vit-l32" -> vit(name, 24, 1024, 16, 32, classes);
            case "vit-ti16" -> vit(name, 12, 192, 3, 16, classes);
            case "llama-3.2-1b" -> llama(name, sequenceLength);
            case "llama-3.2-1b-32slices" -> new SlicedShape(name, llama("llama-3.2-1b", sequenceLength), 32);
            default ->
                throw new UserException(
                        "model.shape: '" + name + "' is not known; choose one of " + String.join(", ", NAMES) + ".");
        };
    }

    private static VitShape vit(String name, int layers, int width, int heads, int patchSize, int classes) {
        return new VitShape(name, layers, width, heads, 4 * width, patchSize, 224, 3, classes);
    }

    /** From the model's config.json, which ties the output matrix to the token table. */
    private static LlamaShape llama(String name, int sequenceLength) {
        return new LlamaShape(name, 16, 2048, 32, 8, 64, 8192, 128256, sequenceLength, true);
    }
}
