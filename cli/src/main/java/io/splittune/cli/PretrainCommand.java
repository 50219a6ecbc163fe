package io.splittune.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.splittune.cli.scenario.Scenario;
import io.splittune.cli.scenario.ScenarioReader;
import io.splittune.core.Check;
import io.splittune.core.RandomStreams;
import io.splittune.core.Ticker;
import io.splittune.core.UserException;
import io.splittune.model.AdapterState;
import io.splittune.model.CheckpointWriter;
import io.splittune.model.LlamaConfig;
import io.splittune.model.ModelConfig;
import io.splittune.model.Precision;
import io.splittune.model.Rope;
import io.splittune.model.SafetensorsType;
import io.splittune.model.Tokenizer;
import io.splittune.model.TokenizerOfBytes;
import io.splittune.model.VitConfig;
import io.splittune.training.Evaluator;
import io.splittune.training.Pretraining;
import io.splittune.training.data.DataFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "pretrain",
        description =
                "Train a small model from nothing, as the built-in checkpoints were made: a vision transformer, or a LLaMA"
                        + " over bytes where the data has texts.",
        footer = {
            "",
            "Examples:",
            "  splittune pretrain --out my-vit --samples 2000 --epochs 2",
            "  splittune pretrain --out my-lm --format builtin:tales-source --samples 2000 --epochs 1",
        })
final class PretrainCommand extends AbstractCommand {
    private static final double LAYER_NORM_EPS = 1e-6;
    private static final int MLP_FACTOR = 4;
    private static final double RMS_NORM_EPS = 1e-5;
    private static final double ROPE_THETA = 10_000;
    /** A gated MLP has three matrices: with 8/3 of the width it is as large as a plain one of four times the width. */
    private static final int GATED_MLP_PARTS = 8;

    private static final int GATED_MLP_SHARE = 3;
    private static final double WARMUP_FRACTION = 0.05;
    private static final List<Double> HALF = List.of(0.5, 0.5, 0.5);

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Folder for config.json and model.safetensors.")
    @SuppressWarnings("NullAway.Init") // picocli requires it
    private Path out;

    @Option(names = "--force", description = "Replace a model that is there.")
    private boolean force;

    @Option(
            names = "--format",
            paramLabel = "NAME",
            description = "As data.format of a scenario (default: ${DEFAULT-VALUE}).")
    private String format = "builtin:shapes-source";

    @Option(names = "--train", paramLabel = "PATH", description = "Training data, unless built in.")
    private @Nullable Path train;

    @Option(names = "--test", paramLabel = "PATH", description = "Test data, unless built in.")
    private @Nullable Path test;

    @Option(names = "--classes", paramLabel = "A-B", description = "Only these classes, as in 0-79.")
    private @Nullable String classes;

    @Option(
            names = "--samples",
            paramLabel = "N",
            description = "Only so many training samples (default for built-in data: 20000).")
    private @Nullable Integer samples;

    @Option(names = "--image-size", paramLabel = "N", description = "Pixels (default: ${DEFAULT-VALUE}).")
    private int imageSize = 32;

    @Option(names = "--patch-size", paramLabel = "N", description = "Pixels (default: ${DEFAULT-VALUE}).")
    private int patchSize = 4;

    @Option(names = "--width", paramLabel = "N", description = "Hidden width (default: ${DEFAULT-VALUE}).")
    private int width = 192;

    @Option(names = "--depth", paramLabel = "N", description = "Blocks (default: ${DEFAULT-VALUE}).")
    private int depth = 6;

    @Option(names = "--heads", paramLabel = "N", description = "Attention heads (default: ${DEFAULT-VALUE}).")
    private int heads = 3;

