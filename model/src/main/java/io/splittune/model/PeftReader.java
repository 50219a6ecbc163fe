package io.splittune.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.splittune.core.UserException;
import io.splittune.model.TensorNames.Style;
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
    private final Path folder;
    private final ModelConfig model;
    private final Map<String, FloatArray> tensors = new LinkedHashMap<>();
    private final Set<String> unused = new LinkedHashSet<>();
    private int rank;
    private double alpha;
    private boolean rankStabilised;
    private double dropout;

    PeftReader(Path folder, ModelConfig model) {
        this.folder = folder;
        this.model = model;
    }

    /** The low-rank pair of one part of a map: the whole of it, or queries, keys or values. */
    private record Pair(int part, FloatArray a, FloatArray b) {}

    /** A canonical map with the pairs that the file has for it. */
    private record Adapted(String name, LoraTarget target, int parts, List<Pair> pairs) {
        boolean sharesA() {
            return pairs.stream().allMatch(pair -> pair.a.equals(pairs.get(0).a));
        }

        int rank(int pairRank) {
            return sharesA() ? pairRank : pairs.size() * pairRank;
        }
    }

    PeftAdapter.Loaded read() {
        readConfig();
        readTensors();
        List<PeftAdapter.Loaded> found = new ArrayList<>();
        for (TensorNames names : namings()) {
            found.add(read(names));
        }
        if (!unused.isEmpty()) {
            throw new UserException(
                    folder + ": the adapter has " + unused.iterator().next()
                            + (unused.size() > 1 ? " and " + (unused.size() - 1) + " more tensors" : "")
                            + ", which the model does not use (" + model.depth() + " blocks of width " + model.width()
                            + "); was it made for another model?");
        }
        if (!found.stream().allMatch(found.get(0)::equals)) {
            throw new UserException(folder + ": the adapter has two sets of tensors, under the module names of"
                    + " transformers 4 and 5, and they differ; remove one.");
        }
        return found.get(0);
    }

    private void readConfig() {
        Path file = folder.resolve(PeftAdapter.CONFIG_FILE);
        String place = file.toString();
        if (!Files.exists(file)) {
            throw new UserException(folder + ": has no " + PeftAdapter.CONFIG_FILE + "; an adapter is a folder with it"
                    + " and " + PeftAdapter.WEIGHTS_FILE + ".");
        }
        JsonNode json = JsonFiles.read(file);
        if (!json.path("peft_type").asText().equals("LORA")) {
            throw new UserException(
                    place + ": peft_type is " + JsonFiles.shown(json.path("peft_type")) + ", only LORA is supported.");
        }
        if (!json.path("bias").asText("none").equals("none")) {
            throw new UserException(place + ": bias is " + JsonFiles.shown(json.path("bias")) + ", only none is.");
        }
        for (String key : List.of("use_dora", "lora_bias", "use_qalora")) {
            if (JsonFiles.truth(json, key, false, place)) {
                throw new UserException(place + ": " + key + " is not supported, only plain LoRA is.");
            }
        }
        for (String key : List.of("rank_pattern", "alpha_pattern")) {
            if (!json.path(key).isEmpty()) {
                throw new UserException(place + ": " + key + " is not supported, all maps must have one rank.");
            }
        }
        rank = JsonFiles.integer(json, "r", place).orElse(0);
        alpha = JsonFiles.number(json, "lora_alpha", place).orElse(0);
        dropout = JsonFiles.number(json, "lora_dropout", place).orElse(0);
        if (rank < 1 || rank > 1 << 16 || !(alpha > 0) || !(dropout >= 0 && dropout < 1)) {
            throw new UserException(place + ": r is " + rank + ", lora_alpha " + alpha + ", lora_dropout " + dropout
                    + "; needed are r >= 1, lora_alpha > 0 and a lora_dropout in [0, 1).");
        }
        rankStabilised = JsonFiles.truth(json, "use_rslora", false, place);
    }

    private void readTensors() {
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve(PeftAdapter.WEIGHTS_FILE))) {
            for (String key : file.names()) {
                if (!key.startsWith(PeftAdapter.KEY_PREFIX)) {
                    throw new UserException(file.path() + ": " + key + " does not start with " + PeftAdapter.KEY_PREFIX
                            + " as in PEFT's files.");
                }
                tensors.put(key.substring(PeftAdapter.KEY_PREFIX.length()), file.readFloats(key));
            }
        }
        unused.addAll(tensors.keySet());
    }

    /** Whose names the file has; Hugging Face's of both generations, if it has both. */
    private List<TensorNames> namings() {
        Set<String> others = new LinkedHashSet<>(tensors.keySet());
        others.removeIf(name -> name.startsWith("head.") || name.startsWith("classifier."));
        if (others.isEmpty()) {
            boolean timm = tensors.keySet().stream().anyMatch(name -> name.startsWith("head."));
            return List.of(timm ? TensorNames.TIMM : new TensorNames(Style.HUGGING_FACE, TensorNames.BODY_PREFIX));
        }
        Set<String> inBlocks = new LinkedHashSet<>(others);
        inBlocks.removeIf(name -> name.contains("embeddings."));
        if (inBlocks.isEmpty()) {
            String name = others.iterator().next();
            return List.of(new TensorNames(Style.HUGGING_FACE, name.substring(0, name.indexOf("embeddings."))));
        }
        TensorNames first = TensorNames.detect(inBlocks, folder.toString());
        return first.generations().stream()
                .filter(names -> first.style() == Style.TIMM
                        || inBlocks.stream().anyMatch(name -> name.startsWith(names.blocks())))
                .toList();
    }

    private PeftAdapter.Loaded read(TensorNames names) {
        List<Adapted> modules = modules(names);
        int common =
                modules.stream().mapToInt(module -> module.rank(rank)).max().orElse(rank);
        EnumSet<LoraTarget> targets = EnumSet.noneOf(LoraTarget.class);
        Map<String, FloatArray> state = new LinkedHashMap<>();
        for (Adapted module : modules) {
            targets.add(module.target);
            state.put(module.name + ".lora_A", fusedA(module, common));
            state.put(module.name + ".lora_B", fusedB(module, common));
        }
        String head = names.modules("head").get(0);
        FloatArray weight = tensors.get(head + ".weight");
        FloatArray bias = tensors.get(head + ".bias");
        ModelConfig config = model;
        if (weight != null && bias != null) {
            config = withSavedHead(head + ".weight", weight);
            state.put("head.weight", take(head + ".weight", config.classes(), model.width()));
            state.put("head.bias", take(head + ".bias", config.classes()));
        }
        if (state.isEmpty()) {
            throw new UserException(folder + ": the adapter has no LoRA tensors and no head for this model.");
        }
        LoraConfig lora = new LoraConfig(common, alphaFor(common), dropout, targets, weight != null && bias != null);
        AdapterState ordered = new AdapterState(state);
        ordered.requireShapes(lora.tensorShapes(config, HalfRange.whole(config.depth())), folder.toString());
        return new PeftAdapter.Loaded(lora, ordered.of(lora, config, HalfRange.whole(config.depth())), config);
    }

    /** Keeps the scale: alpha / rank, or with rank stabilisation (Kalajdzievski 2023) alpha / sqrt(rank). */
    private double alphaFor(int common) {
        return rankStabilised ? alpha / Math.sqrt(rank) * common : alpha * common / rank;
    }

    private ModelConfig withSavedHead(String name, FloatArray weight) {
        long[] shape = weight.shape();
        if (shape.length != 2 || shape[0] < 1 || shape[1] != model.width()) {
            throw new UserException(folder + ": " + name + " has shape " + Arrays.toString(shape) + ", the model needs"
                    + " [classes, " + model.width() + "]; was the adapter made for another model?");
        }
        int classes = Math.toIntExact(shape[0]);
        return classes == model.classes() ? model : model.withClasses(classes, List.of());
    }

    private List<Adapted> modules(TensorNames names) {
        List<Adapted> modules = new ArrayList<>();
        for (LoraTarget target : LoraTarget.values()) {
            List<Adapted> ofTarget = new ArrayList<>();
            int count = target.inBlocks() ? model.depth() : 1;
            for (int block = 0; block < count; block++) {
                Adapted module = module(target, block, names);
                if (!module.pairs.isEmpty()) {
                    ofTarget.add(module);
                }
            }
            if (!ofTarget.isEmpty() && ofTarget.size() < count) {
                throw new UserException(folder + ": the adapter has " + target.key() + " in " + ofTarget.size()
                        + " of the model's " + count + " blocks; it must have all, or was made for another model.");
            }
            modules.addAll(ofTarget);
        }
        return modules;
    }

    private Adapted module(LoraTarget target, int block, TensorNames names) {
        List<String> sources = names.modules(target.module(block));
        List<Pair> pairs = new ArrayList<>();
        for (int part = 0; part < sources.size(); part++) {
            String a = sources.get(part) + ".lora_A.weight";
            String b = sources.get(part) + ".lora_B.weight";
            if (!tensors.containsKey(a) && !tensors.containsKey(b)) {
                continue;
            }
            if (target == LoraTarget.PATCH_EMBED) {
                pairs.add(new Pair(
                        part,
                        take(a, rank, model.channels(), model.patchSize(), model.patchSize())
                                .reshape(rank, target.inputs(model)),
                        take(b, target.outputs(model), rank, 1, 1).reshape(target.outputs(model), rank)));
            } else {
                // A model without a classifier may get one from the adapter, but no low-rank change of one.
                long outputs = target == LoraTarget.HEAD && model.classes() == 0 ? 0 : target.outputs(model);
                pairs.add(new Pair(part, take(a, rank, target.inputs(model)), take(b, outputs / sources.size(), rank)));
            }
        }
        return new Adapted(target.module(block), target, sources.size(), pairs);
    }

    private FloatArray take(String name, long... shape) {
        FloatArray found = tensors.get(name);
        if (found == null) {
            throw new UserException(folder + ": the adapter lacks " + name + "; copy it again.");
        }
        if (!Arrays.equals(found.shape(), shape)) {
            throw new UserException(folder + ": " + name + " has shape " + Arrays.toString(found.shape())
                    + ", the model needs " + Arrays.toString(shape) + "; was the adapter made for another model?");
        }
        unused.remove(name);
        return found;
    }

    /** The A's one below the other, or the common one, then zero rows up to the common rank. */
    private static FloatArray fusedA(Adapted module, int common) {
        int inputs = Math.toIntExact(module.pairs.get(0).a.shape()[1]);
        float[] fused = new float[Math.multiplyExact(common, inputs)];
        int next = 0;
        for (Pair pair : module.sharesA() ? module.pairs.subList(0, 1) : module.pairs) {
            pair.a.buffer().get(fused, next, pair.a.size());
            next += pair.a.size();
        }
        return FloatArray.wrap(fused, common, inputs);
    }

    /** The B of part i in the rows of part i, in the columns that its A has as rows. */
    private FloatArray fusedB(Adapted module, int common) {
        int rows = Math.toIntExact(module.pairs.get(0).b.shape()[0]);
        float[] fused = new float[Math.multiplyExact(Math.multiplyExact(rows, module.parts), common)];
        for (int i = 0; i < module.pairs.size(); i++) {
            Pair pair = module.pairs.get(i);
            int column = module.sharesA() ? 0 : i * rank;
            for (int row = 0; row < rows; row++) {
                pair.b.buffer().get(row * rank, fused, (pair.part * rows + row) * common + column, rank);
            }
        }
        return FloatArray.wrap(fused, (long) rows * module.parts, common);
    }
}
