package io.splittune.model;

import io.splittune.core.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads one adapter folder; see {@link PeftAdapter#read}. */
final class PeftReader {
    /** What {@code modules_to_save} may have: heads, of which a model has one. */
    private static final Set<String> HEADS =
            Set.of("head", "classifier", LlamaConfig.CLASS_HEAD, LlamaConfig.WORD_HEAD);

    private final Path folder;
    private final ModelConfig model;
    private final PeftConfig config;
    private final Map<String, FloatArray> tensors = new LinkedHashMap<>();
    private final Set<String> unused = new LinkedHashSet<>();

    PeftReader(Path folder, ModelConfig model) {
        this.folder = folder;
        this.model = model;
        this.config = PeftConfig.read(folder);
    }

    /** The low-rank pair of one part of a map: the whole of it, or queries, keys or values. */
    private record Pair(int part, FloatArray a, FloatArray b, double scale) {
        int rank() {
            return Math.toIntExact(a.shape()[0]);
        }
    }

    /** A canonical map with the pairs that the file has for it, maybe none. */
    private record Adapted(String name, int parts, List<Pair> pairs) {
        boolean sharesA() {
            return pairs.stream().allMatch(pair -> pair.a.equals(pairs.get(0).a));
        }

        int rank() {
            int sum = pairs.stream().mapToInt(Pair::rank).sum();
            return sharesA() && !pairs.isEmpty() ? pairs.get(0).rank() : sum;
        }
    }

    PeftAdapter.Loaded read() {
        readTensors();
        refuseWhatIsNoHead();
        List<PeftAdapter.Loaded> found = new ArrayList<>();
        for (PeftNames names : PeftNames.detect(model, tensors.keySet(), folder, config.otherModel())) {
            found.add(read(names));
        }
        if (!unused.isEmpty()) {
            throw new UserException(
                    folder + ": the adapter has " + unused.iterator().next()
                            + (unused.size() > 1 ? " and " + (unused.size() - 1) + " more tensors" : "")
                            + ", which the model does not use (" + model.depth() + " blocks of width " + model.width()
                            + "); " + config.otherModel());
        }
        if (!found.stream().allMatch(found.get(0)::equals)) {
            throw new UserException(folder + ": the adapter has two sets of tensors, under the module names of"
                    + " transformers 4 and 5, and they differ; remove one.");
        }
        return found.get(0);
    }

    private void readTensors() {
        Path weights = folder.resolve(PeftAdapter.WEIGHTS_FILE);
        if (Files.notExists(weights) && Files.exists(folder.resolve("adapter_model.bin"))) {
            throw new UserException(folder + ": has adapter_model.bin, which cannot be read; load it with peft and call"
                    + " save_pretrained, which writes " + PeftAdapter.WEIGHTS_FILE + ".");
        }
        try (SafetensorsFile file = SafetensorsFile.open(weights)) {
            for (String key : file.names()) {
                if (!key.startsWith(PeftAdapter.KEY_PREFIX)) {
                    throw new UserException(file.path() + ": " + key + " does not start with " + PeftAdapter.KEY_PREFIX
                            + " as in PEFT's files.");
                }
                refuseKey(key, file.path());
                tensors.put(key.substring(PeftAdapter.KEY_PREFIX.length()), file.readFloats(key));
            }
        }
        unused.addAll(tensors.keySet());
    }

    /** Before it is read: an embedding may be large, and what it is says more than that no one uses it. */
    private static void refuseKey(String key, Path file) {
        if (key.contains("embed_tokens") || key.contains("lora_embedding_") || key.contains("token_adapter")) {
            throw new UserException(file + ": " + key + ": a changed token embedding is not supported; train the"
                    + " adapter without embed_tokens in target_modules and modules_to_save and without new tokens.");
        }
        if (key.matches(".*\\.(lm_head|score)\\.lora_.*")) {
            throw new UserException(file + ": " + key + ": a language model's head has no low-rank pair here, it is"
                    + " trained as a whole or not at all; name it in modules_to_save, not in target_modules.");
        }
    }

    private void refuseWhatIsNoHead() {
        for (String saved : config.savedModules()) {
            boolean isThere = tensors.keySet().stream().anyMatch(name -> name.contains(saved + "."));
            boolean head = HEADS.stream().anyMatch(name -> saved.equals(name) || saved.endsWith("." + name));
            if (!head && (isThere || saved.contains("embed_tokens"))) {
                throw new UserException(config.file() + ": modules_to_save has '" + saved
                        + "'; only a head (score, lm_head, classifier) can be trained as a whole.");
            }
        }
    }

    private PeftAdapter.Loaded read(PeftNames names) {
        Map<LoraTarget, List<Adapted>> modules = modules(names);
        List<Pair> pairs = modules.values().stream()
                .flatMap(List::stream)
                .flatMap(module -> module.pairs.stream())
                .toList();
        int rank = modules.values().stream()
                .flatMap(List::stream)
                .mapToInt(Adapted::rank)
                .max()
                .orElse(config.rank());
        boolean alike = !pairs.isEmpty() && pairs.stream().allMatch(pair -> pair.scale == pairs.get(0).scale);
        double scale = alike ? pairs.get(0).scale : config.scale();
        Map<String, FloatArray> state = new LinkedHashMap<>();
        modules.forEach((target, ofTarget) -> ofTarget.forEach(module -> {
            state.put(module.name + ".lora_A", fusedA(module, rank, target.inputs(model)));
            state.put(module.name + ".lora_B", fusedB(module, rank, target.outputs(model), scale));
        }));
        ModelConfig trained = putHead(names, state);
        if (state.isEmpty()) {
            throw new UserException(folder + ": the adapter has no LoRA tensors and no head for this model.");
        }
        EnumSet<LoraTarget> targets = EnumSet.noneOf(LoraTarget.class);
        targets.addAll(modules.keySet());
        boolean trainHead = state.keySet().containsAll(trained.headShapes().keySet()) && trained.outputs() > 0;
        LoraConfig lora = new LoraConfig(rank, config.alphaFor(scale, rank), config.dropout(), targets, trainHead);
        AdapterState all = new AdapterState(state);
        all.requireShapes(lora.tensorShapes(trained, HalfRange.whole(trained.depth())), folder.toString());
        return new PeftAdapter.Loaded(lora, all.of(lora, trained, HalfRange.whole(trained.depth())), trained);
    }

    /** Adds the head that was trained whole, if one was, and returns the model that has such a head. */
    private ModelConfig putHead(PeftNames names, Map<String, FloatArray> state) {
        String module = headModule();
        String stored = names.module(module);
        FloatArray weight = tensors.get(stored + ".weight");
        if (weight == null || (module.equals("head") && !tensors.containsKey(stored + ".bias"))) {
            return model;
        }
        ModelConfig trained = model;
        if (!module.equals(LlamaConfig.WORD_HEAD)) {
            trained = withSavedHead(stored + ".weight", weight);
        } else if (model.classes() > 0) {
            throw new UserException(folder + ": the adapter has a head for words (" + stored
                    + "), but the model has a classifier; use the adapter on the language model.");
        }
        trained.headShapes()
                .forEach((name, shape) -> state.put(name, take(stored + name.substring(module.length()), shape)));
        return trained;
    }

    private String headModule() {
        if (model instanceof LlamaConfig) {
            return tensors.containsKey(LlamaConfig.CLASS_HEAD + ".weight")
                    ? LlamaConfig.CLASS_HEAD
                    : LlamaConfig.WORD_HEAD;
        }
        return "head";
    }

    private ModelConfig withSavedHead(String name, FloatArray weight) {
        long[] shape = weight.shape();
        if (shape.length != 2 || shape[0] < 1 || shape[1] != model.width()) {
            throw new UserException(folder + ": " + name + " has shape " + Arrays.toString(shape) + ", the model needs"
                    + " [classes, " + model.width() + "]; " + config.otherModel());
        }
        int classes = Math.toIntExact(shape[0]);
        return classes == model.classes() ? model : model.withClasses(classes, List.of());
    }

    /** The maps of every target that the file has somewhere, in all blocks. */
    private Map<LoraTarget, List<Adapted>> modules(PeftNames names) {
        Map<LoraTarget, List<Adapted>> modules = new LinkedHashMap<>();
        for (LoraTarget target : LoraTarget.values()) {
            if (!target.isOf(model) || (target == LoraTarget.HEAD && !hasPair(names.module(target.module(0))))) {
                continue;
            }
            List<Adapted> ofTarget = new ArrayList<>();
            for (int block = 0; block < (target.inBlocks() ? model.depth() : 1); block++) {
                ofTarget.add(module(target, block, names));
            }
            if (ofTarget.stream().anyMatch(module -> !module.pairs.isEmpty())) {
                modules.put(target, ofTarget);
            }
        }
        return modules;
    }

    private boolean hasPair(String source) {
        return tensors.containsKey(source + ".lora_A.weight") || tensors.containsKey(source + ".lora_B.weight");
    }

    private Adapted module(LoraTarget target, int block, PeftNames names) {
        List<String> sources = names.modules(target.module(block));
        List<Pair> pairs = new ArrayList<>();
        for (int part = 0; part < sources.size(); part++) {
            String source = sources.get(part);
            if (hasPair(source)) {
                pairs.add(pair(target, part, sources.size(), source));
            } else if (config.targets().contain(source)) {
                throw new UserException(folder + ": the adapter lacks " + source + ", which its target_modules name"
                        + " (the model has " + model.depth() + " blocks); " + config.otherModel());
            }
        }
        return new Adapted(target.module(block), sources.size(), pairs);
    }

    private Pair pair(LoraTarget target, int part, int parts, String source) {
        int rank = config.rank(source);
        double scale = config.scale(source);
        FloatArray stored = tensors.get(source + ".lora_A.weight");
        if (stored != null && stored.shape().length > 0 && stored.shape()[0] != rank) {
            throw new UserException(folder + ": " + source + ".lora_A.weight has shape "
                    + Arrays.toString(stored.shape()) + ", but " + PeftAdapter.CONFIG_FILE + " gives it rank " + rank
                    + "; copy the adapter again.");
        }
        if (target == LoraTarget.PATCH_EMBED) {
            VitConfig vit = (VitConfig) model;
            FloatArray a = take(source + ".lora_A.weight", rank, vit.channels(), vit.patchSize(), vit.patchSize());
            FloatArray b = take(source + ".lora_B.weight", target.outputs(model), rank, 1, 1);
            return new Pair(part, a.reshape(rank, target.inputs(model)), b.reshape(target.outputs(model), rank), scale);
        }
        // A model without a classifier may get one from the adapter, but no low-rank change of one.
        long outputs = target == LoraTarget.HEAD && model.classes() == 0 ? 0 : target.outputs(model);
        return new Pair(
                part,
                take(source + ".lora_A.weight", rank, target.inputs(model)),
                take(source + ".lora_B.weight", outputs / parts, rank),
                scale);
    }

    private FloatArray take(String name, long... shape) {
        FloatArray found = tensors.get(name);
        if (found == null) {
            throw new UserException(folder + ": the adapter lacks " + name + "; copy it again.");
        }
        if (!Arrays.equals(found.shape(), shape)) {
            throw new UserException(folder + ": " + name + " has shape " + Arrays.toString(found.shape())
                    + ", the model needs " + Arrays.toString(shape) + "; " + config.otherModel());
        }
        unused.remove(name);
        return found;
    }

    /** The A's one below the other, or the common one, then zero rows up to the common rank. */
    private static FloatArray fusedA(Adapted module, int common, long inputs) {
        float[] fused = new float[Math.toIntExact(common * inputs)];
        int next = 0;
        for (Pair pair : module.sharesA() ? module.pairs.stream().limit(1).toList() : module.pairs) {
            pair.a.buffer().get(fused, next, pair.a.size());
            next += pair.a.size();
        }
        return FloatArray.wrap(fused, common, inputs);
    }

    /**
     * The B of part i in the rows of part i, in the columns that its A has as rows. What its scale has more than the
     * common one goes into its values.
     */
    private static FloatArray fusedB(Adapted module, int common, long outputs, double scale) {
        float[] fused = new float[Math.toIntExact(common * outputs)];
        int rows = Math.toIntExact(outputs / module.parts);
        int column = 0;
        for (Pair pair : module.pairs) {
            int rank = pair.rank();
            double factor = pair.scale / scale;
            for (int row = 0; row < rows; row++) {
                for (int r = 0; r < rank; r++) {
                    fused[(pair.part * rows + row) * common + column + r] =
                            (float) (factor * pair.b.get(row * rank + r));
                }
            }
            column += module.sharesA() ? 0 : rank;
        }
        return FloatArray.wrap(fused, outputs, common);
    }
}
