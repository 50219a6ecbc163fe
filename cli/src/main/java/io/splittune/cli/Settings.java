package io.splittune.cli;

import io.splittune.cli.scenario.CompressionSection;
import io.splittune.cli.scenario.CutSetting;
import io.splittune.cli.scenario.GradientSection;
import io.splittune.cli.scenario.LoraSection;
import io.splittune.cli.scenario.OptimizerSection;
import io.splittune.cli.scenario.PartitionSection;
import io.splittune.cli.scenario.PlannerSection;
import io.splittune.cli.scenario.PrecisionName;
import io.splittune.cli.scenario.Scenario;
import io.splittune.cli.scenario.SchemeName;
import io.splittune.cli.scenario.StreamSection;
import io.splittune.cli.scenario.StreamSetting;
import io.splittune.cli.scenario.TrainingSection;
import io.splittune.codec.Compression;
import io.splittune.codec.FloatFormat;
import io.splittune.codec.SampleCache;
import io.splittune.core.UserException;
import io.splittune.model.LlamaConfig;
import io.splittune.model.LoraConfig;
import io.splittune.model.LoraTarget;
import io.splittune.model.ModelConfig;
import io.splittune.model.Precision;
import io.splittune.training.CutCompression;
import io.splittune.training.DeviceDecision;
import io.splittune.training.OptimizerConfig;
import io.splittune.training.RoundPolicy;
import io.splittune.training.SampleCacheConfig;
import io.splittune.training.Scheme;
import io.splittune.training.TrainingConfig;
import io.splittune.training.Tuning;
import io.splittune.training.data.Partitioner;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Turns a scenario's sections into what the training code takes, and refuses what this build cannot run yet. */
final class Settings {
    private static final double MILLIS_PER_SECOND = 1000;

    /** What a vision transformer's names of layers stand for in a LLaMA. */
    private static final Map<String, List<LoraTarget>> IN_A_LLAMA = Map.of(
            "qkv", List.of(LoraTarget.Q_PROJ, LoraTarget.K_PROJ, LoraTarget.V_PROJ),
            "proj", List.of(LoraTarget.O_PROJ),
            "fc1", List.of(LoraTarget.GATE_PROJ, LoraTarget.UP_PROJ),
            "fc2", List.of(LoraTarget.DOWN_PROJ));

    private Settings() {}

    static TrainingConfig training(Scenario scenario, Scheme scheme, LoraConfig lora) {
        TrainingSection training = scenario.training();
        OptimizerSection optimizer = training.optimizer();
        boolean full = scheme == Scheme.SFLAM && training.tuning() == TrainingSection.Tuning.FULL;
        Tuning tuning = full ? Tuning.FULL : Tuning.LORA;
        OptimizerConfig.Kind kind = switch (optimizer.kind()) {
            case SGD -> OptimizerConfig.Kind.SGD;
            case ADAMW -> OptimizerConfig.Kind.ADAMW;
        };
        return new TrainingConfig(
                scheme,
                training.rounds(),
                training.localEpochs(),
                training.batchSize(),
                Math.min(training.microBatch(), training.batchSize()),
                sampleCache(scenario.compression()),
                training.recompute(),
                new OptimizerConfig(
                        kind,
                        scheme == Scheme.FL || tuning == Tuning.FULL
                                ? optimizer.fullLearningRate().orElse(optimizer.learningRate())
                                : optimizer.learningRate(),
                        optimizer.momentum(),
                        optimizer.weightDecay(),
                        optimizer.decay(),
                        new OptimizerConfig.Schedule(
                                optimizer.warmupRounds(), optimizer.schedule() == OptimizerSection.Schedule.COSINE),
                        optimizer.clipNorm().orElse(Double.POSITIVE_INFINITY)),
                tuning,
                lora,
                scenario.compression().adapters().compression(),
                precision(scenario),
                scenario.seed(),
                seconds(scenario.server().deviceTimeoutSeconds()));
    }

    static Duration seconds(double seconds) {
        return Duration.ofMillis((long) Math.ceil(seconds * MILLIS_PER_SECOND));
    }

    /** Returns whether a run of a scheme keeps checkpoints that it can go on from. */
    static boolean resumes(Scenario scenario, Scheme scheme) {
        return scheme.resumes()
                && (scheme != Scheme.SFLAM || scenario.training().tuning() == TrainingSection.Tuning.LORA);
    }

    /**
     * Returns which layers get adapters.
     *
     * @param model that is trained; a vision transformer's names of layers also stand for those of a LLaMA
     * @throws UserException for a layer that the model does not have
     */
    static LoraConfig lora(LoraSection lora, ModelConfig model) {
        EnumSet<LoraTarget> targets = EnumSet.noneOf(LoraTarget.class);
        for (String name : lora.targets()) {
            List<LoraTarget> found = targets(name, model);
            if (found.isEmpty()) {
                throw new UserException("lora.targets: read '" + name + "', this model has "
                        + Arrays.stream(LoraTarget.values())
                                .filter(target -> target.isOf(model))
                                .map(LoraTarget::key)
                                .collect(Collectors.joining(", ")));
            }
            targets.addAll(found);
        }
        return new LoraConfig(
                lora.rank(),
                lora.alpha(),
                lora.dropout(),
                targets,
                lora.trainHead().orElse(model.classes() > 0));
    }

