package io.splittune.training;

import io.splittune.codec.AdapterCompression;
import io.splittune.codec.Coder;
import io.splittune.codec.Compression;
import io.splittune.codec.FloatFormat;
import io.splittune.core.RandomStreams;
import io.splittune.core.Ticker;
import io.splittune.model.AdapterState;
import io.splittune.model.HalfRange;
import io.splittune.model.LlamaConfig;
import io.splittune.model.LoraConfig;
import io.splittune.model.LoraTarget;
import io.splittune.model.ModelConfig;
import io.splittune.model.Precision;
import io.splittune.model.Rope;
import io.splittune.model.Tokenizer;
import io.splittune.model.TokenizerOfBytes;
import io.splittune.model.TransformerHalf;
import io.splittune.model.VitConfig;
import io.splittune.training.data.Augmentation;
import io.splittune.training.data.Batches;
import io.splittune.training.data.DataFormat;
import io.splittune.training.data.Dataset;
import io.splittune.training.data.Datasets;
import io.splittune.training.data.ImageBatches;
import io.splittune.training.data.ImageTransform;
import io.splittune.training.data.LabelledSamples;
import io.splittune.training.data.Normalisation;
import io.splittune.training.data.Partition;
import io.splittune.training.data.Partitioner;
import io.splittune.training.data.Split;
import io.splittune.training.data.TextDataset;
import io.splittune.training.data.TextOptions;
import io.splittune.training.data.TokenBatches;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;

/**
 * A run small enough for a unit test: a random ViT of 4 blocks and a few dozen procedural images, or a random LLaMA of 4
 * blocks and a few dozen procedural texts.
 */
final class TinyRun implements AutoCloseable {
    static final int DEPTH = 4;
    static final CutCompression NONE = CutCompression.none(FloatFormat.FP32);
    static final CutCompression PAPER = new CutCompression(
            new Compression.Quantised(0.2, 7, Coder.GOLOMB), new Compression.Quantised(0.2, 7, Coder.GOLOMB), true);

    /** A thread for each device: they wait for one another, which a shared pool of one thread could not survive. */
    static final Executor THREADS = task -> {
        Thread thread = new Thread(task, "test-device");
        thread.setDaemon(true);
        thread.start();
    };

    static final OptimizerConfig SGD = new OptimizerConfig(OptimizerConfig.Kind.SGD, 0.05, 0.9, 0, 0.9);

    static final Set<LoraTarget> IN_BLOCKS =
            EnumSet.of(LoraTarget.QKV, LoraTarget.PROJ, LoraTarget.FC1, LoraTarget.FC2);

    private static final int IMAGE = 16;
    private static final long SEED = 11;

    static final Set<LoraTarget> IN_LLAMA_BLOCKS =
            EnumSet.of(LoraTarget.Q_PROJ, LoraTarget.V_PROJ, LoraTarget.DOWN_PROJ);

    private static final int LONGEST_TEXT = 64;

    final TrainingConfig config;
    final FrozenModel model;
    private final LabelledSamples train;
    private final Batches trainBatches;
    private final Batches testBatches;
    private final Runnable closing;
    final ComputeGate gate = new ComputeGate(1);

    TinyRun(Scheme scheme, int rounds, double dropout, Duration deviceTimeout) {
        this(scheme, rounds, dropout, deviceTimeout, SGD);
    }

    TinyRun(Scheme scheme, int rounds, double dropout, Duration deviceTimeout, OptimizerConfig optimizer) {
        this(config(scheme, rounds, dropout, deviceTimeout, optimizer, Tuning.LORA, IN_BLOCKS));
    }

    TinyRun(TrainingConfig config) {
        this.config = config;
        Dataset images = Datasets.builtin(DataFormat.SHAPES, Split.TRAIN, 44, IMAGE);
        Dataset tests = Datasets.builtin(DataFormat.SHAPES, Split.TEST, 20, IMAGE);
        this.train = images;
        this.trainBatches = new ImageBatches(
                images,
                new ImageTransform(IMAGE, Normalisation.half(), Augmentation.SMALL_IMAGES),
                new RandomStreams(SEED));
        this.testBatches = new ImageBatches(
                tests, new ImageTransform(IMAGE, Normalisation.half(), Augmentation.NONE), new RandomStreams(SEED));
        this.closing = () -> {
            images.close();
            tests.close();
        };
        ModelConfig shape = new VitConfig(
                IMAGE,
                4,
                3,
                24,
                DEPTH,
                3,
                48,
                train.classes(),
                1e-6,
                true,
                List.of(0.5, 0.5, 0.5),
                List.of(0.5, 0.5, 0.5),
                List.of());
        model = FrozenModel.of(
                TransformerHalf.random(shape, HalfRange.whole(DEPTH), Precision.FP32, new RandomStreams(SEED)));
    }

