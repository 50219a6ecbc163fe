package io.splittune.cli;

import io.splittune.cli.scenario.DataSection;
import io.splittune.cli.scenario.ModelSection;
import io.splittune.cli.scenario.PartitionSection;
import io.splittune.cli.scenario.Scenario;
import io.splittune.core.RandomStreams;
import io.splittune.core.UserException;
import io.splittune.model.LlamaConfig;
import io.splittune.model.Tokenizer;
import io.splittune.training.data.DataFormat;
import io.splittune.training.data.Split;
import io.splittune.training.data.TextDataset;
import io.splittune.training.data.TextOptions;
import java.nio.file.Path;
import java.util.Optional;

/** Opens the texts of a scenario. */
final class TextSets {
    private static final int BUILT_IN_TRAIN_SAMPLES = 2_000;
    private static final int BUILT_IN_TEST_SAMPLES = 200;

    private final Scenario scenario;
    private final LlamaConfig model;
    private final Tokenizer tokenizer;
    private final DataFormat format;

    /**
     * Prepares.
     *
     * @param scenario says which texts
     * @param model its longest text, and its classes if it is a classifier
     * @param tokenizer the model's
     */
    TextSets(Scenario scenario, LlamaConfig model, Tokenizer tokenizer) {
        this.scenario = scenario;
        this.model = model;
        this.tokenizer = tokenizer;
        this.format = RunData.format(scenario.data());
    }

    /** Opens training and test texts; the test set's classes are numbered as the training set's. */
    TextDataset.TrainingAndTest open() {
        DataSection section = scenario.data();
        TextOptions options = options();
        TextDataset.TrainingAndTest all = format.isBuiltin()
                ? new TextDataset.TrainingAndTest(
                        builtin(Split.TRAIN, section.trainLimit().orElse(BUILT_IN_TRAIN_SAMPLES), options),
                        builtin(Split.TEST, section.testLimit().orElse(BUILT_IN_TEST_SAMPLES), options))
                : TextDataset.openPair(
                        format,
                        Path.of(section.train().orElseThrow()),
                        Path.of(section.test().orElseThrow()),
                        tokenizer,
                        options);
        return new TextDataset.TrainingAndTest(
                narrowed(all.train(), section.trainLimit()), narrowed(all.test(), section.testLimit()));
    }

    /** Opens a device's own texts, whose classes must be among the run's. */
    TextDataset openOwn(Path own) {
        TextOptions options = options();
        return TextDataset.open(
                format, own, tokenizer, model.classes() > 0 ? options.withLabels(model.labels()) : options);
    }

    private TextDataset builtin(Split split, int samples, TextOptions options) {
        return TextDataset.builtin(format, split, samples, tokenizer, options);
    }

    private TextDataset narrowed(TextDataset all, Optional<Integer> limit) {
        TextDataset chosen = scenario.data()
                .classes()
                .map(classes -> all.withClasses(
                        classes.stream().mapToInt(Integer::intValue).toArray()))
                .orElse(all);
        return limit.isPresent() ? chosen.limited(limit.get(), new RandomStreams(scenario.seed())) : chosen;
    }

    private TextOptions options() {
        DataSection section = scenario.data();
        boolean classifies = scenario.model().task() == ModelSection.Task.CLASSIFICATION;
        if (classifies && section.labelField().isEmpty() && !format.isBuiltin()) {
            throw new UserException(
                    "data.labelField: missing; model.task classification needs the field with the class");
        }
        boolean byKey = section.partition().kind() == PartitionSection.Kind.KEY;
        return new TextOptions(
                model.tokens(),
                section.packing() && !classifies,
                loss(section, classifies),
                section.labelField(),
                byKey ? Optional.of(section.deviceField()) : Optional.empty(),
                Optional.empty());
    }

    private static TextOptions.LossOn loss(DataSection section, boolean classifies) {
        if (classifies) {
            return TextOptions.LossOn.LABEL;
        }
        return section.lossOn() == DataSection.LossOn.ALL ? TextOptions.LossOn.ALL : TextOptions.LossOn.COMPLETION;
    }
}