    private static List<LoraTarget> targets(String name, ModelConfig model) {
        if (model instanceof LlamaConfig && IN_A_LLAMA.containsKey(name)) {
            return IN_A_LLAMA.getOrDefault(name, List.of());
        }
        LoraTarget target = LoraTarget.ofKey(name);
        return target.isOf(model) ? List.of(target) : List.of();
    }

    static Precision precision(Scenario scenario) {
        return scenario.model().precision() == PrecisionName.BF16 ? Precision.BF16 : Precision.FP32;
    }

    /** Returns the scheme of a name. */
    static Scheme scheme(SchemeName name) {
        return Scheme.valueOf(name.name());
    }

    /** Returns who plans for a scheme. */
    static PlannerSection.Kind planner(Scenario scenario, Scheme scheme) {
        return scenario.planner().kindFor(SchemeName.valueOf(scheme.name()));
    }

    /** Returns the schemes for which a condition holds, for messages. */
    static String schemes(Predicate<Scheme> condition) {
        return Arrays.stream(Scheme.values()).filter(condition).map(Scheme::key).collect(Collectors.joining(", "));
    }

    static Partitioner partitioner(PartitionSection partition) {
        return switch (partition.kind()) {
            case IID -> new Partitioner.Iid();
            case DIRICHLET -> new Partitioner.Dirichlet(partition.alpha());
            case SHARDS -> new Partitioner.Shards(partition.shardsPerDevice());
            case FILE -> new Partitioner.ByFile();
            case KEY -> new Partitioner.ByKey();
        };
    }

    /**
     * Returns the policy of a scenario whose cut and compression are fixed.
     *
     * @param scenario what is wanted
     * @param scheme of the run; {@code sflam} has its own cut
     * @param depth blocks of the model
     * @throws UserException when a cut does not fit the model
     */
    static RoundPolicy fixedPolicy(Scenario scenario, Scheme scheme, int depth) {
        CutSetting cut = scheme.cutsAfterEmbedding()
                ? new CutSetting(List.of(0))
                : scenario.split().cut();
        for (int blocks : cut.cuts()) {
            if (!scheme.cutsAfterEmbedding() && (blocks < 1 || blocks >= depth)) {
                throw new UserException("split.cut: read " + blocks + ", expected a whole number in [1, " + (depth - 1)
                        + "]: the model has " + depth + " blocks, and both sides need one");
            }
        }
        CutCompression compression = compression(scenario.compression(), precision(scenario));
        List<DeviceDecision> decisions = IntStream.range(0, scenario.devices().count())
                .mapToObj(device -> new DeviceDecision(cut.cutOf(device), compression, true))
                .toList();
        return round -> decisions;
    }

    static CutCompression compression(CompressionSection section, Precision precision) {
        Compression activations = section.activations()
                .section()
                .map(Settings::quantised)
                .orElseGet(() -> plain(section.activations(), precision));
        Compression gradients = section.gradients()
                .section()
                .map(Settings::quantised)
                .orElseGet(() -> plain(section.gradients(), precision));
        // There is a mask to share only where the activations are sparse.
        boolean sparse =
                section.activations().section().map(stream -> stream.keep() < 1).orElse(false);
        Optional<GradientSection> gradient = section.gradients().section();
        return new CutCompression(
                activations,
                gradients,
                sparse && gradient.map(GradientSection::shareMask).orElse(false));
    }

    private static Optional<SampleCacheConfig> sampleCache(CompressionSection compression) {
        return compression.cache().map(cache -> {
            StreamSection usual = compression.activations().section().orElseThrow();
            SampleCache.Limits limits =
                    new SampleCache.Limits((long) cache.megabytes() << 20, (long) cache.memoryMegabytes() << 20);
            return new SampleCacheConfig(
                    limits,
                    new Compression.Quantised(
                            cache.firstKeep(), cache.firstLevels(), usual.coder(), usual.rounding(), usual.points()));
        });
    }

    private static Compression quantised(StreamSection stream) {
        return new Compression.Quantised(
                stream.keep(), stream.levels(), stream.coder(), stream.rounding(), stream.points());
    }

    private static Compression quantised(GradientSection stream) {
        return new Compression.Quantised(
                stream.keep(), stream.levels(), stream.coder(), stream.rounding(), stream.points());
    }

    /** Returns how a planner that chooses no compression has values sent. */
    static FloatFormat plainFormat(Scenario scenario) {
        return plainFormat(FloatFormat.FP32, precision(scenario));
    }

    /** What the model computes in bf16 loses nothing when it is sent in bf16. */
    private static FloatFormat plainFormat(FloatFormat wanted, Precision precision) {
        return precision == Precision.BF16 ? FloatFormat.BF16 : wanted;
    }

    private static Compression plain(StreamSetting<?> setting, Precision precision) {
        return new Compression.None(plainFormat(setting.format(), precision));
    }
}
