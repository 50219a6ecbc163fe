package io.splittune.model;

import io.splittune.core.UserException;
import io.splittune.model.TensorNames.Style;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The names that the modules of a model have in an adapter's keys, seen from the canonical names. */
interface PeftNames {
    /** A LLaMA's canonical names are those of its modules. */
    PeftNames LLAMA = List::of;

    /** Names that a vision transformer never has, in an adapter's keys. */
    Pattern OF_LANGUAGE_MODELS = Pattern.compile(
            ".*\\.(self_attn|mlp\\.(gate|up|down)_proj)\\..*|(.*\\.)?(embed_tokens|lm_head|score)\\..*");

    /** Returns the modules that make up a canonical one, such as {@code head}: one, or queries, keys and values. */
    List<String> modules(String canonical);

    /** Returns the first of {@link #modules}: the only one of all but a fused map. */
    default String module(String canonical) {
        return modules(canonical).get(0);
    }

    /**
     * Returns the names to write: one set, or those of both generations of Hugging Face's vision transformers.
     *
     * @param config the model that was trained
     * @param base the checkpoint it was trained on
     */
    static List<PeftNames> toWrite(ModelConfig config, Checkpoint base) {
        if (config instanceof LlamaConfig) {
            return List.of(LLAMA);
        }
        TensorNames names = config.classes() > 0 ? base.tensorNames().withClassifier() : base.tensorNames();
        return names.generations().stream()
                .<PeftNames>map(each -> each::modules)
                .toList();
    }

    /**
     * Finds out whose names a file has; Hugging Face's of both generations, if it has both.
     *
     * @param model that it is meant for
     * @param tensors names of all of the file's, without PEFT's prefix
     * @param folder for messages
     * @param otherModel what a message about another model ends with
     * @throws UserException when they are of another kind of model
     */
    static List<PeftNames> detect(ModelConfig model, Set<String> tensors, Path folder, String otherModel) {
        return model instanceof LlamaConfig
                ? List.of(detectLlama(tensors, folder, otherModel))
                : detectVit(tensors, folder, otherModel);
    }

    private static PeftNames detectLlama(Set<String> tensors, Path folder, String otherModel) {
        for (String tensor : tensors) {
            if (!OF_LANGUAGE_MODELS.matcher(tensor).matches()) {
                throw new UserException(folder + ": the adapter has " + tensor + ", the model is a LLaMA, which has"
                        + " modules such as model.layers.0.self_attn.q_proj; " + otherModel);
            }
        }
        // PEFT on the body alone, transformers' LlamaModel.
        boolean body = tensors.stream().anyMatch(tensor -> tensor.startsWith("layers."));
        return body ? canonical -> List.of(canonical.replaceFirst("^model\\.", "")) : LLAMA;
    }

    private static List<PeftNames> detectVit(Set<String> tensors, Path folder, String otherModel) {
        for (String tensor : tensors) {
            if (OF_LANGUAGE_MODELS.matcher(tensor).matches()) {
                throw new UserException(folder + ": the adapter has " + tensor
                        + ", which is of a language model; the model is a vision transformer; " + otherModel);
            }
        }
        Set<String> others = new LinkedHashSet<>(tensors);
        others.removeIf(name -> name.startsWith("head.") || name.startsWith("classifier."));
        if (others.isEmpty()) {
            boolean timm = tensors.stream().anyMatch(name -> name.startsWith("head."));
            TensorNames names = timm ? TensorNames.TIMM : new TensorNames(Style.HUGGING_FACE, TensorNames.BODY_PREFIX);
            return List.of(names::modules);
        }
        Set<String> inBlocks = new LinkedHashSet<>(others);
        inBlocks.removeIf(name -> name.contains("embeddings."));
        if (inBlocks.isEmpty()) {
            String name = others.iterator().next();
            String prefix = name.substring(0, name.indexOf("embeddings."));
            return List.of(new TensorNames(Style.HUGGING_FACE, prefix)::modules);
        }
        TensorNames first = TensorNames.detect(inBlocks, folder.toString());
        return first.generations().stream()
                .filter(names -> first.style() == Style.TIMM
                        || inBlocks.stream().anyMatch(name -> name.startsWith(names.blocks())))
                .<PeftNames>map(names -> names::modules)
                .toList();
    }
}