    @Option(
            names = "--key-value-heads",
            paramLabel = "N",
            description = "Texts: heads of keys and values (default: as many as --heads).")
    private @Nullable Integer keyValueHeads;

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            description = "Texts: longest row of tokens (default: ${DEFAULT-VALUE}).")
    private int maxTokens = 256;

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the data (default: ${DEFAULT-VALUE}).")
    private int epochs = 20;

    @Option(names = "--batch-size", paramLabel = "N", description = "Samples per step (default: ${DEFAULT-VALUE}).")
    private int batchSize = 128;

    @Option(names = "--learning-rate", paramLabel = "X", description = "After the warm-up (default: ${DEFAULT-VALUE}).")
    private double learningRate = 1e-3;

    @Option(names = "--weight-decay", paramLabel = "X", description = "AdamW's (default: ${DEFAULT-VALUE}).")
    private double weightDecay = 0.05;

    @Option(
            names = "--precision",
            paramLabel = "P",
            description = "Of the computation: fp32 or bf16 (default: ${DEFAULT-VALUE}).")
    private Precision precision = Precision.FP32;

    @Option(names = "--seed", paramLabel = "N", description = "Root of all random numbers (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    private record Epoch(int number, double loss, Evaluator.Score score) {}

    @Override
    Report execute() throws IOException {
        Path target = out.resolve("model.safetensors");
        if (Files.exists(target) && !force) {
            throw new UserException(target + ": is there already; choose another --out, or say --force to replace it");
        }
        boolean texts = DataFormat.parse(format).isText();
        Scenario scenario = scenario(texts);
        ModelConfig shape = texts ? languageShape() : imageShape();
        List<Epoch> done = new ArrayList<>();
        try (Tokenizer bytes = TokenizerOfBytes.make();
                RunData data = RunData.open(scenario, shape, Optional.of(bytes))) {
            ModelConfig config = texts ? shape : shape.withClasses(data.labels().size(), data.labels());
            Pretraining training = new Pretraining(recipe(), new RandomStreams(seed), Ticker.system());
            AdapterState weights = training.train(
                    config,
                    precision,
                    data.device(data.everything(), 0),
                    data.testSet(),
                    (epoch, loss, score, seconds) -> {
                        done.add(new Epoch(epoch, loss, score));
                        err().println(String.format(
                                Locale.ROOT,
                                "epoch %d: loss %.4f, test loss %.4f, accuracy %.1f %%, %.1f s",
                                epoch,
                                loss,
                                score.loss(),
                                100 * score.accuracy(),
                                seconds));
                    });
            CheckpointWriter.write(out, config, weights, SafetensorsType.BF16);
            if (texts) {
                TokenizerOfBytes.write(out);
            }
        }
        return report(target, done.get(done.size() - 1));
    }

    /** The data section of a scenario says all that is needed; the rest of it is not looked at. */
    private Scenario scenario(boolean texts) {
        List<String> keys = new ArrayList<>();
        keys.add("data.format=" + quoted(format));
        if (train != null) {
            keys.add("data.train=" + quoted(train.toString()));
        }
        if (test != null) {
            keys.add("data.test=" + quoted(test.toString()));
        }
        if (classes != null) {
            keys.add("data.classes=" + labels(classes));
        }
        if (samples != null || format.startsWith("builtin:")) {
            keys.add("data.trainLimit=" + (samples == null ? 20_000 : samples));
        }
        keys.add(texts ? "data.packing=true" : "data.augment=true");
        if (texts) {
            keys.add("data.lossOn=all");
            keys.add("data.maxTokens=" + maxTokens);
        }
        keys.add("training.batchSize=" + batchSize);
        keys.add("seed=" + seed);
        return ScenarioReader.readText("{model: {checkpoint: none}}", "pretrain", Path.of(""), keys);
    }

    private static String quoted(String text) {
        return Json.line(TextNode.valueOf(text));
    }

    private static String labels(String range) {
        String[] ends = range.split("-", -1);
        if (ends.length == 2 && ends[0].matches("\\d{1,6}") && ends[1].matches("\\d{1,6}")) {
            List<String> labels = new ArrayList<>();
            for (int label = Integer.parseInt(ends[0]); label <= Integer.parseInt(ends[1]); label++) {
                labels.add(String.valueOf(label));
            }
            if (!labels.isEmpty()) {
                return "[" + String.join(", ", labels) + "]";
            }
        }
        throw new UserException("--classes: read '" + range + "', expected a range, as in 0-79");
    }

    private LlamaConfig languageShape() {
        try {
            Check.require(width % heads == 0, "--width (%s) must be a multiple of --heads (%s)", width, heads);
            return new LlamaConfig(
                    TokenizerOfBytes.VOCABULARY,
                    maxTokens,
                    width,
                    depth,
                    heads,
                    keyValueHeads == null ? heads : keyValueHeads,
                    width / heads,
                    GATED_MLP_PARTS * width / GATED_MLP_SHARE,
                    RMS_NORM_EPS,
                    Rope.of(ROPE_THETA),
                    false,
                    false,
                    false,
                    true,
                    0,
                    List.of(),
                    TokenizerOfBytes.START,
                    List.of(TokenizerOfBytes.END));
        } catch (IllegalArgumentException e) {
            throw new UserException(String.valueOf(e.getMessage()), e); // the sizes were the user's
        }
    }

    /** The classes are the data's, which is opened for the image size. */
    private VitConfig imageShape() {
        try {
            return new VitConfig(
                    imageSize,
                    patchSize,
                    HALF.size(),
                    width,
                    depth,
                    heads,
                    MLP_FACTOR * width,
                    1,
                    LAYER_NORM_EPS,
                    true,
                    HALF,
                    HALF,
                    List.of());
        } catch (IllegalArgumentException e) {
            throw new UserException(String.valueOf(e.getMessage()), e); // the sizes were the user's
        }
    }

    private Pretraining.Recipe recipe() {
        try {
            return new Pretraining.Recipe(epochs, learningRate, weightDecay, WARMUP_FRACTION);
        } catch (IllegalArgumentException e) {
            throw new UserException(String.valueOf(e.getMessage()), e);
        }
    }

    private static Report report(Path target, Epoch last) throws IOException {
        ObjectNode json = Json.object();
        json.put("model", target.toString()).put("bytes", Files.size(target)).put("epochs", last.number());
        Json.put(json, "loss", last.loss());
        Json.put(json, "testLoss", last.score().loss());
        Json.put(json, "accuracy", last.score().accuracy());
        return new Report(
                json,
                String.format(
                        Locale.ROOT,
                        "%s: accuracy %.1f %% on the test set",
                        target,
                        100 * last.score().accuracy()));
    }
}
