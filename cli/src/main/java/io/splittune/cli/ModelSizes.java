package io.splittune.cli;

import io.splittune.cli.scenario.ModelSection;
import io.splittune.cli.scenario.OptimizerSection;
import io.splittune.cli.scenario.Scenario;
import io.splittune.core.UserException;
import io.splittune.model.LlamaConfig;
import io.splittune.model.ModelConfig;
import io.splittune.model.VitConfig;
import io.splittune.wireless.Formulas;
import io.splittune.wireless.LlamaShape;
import io.splittune.wireless.LoraTarget;
import io.splittune.wireless.ModelShape;
import io.splittune.wireless.ModelShapes;
import io.splittune.wireless.OptimizerKind;
import io.splittune.wireless.TuningSetup;
import io.splittune.wireless.VitShape;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/**
 * The sizes of a scenario's model and data that costs are computed from. Needs no weights when the scenario names a shape,
 * and reads the headers of a checkpoint alone.
 *
 * @param model the transformer
 * @param data samples and classes
 */
record ModelSizes(ModelShape model, DataSizes data) {
    private static final String QUERY_KEY_VALUE = "qkv";

    /**
     * Finds the sizes.
     *
     * @throws UserException when the scenario's model or data cannot be opened, or do not fit each other
     * @throws IOException when a built-in checkpoint cannot be unpacked
     */
    static ModelSizes of(Scenario scenario) throws IOException {
        return scenario.model().shape().isPresent() ? ofShape(scenario) : ofCheckpoint(scenario);
    }

    private static ModelSizes ofShape(Scenario scenario) {
        ModelSection section = scenario.model();
        ModelShape named = ModelShapes.named(
                section.shape().orElseThrow(),
                section.classes().orElseThrow(),
                section.sequenceLength().orElse(1));
        if (!(named instanceof VitShape vit)) {
            return new ModelSizes(named, DataSizes.of(scenario, 1));
        }
        int imageSize = scenario.data().imageSize().orElse(vit.imageSize());
        if (imageSize % vit.patchSize() != 0) {
            throw new UserException("data.imageSize: read " + imageSize
                    + ", expected a multiple of the model's patch size " + vit.patchSize());
        }
        DataSizes data = DataSizes.of(scenario, imageSize);
        int classes = data.classes().orElse(vit.classes());
        return new ModelSizes(sized(vit, imageSize, classes), data);
    }

    private static VitShape sized(VitShape vit, int imageSize, int classes) {
        return new VitShape(
                vit.name(),
                vit.layers(),
                vit.width(),
                vit.heads(),
                vit.mlpWidth(),
                vit.patchSize(),
                imageSize,
                vit.channels(),
                classes);
    }

    private static ModelSizes ofCheckpoint(Scenario scenario) throws IOException {
        try (RunModel opened = RunModel.open(scenario)) {
            return of(scenario, opened.base(), DataSizes.of(scenario, opened));
        }
    }

    /**
     * Returns the sizes of a checkpoint and data that are open already.
     *
     * @param base the checkpoint's model
     * @param data its sizes
     */
    static ModelSizes of(Scenario scenario, ModelConfig base, DataSizes data) {
        String name = scenario.model().checkpoint().orElseThrow();
        ModelShape shape = base instanceof LlamaConfig llama
                ? shape(name, llama, data.tokens().orElse(llama.tokens()))
                : shape(name, (VitConfig) base, data);
        return new ModelSizes(shape, data);
    }

    private static LlamaShape shape(String name, LlamaConfig llama, int tokens) {
        return new LlamaShape(
                name,
                llama.depth(),
                llama.width(),
                llama.heads(),
                llama.keyValueHeads(),
                llama.headWidth(),
                llama.mlpWidth(),
                llama.vocabulary(),
                tokens,
                llama.tiedHead());
    }

    private static VitShape shape(String name, VitConfig vit, DataSizes data) {
        return new VitShape(
                name,
                vit.depth(),
                vit.width(),
                vit.heads(),
                vit.mlpWidth(),
                vit.patchSize(),
                vit.imageSize(),
                vit.channels(),
                data.classes().orElse(Math.max(1, vit.classes())));
    }

    /**
     * Returns what the cost formulas take. Adapters outside of the blocks are left out, as in the SFT paper's split half.
     *
     * @throws UserException when the printed formulas do not describe the model
     */
    TuningSetup tuning(Scenario scenario) {
        Formulas formulas = scenario.costs().formulas();
        if (formulas == Formulas.PRINTED && !(model instanceof VitShape)) {
            throw new UserException(
                    "costs.formulas: 'printed' describes a vision transformer, not " + model.name() + "; use ours");
        }
        int batchSize = scenario.training().batchSize();
        return new TuningSetup(
                model,
                batchSize,
                Math.min(scenario.training().microBatch(), batchSize),
                scenario.lora().rank(),
                targets(scenario),
                scenario.costs().valueBytes(),
                scenario.training().optimizer().kind() == OptimizerSection.Kind.SGD
                        ? OptimizerKind.SGD_MOMENTUM
                        : OptimizerKind.ADAM,
                scenario.costs().backward(),
                formulas);
    }

    /** A vision transformer's names also stand for a LLaMA's layers, not the other way round. */
    private Set<LoraTarget> targets(Scenario scenario) {
        boolean vit = model instanceof VitShape;
        Set<LoraTarget> targets = EnumSet.noneOf(LoraTarget.class);
        for (String name : scenario.lora().targets()) {
            if (vit && name.endsWith("_proj")) {
                throw new UserException("lora.targets: '" + name + "' is a layer of a LLaMA; " + model.name()
                        + " has qkv, proj, fc1, fc2, patch_embed and head");
            }
            targets.addAll(layers(name, vit));
        }
        return targets;
    }

    private static Set<LoraTarget> layers(String name, boolean vit) {
        return switch (name) {
            case QUERY_KEY_VALUE ->
                vit ? Set.of(LoraTarget.QKV) : Set.of(LoraTarget.QUERY, LoraTarget.KEY, LoraTarget.VALUE);
            case "q_proj" -> Set.of(LoraTarget.QUERY);
            case "k_proj" -> Set.of(LoraTarget.KEY);
            case "v_proj" -> Set.of(LoraTarget.VALUE);
            case "proj", "o_proj" -> Set.of(LoraTarget.PROJECTION);
            case "fc1" -> vit ? Set.of(LoraTarget.MLP_UP) : Set.of(LoraTarget.MLP_UP, LoraTarget.MLP_GATE);
            case "gate_proj" -> Set.of(LoraTarget.MLP_GATE);
            case "up_proj" -> Set.of(LoraTarget.MLP_UP);
            case "fc2", "down_proj" -> Set.of(LoraTarget.MLP_DOWN);
            default -> Set.of(); // patch_embed and head are not in a block.
        };
    }
}