    private TinyRun(TrainingConfig config, TextOptions options, int classes) {
        this.config = config;
        try (Tokenizer bytes = TokenizerOfBytes.make()) {
            TextDataset texts = TextDataset.builtin(DataFormat.MENUS, Split.TRAIN, 44, bytes, options);
            TextDataset tests = TextDataset.builtin(DataFormat.MENUS, Split.TEST, 20, bytes, options);
            this.train = texts;
            this.trainBatches = new TokenBatches(texts, new RandomStreams(SEED));
            this.testBatches = new TokenBatches(tests, new RandomStreams(SEED));
            this.closing = () -> {
                texts.close();
                tests.close();
            };
        }
        LlamaConfig words = new LlamaConfig(
                TokenizerOfBytes.VOCABULARY,
                LONGEST_TEXT,
                24,
                DEPTH,
                4,
                2,
                6,
                48,
                1e-5,
                Rope.of(10_000),
                false,
                false,
                false,
                true,
                0,
                List.of(),
                TokenizerOfBytes.START,
                List.of(TokenizerOfBytes.END));
        ModelConfig shape = classes > 0 ? words.withClasses(classes, List.of()) : words;
        model = FrozenModel.of(
                TransformerHalf.random(shape, HalfRange.whole(DEPTH), Precision.FP32, new RandomStreams(SEED)));
    }

    /** A language model that learns completions. */
    static TinyRun language(Scheme scheme, int rounds, boolean recompute) {
        LoraConfig lora = new LoraConfig(2, 4, 0, IN_LLAMA_BLOCKS, false);
        return new TinyRun(config(scheme, rounds, lora, recompute, Optional.empty()), TextOptions.of(LONGEST_TEXT), 0);
    }

    /** A language model whose activations are coded against their samples' last visits. */
    static TinyRun remembering(Scheme scheme, int rounds, SampleCacheConfig cache) {
        LoraConfig lora = new LoraConfig(2, 4, 0, IN_LLAMA_BLOCKS, false);
        return new TinyRun(config(scheme, rounds, lora, false, Optional.of(cache)), TextOptions.of(LONGEST_TEXT), 0);
    }

    /** A language model with a head that tells the kind of a text. */
    static TinyRun classifier(Scheme scheme, int rounds, int classes) {
        LoraConfig lora = new LoraConfig(2, 4, 0, IN_LLAMA_BLOCKS, true);
        TextOptions options = new TextOptions(
                LONGEST_TEXT, false, TextOptions.LossOn.LABEL, Optional.of("kind"), Optional.empty(), Optional.empty());
        return new TinyRun(config(scheme, rounds, lora, false, Optional.empty()), options, classes);
    }

    private static TrainingConfig config(
            Scheme scheme, int rounds, LoraConfig lora, boolean recompute, Optional<SampleCacheConfig> cache) {
        return new TrainingConfig(
                scheme,
                rounds,
                1,
                8,
                3,
                cache,
                recompute,
                SGD,
                Tuning.LORA,
                lora,
                new AdapterCompression.Lossless(),
                Precision.FP32,
                SEED,
                Duration.ofSeconds(30));
    }

    private static TrainingConfig config(
            Scheme scheme,
            int rounds,
            double dropout,
            Duration deviceTimeout,
            OptimizerConfig optimizer,
            Tuning tuning,
            Set<LoraTarget> targets) {
        LoraConfig lora = new LoraConfig(2, 4, dropout, targets, true);
        return new TrainingConfig(
                scheme,
                rounds,
                1,
                8,
                3,
                Optional.empty(),
                false,
                optimizer,
                tuning,
                lora,
                new AdapterCompression.Lossless(),
                Precision.FP32,
                SEED,
                deviceTimeout);
    }

    static TinyRun of(Scheme scheme, int rounds, OptimizerConfig.Kind kind) {
        double learningRate = kind == OptimizerConfig.Kind.SGD ? 0.05 : 0.01;
        OptimizerConfig optimizer = new OptimizerConfig(kind, learningRate, 0.9, 0.01, 0.9);
        return new TinyRun(scheme, rounds, 0, Duration.ofSeconds(30), optimizer);
    }

    static TinyRun of(Scheme scheme, int rounds, Tuning tuning, Set<LoraTarget> targets) {
        return new TinyRun(config(scheme, rounds, 0, Duration.ofSeconds(30), SGD, tuning, targets));
    }

    /** The same run with adapters that travel in another way. */
    static TinyRun of(Scheme scheme, int rounds, AdapterCompression adapters) {
        return of(scheme, rounds, OptimizerConfig.Kind.SGD, adapters);
    }

