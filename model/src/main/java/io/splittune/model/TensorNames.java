package io.splittune.model;

import io.splittune.core.UserException;
import java.util.List;
import java.util.Set;

/**
 * How a checkpoint or an adapter names its modules, seen from the canonical names, which are timm's for a ViT
 * and Hugging Face's for a LLaMA.
 *
 * @param style whose names
 * @param prefix before all names but the classifier's: {@code vit.} or empty; always empty for timm
 */
record TensorNames(Style style, String prefix) {
    /** Whose names. */
    enum Style {
        /** timm: {@code blocks.0.attn.qkv}. */
        TIMM,
        /** Hugging Face files, and modules up to transformers 4: {@code encoder.layer.0.attention.attention.query}. */
        HUGGING_FACE,
        /** Modules since transformers 5, which PEFT's files show: {@code layers.0.attention.q_proj}. */
        HUGGING_FACE_5,
        /** Hugging Face's LLaMA, whose names are the canonical ones; the prefix {@code model.} may be missing. */
        LLAMA
    }

    /** What a model's own name is followed by where it is the body of a classifier. */
    static final String BODY_PREFIX = "vit.";

    /** timm's names. */
    static final TensorNames TIMM = new TensorNames(Style.TIMM, "");

    /** What a LLaMA's own name is followed by where it is the body of a model with a head. */
    private static final String LLAMA_PREFIX = "model.";

    /** A LLaMA's names with their prefix, which are the canonical ones. */
    static final TensorNames LLAMA = new TensorNames(Style.LLAMA, LLAMA_PREFIX);

    /**
     * Finds out whether a LLaMA's names have their prefix.
     *
     * @param names of all tensors or modules
     */
    static TensorNames llama(Set<String> names) {
        boolean bare = names.stream().noneMatch(name -> name.startsWith(LLAMA_PREFIX));
        return bare ? new TensorNames(Style.LLAMA, "") : LLAMA;
    }

    /**
     * Finds out whose names they are.
     *
     * @param names of all tensors or modules
     * @param place where they come from, for the message
     * @throws UserException when they are neither timm's nor Hugging Face's
     */
    static TensorNames detect(Set<String> names, String place) {
        if (names.stream().anyMatch(name -> name.contains(".self_attn.") || name.contains("embed_tokens."))) {
            return llama(names);
        }
        for (String name : names) {
            if (name.startsWith("blocks.") || name.startsWith("patch_embed.")) {
                return TIMM;
            }
            int encoder = name.indexOf("encoder.layer.");
            int layers = name.indexOf("layers.");
            if (encoder >= 0 && isPrefix(name.substring(0, encoder))) {
                return new TensorNames(Style.HUGGING_FACE, name.substring(0, encoder));
            }
            if (encoder < 0 && layers >= 0 && isPrefix(name.substring(0, layers))) {
                return new TensorNames(Style.HUGGING_FACE_5, name.substring(0, layers));
            }
        }
        throw new UserException(place + ": its tensors have neither timm's names (blocks.0.attn.qkv.weight) nor Hugging"
                + " Face's (vit.encoder.layer.0..., model.layers.0...); " + ModelConfigReader.SUPPORTED + ".");
    }

    private static boolean isPrefix(String text) {
        return text.isEmpty() || text.equals("vit.") || text.equals("deit.");
    }

    /**
     * Returns the names in a model that has a classifier. A body saved alone ({@code ViTModel}) has no prefix, but
     * becomes {@code vit.} of the classifying model.
     */
    TensorNames withClassifier() {
        if (style == Style.TIMM || !prefix.isEmpty()) {
            return this;
        }
        return style == Style.LLAMA ? LLAMA : new TensorNames(style, BODY_PREFIX);
    }

    /** Returns the names that PEFT may show: timm's, or those of both generations of Hugging Face's modules. */
    List<TensorNames> generations() {
        return style == Style.TIMM || style == Style.LLAMA
                ? List.of(this)
                : List.of(new TensorNames(Style.HUGGING_FACE_5, prefix), new TensorNames(Style.HUGGING_FACE, prefix));
    }

    /**
     * Returns the tensors that make up a canonical one, one after the other along the first axis.
     *
     * @param canonical such as {@code blocks.0.attn.qkv.weight}
     */
    List<String> tensors(String canonical) {
        if (style == Style.TIMM) {
            return List.of(canonical);
        }
        if (canonical.equals("cls_token")) {
            return List.of(prefix + "embeddings.cls_token");
        }
        if (canonical.equals("pos_embed")) {
            return List.of(prefix + "embeddings.position_embeddings");
        }
        int dot = canonical.lastIndexOf('.');
        String parameter = canonical.substring(dot);
        return modules(canonical.substring(0, dot)).stream()
                .map(module -> module + parameter)
                .toList();
    }

    /**
     * Returns the modules that make up a canonical one: queries, keys and values in this order, or a single one.
     *
     * @param canonical such as {@code blocks.0.attn.qkv}
     */
    List<String> modules(String canonical) {
        if (style == Style.TIMM) {
            return List.of(canonical);
        }
        if (style == Style.LLAMA) {
            boolean inBody = canonical.startsWith(LLAMA_PREFIX);
            return List.of(inBody ? prefix + canonical.substring(LLAMA_PREFIX.length()) : canonical);
        }
        return switch (canonical) {
            case "patch_embed.proj" -> List.of(prefix + "embeddings.patch_embeddings.projection");
            case "norm" -> List.of(prefix + "layernorm");
            case "head" -> List.of("classifier");
            default -> blockModules(canonical);
        };
    }

    private List<String> blockModules(String canonical) {
        if (!canonical.startsWith("blocks.")) {
            throw new IllegalArgumentException("There is no module " + canonical + ".");
        }
        int dot = canonical.indexOf('.', "blocks.".length());
        String block = canonical.substring("blocks.".length(), dot);
        boolean modern = style == Style.HUGGING_FACE_5;
        String start = blocks() + block + ".";
        List<String> inBlock = switch (canonical.substring(dot + 1)) {
            case "norm1" -> List.of("layernorm_before");
            case "norm2" -> List.of("layernorm_after");
            case "attn.qkv" ->
                modern
                        ? List.of("attention.q_proj", "attention.k_proj", "attention.v_proj")
                        : List.of("attention.attention.query", "attention.attention.key", "attention.attention.value");
            case "attn.proj" -> List.of(modern ? "attention.o_proj" : "attention.output.dense");
            case "mlp.fc1" -> List.of(modern ? "mlp.fc1" : "intermediate.dense");
            case "mlp.fc2" -> List.of(modern ? "mlp.fc2" : "output.dense");
            default -> throw new IllegalArgumentException("There is no module " + canonical + ".");
        };
        return inBlock.stream().map(module -> start + module).toList();
    }

    /** Returns how the names of what is in the blocks begin. */
    String blocks() {
        return switch (style) {
            case TIMM -> "blocks.";
            case HUGGING_FACE -> prefix + "encoder.layer.";
            case HUGGING_FACE_5, LLAMA -> prefix + "layers.";
        };
    }

    /** Returns the number of blocks whose tensors are among {@code names}. */
    int depth(Set<String> names) {
        int depth = 0;
        while (names.containsAll(tensors("blocks." + depth + ".norm1.weight"))) {
            depth++;
        }
        return depth;
    }
}
