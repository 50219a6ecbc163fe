package io.splittune.cli;

import io.splittune.cli.scenario.DataSection;
import io.splittune.cli.scenario.Scenario;
import io.splittune.core.RandomStreams;
import io.splittune.core.UserException;
import io.splittune.model.LlamaConfig;
import io.splittune.model.ModelConfig;
import io.splittune.model.Tokenizer;
import io.splittune.model.VitConfig;
import io.splittune.training.DeviceData;
import io.splittune.training.TestSet;
import io.splittune.training.data.Augmentation;
import io.splittune.training.data.BatchSource;
import io.splittune.training.data.Batches;
import io.splittune.training.data.DataFormat;
import io.splittune.training.data.Dataset;
import io.splittune.training.data.Datasets;
import io.splittune.training.data.ImageBatches;
import io.splittune.training.data.ImageTransform;
import io.splittune.training.data.LabelledSamples;
import io.splittune.training.data.Normalisation;
import io.splittune.training.data.Partition;
import io.splittune.training.data.Split;
import io.splittune.training.data.TextDataset;
import io.splittune.training.data.TokenBatches;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** The data of a scenario, opened: samples are read when they are needed. */
final class RunData implements AutoCloseable {
    private static final int BUILT_IN_TRAIN_SAMPLES = 2_000;
    private static final int BUILT_IN_TEST_SAMPLES = 500;
    private static final int EVALUATION_BATCH = 64;
    private static final int TEXT_EVALUATION_BATCH = 8;

    private final Scenario scenario;
    private final LabelledSamples train;
    private final LabelledSamples test;
    private final Batches trainBatches;
    private final Batches testBatches;
    private final Runnable closing;

    private RunData(Scenario scenario, Datasets.TrainingAndTest sets, VitConfig model) {
        this.scenario = scenario;
        this.train = sets.train();
        this.test = sets.test();
        RandomStreams streams = new RandomStreams(scenario.seed());
        Augmentation augmentation =
                scenario.data().augment() ? format(scenario.data()).usualAugmentation() : Augmentation.NONE;
        Normalisation normalisation = Normalisation.of(floats(model.mean()), floats(model.std()));
        this.trainBatches = new ImageBatches(
                sets.train(), new ImageTransform(model.imageSize(), normalisation, augmentation), streams);
        this.testBatches = new ImageBatches(
                sets.test(), new ImageTransform(model.imageSize(), normalisation, Augmentation.NONE), streams);
        this.closing = sets::close;
    }

    private RunData(Scenario scenario, TextDataset.TrainingAndTest sets) {
        this.scenario = scenario;
        this.train = sets.train();
        this.test = sets.test();
        RandomStreams streams = new RandomStreams(scenario.seed());
        this.trainBatches = new TokenBatches(sets.train(), streams);
        this.testBatches = new TokenBatches(sets.test(), streams);
        this.closing = sets::close;
    }

    /**
     * Opens a scenario's data.
     *
     * @param scenario says which
     * @param model its image size and normalisation, or its longest text
     * @param tokenizer of a model that takes texts
     * @throws UserException when there is none, it is damaged, or the model takes another kind
     */
    static RunData open(Scenario scenario, ModelConfig model, Optional<Tokenizer> tokenizer) {
        requireKind(format(scenario.data()), model);
        if (model instanceof VitConfig vit) {
            return new RunData(scenario, openSets(scenario, vit.imageSize()), vit);
        }
        TextSets texts = new TextSets(scenario, (LlamaConfig) model, tokenizer.orElseThrow());
        return new RunData(scenario, texts.open());
    }

    /**
     * Opens a device's own training data in place of the scenario's.
     *
     * @param scenario says in what format
     * @param model its image size, normalisation and classes, or its longest text
     * @param tokenizer of a model that takes texts
     * @param own file or folder
     */
    static RunData openOwn(Scenario scenario, ModelConfig model, Optional<Tokenizer> tokenizer, Path own) {
        DataFormat format = format(scenario.data());
        requireKind(format, model);
        if (format.isBuiltin()) {
            throw new UserException(
                    "--data: does not go with the run's data format '" + format.key() + "'; leave it out");
        }
        if (model instanceof LlamaConfig llama) {
            TextDataset texts = new TextSets(scenario, llama, tokenizer.orElseThrow()).openOwn(own);
            return new RunData(scenario, new TextDataset.TrainingAndTest(texts, texts));
        }
        Dataset train = choose(Datasets.open(format, own, Split.TRAIN), scenario.data());
        RunData data = new RunData(scenario, new Datasets.TrainingAndTest(train, train), (VitConfig) model);
        if (!data.labels().equals(model.labels())) {
            data.close();
            throw new UserException(own + ": has the classes " + shorten(data.labels()) + ", the run has "
                    + shorten(model.labels()) + "; they must be the same, in the same order");
        }
        return data;
    }

    private static void requireKind(DataFormat format, ModelConfig model) {
        if (format.isText() != model.labelsTokens()) {
            throw new UserException("data.format: read '" + format.key() + "', which has "
                    + (format.isText() ? "texts" : "images") + "; the model takes "
                    + (model.labelsTokens() ? "texts (jsonl, text, builtin:menus)" : "images"));
        }
    }