    static TinyRun of(Scheme scheme, int rounds, OptimizerConfig.Kind kind, AdapterCompression adapters) {
        double learningRate = kind == OptimizerConfig.Kind.SGD ? 0.05 : 0.01;
        OptimizerConfig optimizer = new OptimizerConfig(kind, learningRate, 0.9, 0, 0.9);
        LoraConfig lora = new LoraConfig(2, 4, 0, IN_BLOCKS, true);
        return new TinyRun(new TrainingConfig(
                scheme,
                rounds,
                1,
                8,
                3,
                Optional.empty(),
                false,
                optimizer,
                Tuning.LORA,
                lora,
                adapters,
                Precision.FP32,
                SEED,
                Duration.ofSeconds(30)));
    }

    static TinyRun sft(int rounds) {
        return of(Scheme.SFT, rounds);
    }

    static TinyRun of(Scheme scheme, int rounds) {
        return new TinyRun(scheme, rounds, 0, Duration.ofSeconds(30));
    }

    /** All devices take part in all rounds, in the same way. */
    static RoundPolicy always(int devices, int cut, CutCompression compression) {
        return round -> Collections.nCopies(devices, new DeviceDecision(cut, compression, true));
    }

    /** No compression, cut 2; only the given devices take part. */
    static RoundPolicy only(int devices, Integer... participants) {
        return round -> IntStream.range(0, devices)
                .mapToObj(i -> new DeviceDecision(2, NONE, List.of(participants).contains(i)))
                .toList();
    }

    TestSet testSet() {
        return () -> testBatches.evaluation(10);
    }

    List<DeviceData> data(int devices) {
        Partition partition = new Partitioner.Iid().partition(train, devices, new RandomStreams(SEED));
        return IntStream.range(0, devices)
                .mapToObj(i -> new DeviceData(trainBatches, partition.indices(i), i, config.batchSize()))
                .toList();
    }

    static RunParties parties(int devices) {
        return new RunParties(
                IntStream.range(0, devices).mapToObj(i -> "device-" + i).toList(), new byte[0]);
    }

    TrainingServer server(int devices, RoundPolicy policy, RunStore store, RunListener listener) {
        return server(devices, policy, store, listener, WeightDistribution.SHARED);
    }

    TrainingServer server(
            int devices, RoundPolicy policy, RunStore store, RunListener listener, WeightDistribution weights) {
        return new TrainingServer(
                config, parties(devices), model, weights, policy, testSet(), store, listener, gate, Ticker.system());
    }

    RunSummary inProcess(int devices, int cut, CutCompression compression) throws IOException {
        return inProcess(devices, always(devices, cut, compression));
    }

    RunSummary inProcess(int devices, RoundPolicy policy, RunStore store, List<OptimizerStates> states)
            throws IOException {
        RunListener listener = new RunListener() {};
        List<DeviceTask> tasks = data(devices).stream()
                .map(data -> new DeviceTask(config, data, 0))
                .toList();
        return new InProcessRun(
                        server(devices, policy, store, listener),
                        parties(devices),
                        tasks,
                        model,
                        states,
                        listener,
                        gate,
                        Ticker.system())
                .run();
    }

    RunSummary inProcess(int devices, RoundPolicy policy) throws IOException {
        return inProcess(devices, policy, RunStore.NONE, Collections.nCopies(devices, OptimizerStates.NONE));
    }

    RunSummary unsplit(int learners) {
        return new UnsplitRun(config, model, testSet(), new RunListener() {}, Ticker.system()).run(named(learners));
    }

    RunSummary federated(int devices, RoundPolicy policy) {
        return new FederatedRun(config, model, policy, testSet(), new RunListener() {}, Ticker.system())
                .run(named(devices));
    }

    private Map<String, DeviceData> named(int devices) {
        Map<String, DeviceData> data = new LinkedHashMap<>();
        List<DeviceData> parts = data(devices);
        for (int i = 0; i < parts.size(); i++) {
            data.put("device-" + i, parts.get(i));
        }
        return data;
    }

    /** Federated averaging, of what devices trained in the order of their index. */
    static AdapterState fedAvg(List<Weighted> contributions) {
        DeviceDecision takesPart = new DeviceDecision(1, NONE, true);
        AdapterState none = new AdapterState(Map.of());
        Aggregation average = new Aggregation(none, 0, Collections.nCopies(contributions.size(), takesPart));
        for (int i = 0; i < contributions.size(); i++) {
            average.add(i, contributions.get(i).state(), contributions.get(i).samples());
        }
        return average.result();
    }

    /** What a device trained, and on how many samples. */
    record Weighted(AdapterState state, long samples) {}

    static double[] losses(RunSummary summary) {
        return summary.rounds().stream().mapToDouble(RoundRecord::loss).toArray();
    }

    @Override
    public void close() {
        model.close();
        closing.run();
    }
}
