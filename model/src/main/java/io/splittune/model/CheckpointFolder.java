package io.splittune.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.splittune.core.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Finds the files of a checkpoint folder and refuses, in one line, what its model has no use for. */
final class CheckpointFolder {
    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";
    private static final String HARMLESS_IN_VIT =
            "(vit\\.|deit\\.)?(pooler\\.dense\\.(weight|bias)|embeddings\\.mask_token)";

    private CheckpointFolder() {}

    /** Reads config.json. */
    static JsonNode config(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new UserException(folder + ": there is no such folder; a checkpoint is a folder with config.json and"
                    + " *.safetensors.");
        }
        Path file = folder.resolve("config.json");
        if (!Files.exists(file)) {
            throw new UserException(folder + ": has no config.json; a checkpoint is a folder with config.json and"
                    + " *.safetensors, as timm or Hugging Face write it.");
        }
        return JsonFiles.read(file);
    }

    /**
     * The small files beside config.json that only some folders have; a missing node stands for a missing file.
     *
     * @param preprocessor preprocessor_config.json: how images are normalised
     * @param generation generation_config.json: what ends a generated text
     */
    record Others(JsonNode preprocessor, JsonNode generation) {}

    /** Reads the small files beside config.json. */
    static Others others(Path folder) {
        return new Others(
                ifThere(folder.resolve("preprocessor_config.json")), ifThere(folder.resolve("generation_config.json")));
    }

    private static JsonNode ifThere(Path file) {
        return Files.exists(file) ? JsonFiles.read(file) : MissingNode.getInstance();
    }

    /** Opens the weights: each tensor's name to the file that holds it. */
    static Map<String, SafetensorsFile> open(Path folder) {
        Path index = folder.resolve(INDEX);
        Path single = folder.resolve(SINGLE);
        if (Files.exists(single)) {
            return openSingle(single);
        }
        if (Files.exists(index)) {
            return openShards(folder, index);
        }
        return openSingle(onlyWeights(folder));
    }

    private static Path onlyWeights(Path folder) {
        List<Path> found;
        try (Stream<Path> files = Files.list(folder)) {
            found = files.filter(file -> {
                        String name = file.getFileName().toString();
                        return name.endsWith(".safetensors") && !name.startsWith("adapter_");
                    })
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UserException(folder + ": cannot be listed (" + e.getMessage() + ").", e);
        }
        if (found.isEmpty()) {
            throw new UserException(folder + ": has no *.safetensors; other formats of weights (*.bin, *.pth) must be"
                    + " converted first.");
        }
        if (found.size() > 1) {
            throw new UserException(folder + ": has " + found.size() + " *.safetensors but no " + INDEX
                    + "; add the index, or name the right one " + SINGLE + ".");
        }
        return found.get(0);
    }

    private static Map<String, SafetensorsFile> openSingle(Path path) {
        SafetensorsFile file = SafetensorsFile.open(path);
        Map<String, SafetensorsFile> weights = new LinkedHashMap<>();
        file.names().forEach(name -> weights.put(name, file));
        return weights;
    }

    private static Map<String, SafetensorsFile> openShards(Path folder, Path index) {
        Map<String, SafetensorsFile> shards = new LinkedHashMap<>();
        Map<String, SafetensorsFile> weights = new LinkedHashMap<>();
        try {
            JsonNode map = JsonFiles.read(index).path("weight_map");
            if (!map.isObject() || map.isEmpty()) {
                throw new UserException(index + ": lacks weight_map.");
            }
            map.properties().forEach(entry -> {
                String shard = entry.getValue().asText();
                SafetensorsFile file = shards.get(shard);
                if (file == null) {
                    file = openShard(folder, index, shard);
                    shards.put(shard, file);
                }
                if (!file.names().contains(entry.getKey())) {
                    throw new UserException(file.path() + ": lacks " + entry.getKey() + ", which " + index.getFileName()
                            + " places there.");
                }
                weights.put(entry.getKey(), file);
            });
            return weights;
        } catch (RuntimeException e) {
            shards.values().forEach(SafetensorsFile::close);
            throw e;
        }
    }

    private static SafetensorsFile openShard(Path folder, Path index, String shard) {
        // A name only, so that an index from elsewhere cannot make us open files outside its folder.
        if (!shard.matches("[A-Za-z0-9_][A-Za-z0-9._-]*\\.safetensors")) {
            throw new UserException(index + ": weight_map names a file that is no *.safetensors in the same folder.");
        }
        Path path = folder.resolve(shard);
        if (!Files.exists(path)) {
            throw new UserException(
                    path + ": this shard is missing, " + index.getFileName() + " names it; copy the checkpoint again.");
        }
        return SafetensorsFile.open(path);
    }

    /** Refuses DeiT's distillation token with a line of its own, as plain DeiT exists. */
    static void refuseOtherTokens(Set<String> names, Path folder) {
        for (String name : names) {
            if (name.equals("dist_token") || name.endsWith("embeddings.distillation_token")) {
                throw new UserException(folder + ": has DeiT's distillation token (" + name
                        + "), which is not supported; use the variant without distillation.");
            }
        }
    }

    /** Refuses tensors that the model has no use for: it would compute something else. */
    static void refuseUnused(Set<String> unused, ModelConfig config, Path folder) {
        String harmless = config instanceof LlamaConfig llama ? harmless(llama) : HARMLESS_IN_VIT;
        List<String> strange =
                unused.stream().filter(name -> !name.matches(harmless)).sorted().toList();
        if (!strange.isEmpty()) {
            throw new UserException(folder + ": has " + strange.get(0)
                    + (strange.size() > 1 ? " and " + (strange.size() - 1) + " more tensors" : "") + " that a plain "
                    + (config instanceof LlamaConfig ? "LLaMA of its config.json" : "vision transformer") + " lacks; "
                    + ModelConfigReader.SUPPORTED + ".");
        }
    }

    /** Old files hold the frequencies of rotary positions; a tied model's file may hold its matrix under both names. */
    private static String harmless(LlamaConfig config) {
        String frequencies = "(model\\.)?(layers\\.\\d+\\.self_attn\\.)?rotary_emb\\.inv_freq";
        return config.tiedHead() ? frequencies + "|lm_head\\.weight" : frequencies;
    }
}