    /**
     * Spreads a scenario's images over its devices without reading one.
     *
     * @param imageSize of the model in pixels
     * @throws UserException when the data is missing or damaged, or has texts, which need a checkpoint's tokenizer
     */
    static DataSizes sizes(Scenario scenario, int imageSize) {
        if (format(scenario.data()).isText()) {
            throw new UserException(
                    "data.format: texts are counted with a checkpoint's tokenizer; with model.shape give"
                            + " data.samplesPerDevice and model.sequenceLength");
        }
        Datasets.TrainingAndTest sets = openSets(scenario, imageSize);
        try {
            return sizes(scenario, sets.train());
        } finally {
            sets.close();
        }
    }

    private static DataSizes sizes(Scenario scenario, LabelledSamples train) {
        Partition partition = Settings.partitioner(scenario.data().partition())
                .partition(train, scenario.devices().count(), new RandomStreams(scenario.seed()));
        Optional<Integer> tokens = train instanceof TextDataset texts
                ? Optional.of((int) Math.ceil(texts.meanTokens()))
                : Optional.empty();
        return new DataSizes(
                IntStream.range(0, partition.devices())
                        .mapToObj(partition::samples)
                        .toList(),
                Optional.of(train.classes()),
                tokens);
    }

    /** Returns what costs need to know of this data. */
    DataSizes sizes() {
        return sizes(scenario, train);
    }

    private static Datasets.TrainingAndTest openSets(Scenario scenario, int imageSize) {
        DataSection section = scenario.data();
        DataFormat format = format(section);
        if (format.isBuiltin()) {
            return new Datasets.TrainingAndTest(
                    choose(
                            Datasets.builtin(
                                    format,
                                    Split.TRAIN,
                                    section.trainLimit().orElse(BUILT_IN_TRAIN_SAMPLES),
                                    imageSize),
                            section),
                    choose(
                            Datasets.builtin(
                                    format, Split.TEST, section.testLimit().orElse(BUILT_IN_TEST_SAMPLES), imageSize),
                            section));
        }
        Datasets.TrainingAndTest all = Datasets.openPair(
                format,
                Path.of(section.train().orElseThrow()),
                Path.of(section.test().orElseThrow()));
        RandomStreams streams = new RandomStreams(scenario.seed());
        return new Datasets.TrainingAndTest(
                limit(choose(all.train(), section), section.trainLimit(), streams),
                limit(choose(all.test(), section), section.testLimit(), streams));
    }

    private static Dataset choose(Dataset all, DataSection section) {
        UnaryOperator<Dataset> chosen = section.classes()
                .<UnaryOperator<Dataset>>map(classes -> set -> Datasets.withClasses(
                        set, classes.stream().mapToInt(Integer::intValue).toArray()))
                .orElse(UnaryOperator.identity());
        return chosen.apply(all);
    }

    private static Dataset limit(Dataset all, Optional<Integer> limit, RandomStreams streams) {
        return limit.isPresent() ? Datasets.limited(all, limit.get(), streams) : all;
    }

    /** Returns the format, if there is one and this build reads it. */
    static DataFormat format(DataSection section) {
        return DataFormat.parse(section.format()
                .orElseThrow(() ->
                        new UserException("data.format: missing; training needs data, not only samplesPerDevice")));
    }

    private static float[] floats(List<Double> values) {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i).floatValue();
        }
        return floats;
    }

    private static String shorten(List<String> labels) {
        int shown = 5;
        return labels.size() + " ("
                + String.join(", ", labels.subList(0, Math.min(shown, labels.size())))
                + (labels.size() > shown ? ", ..." : "") + ")";
    }

    /** Returns what a person should know of the data, one line each. */
    List<String> notes() {
        return train instanceof TextDataset texts ? texts.notes() : List.of();
    }

    /** Returns the names of the classes. */
    List<String> labels() {
        return IntStream.range(0, train.classes()).mapToObj(train::className).toList();
    }

    int trainSamples() {
        return train.size();
    }

    int testSamples() {
        return test.size();
    }

    /** Spreads the training samples over devices as the scenario says. */
    Partition partition(int devices) {
        return Settings.partitioner(scenario.data().partition())
                .partition(train, devices, new RandomStreams(scenario.seed()));
    }

    /** Returns one device's samples. */
    DeviceData device(int[] indices, int deviceIndex) {
        return new DeviceData(
                trainBatches, indices, deviceIndex, scenario.training().batchSize());
    }

    /** Returns all samples, for one learner. */
    int[] everything() {
        return IntStream.range(0, trainSamples()).toArray();
    }

    /**
     * Opens training samples spread over the whole set, without augmentation, in micro-batches.
     *
     * @param count the most micro-batches
     */
    BatchSource probe(int count) {
        int size =
                Math.min(scenario.training().microBatch(), scenario.training().batchSize());
        int samples = Math.min(trainSamples(), count * size);
        int[] indices = IntStream.range(0, samples)
                .map(i -> (int) ((long) i * trainSamples() / samples))
                .toArray();
        return trainBatches.evaluation(indices, size);
    }

    TestSet testSet() {
        int size = testBatches instanceof TokenBatches ? TEXT_EVALUATION_BATCH : EVALUATION_BATCH;
        return () -> testBatches.evaluation(size);
    }

    @Override
    public void close() {
        closing.run();
    }
}
