package io.splittune.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.cli.scenario.Scenario;
import io.splittune.core.RandomStreams;
import io.splittune.core.UserException;
import io.splittune.model.AdapterSet;
import io.splittune.model.HalfRange;
import io.splittune.model.ModelConfig;
import io.splittune.model.PeftAdapter;
import io.splittune.model.TrainableSet;
import io.splittune.model.TransformerHalf;
import io.splittune.model.VitConfig;
import io.splittune.training.Evaluator;
import io.splittune.training.data.Batch;
import io.splittune.training.data.BatchSource;
import io.splittune.training.data.ImageBatch;
import io.splittune.training.data.TokenBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "evaluate",
        description = "Measure accuracy and loss on a scenario's test set, with an adapter or without.",
        footer = {"", "Example:", "  splittune evaluate examples/shapes.yaml --adapter runs/try/adapter"})
final class EvaluateCommand extends AbstractCommand {
    @Mixin
    private ScenarioOptions scenarioOptions = new ScenarioOptions();

    @Option(
            names = "--adapter",
            paramLabel = "DIR",
            description = "Folder with adapter_config.json, as a run writes it.")
    private @Nullable Path adapter;

    @Option(
            names = "--save-logits",
            paramLabel = "DIR",
            description =
                    "Also write the first test samples as pixels.npy or tokens.npy and their logits as logits.npy.")
    private @Nullable Path logitsFolder;

    @Override
    Report execute() throws IOException {
        Scenario scenario = scenarioOptions.read();
        try (RunModel model = RunModel.open(scenario);
                RunData data = RunData.open(scenario, model.base(), model.tokenizer())) {
            ModelConfig config = model.trained(scenario, data.labels());
            HalfRange whole = HalfRange.whole(config.depth());
            try (TransformerHalf base =
                            TransformerHalf.load(model.checkpoint(), config, whole, Settings.precision(scenario));
                    TrainableSet trained = adapters(scenario, base, config);
                    BatchSource batches = data.testSet().open()) {
                Evaluator evaluator = new Evaluator(base);
                if (logitsFolder != null) {
                    saveLogits(logitsFolder, evaluator, trained, data, config);
                }
                return report(evaluator.evaluate(trained, batches), config.givesWords());
            }
        }
    }

    /** What another implementation needs to be compared with this one. */
    private static void saveLogits(
            Path folder, Evaluator evaluator, TrainableSet trained, RunData data, ModelConfig config)
            throws IOException {
        try (BatchSource batches = data.testSet().open()) {
            Batch first = batches.next();
            float[] logits = evaluator.logits(trained, first);
            if (first instanceof ImageBatch images) {
                int side = images.imageSize();
                int channels = ((VitConfig) config).channels();
                NpyFile.write(folder.resolve("pixels.npy"), images.pixels(), images.size(), channels, side, side);
                NpyFile.write(folder.resolve("logits.npy"), logits, images.size(), config.outputs());
            } else if (first instanceof TokenBatch texts) {
                int rows = texts.size();
                int length = texts.rowLength();
                NpyFile.write(folder.resolve("tokens.npy"), floats(texts.tokens()), rows, length);
                NpyFile.write(folder.resolve("logits.npy"), logits, rows, length, config.outputs());
            }
        }
    }

    /** Token numbers are exact in fp32. */
    private static float[] floats(int[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values[i];
        }
        return floats;
    }

    private TrainableSet adapters(Scenario scenario, TransformerHalf base, ModelConfig config) {
        if (adapter == null) {
            return AdapterSet.create(base, Settings.lora(scenario.lora(), config), new RandomStreams(scenario.seed()));
        }
        PeftAdapter.Loaded loaded = PeftAdapter.read(adapter, config);
        if (loaded.config().classes() != config.classes()) {
            throw new UserException(adapter + ": was trained for "
                    + loaded.config().classes() + " classes, the scenario's data has " + config.classes());
        }
        return AdapterSet.of(loaded.lora(), loaded.state());
    }

    private static Report report(Evaluator.Score score, boolean language) {
        ObjectNode json = Json.object();
        Json.put(json, "accuracy", score.accuracy());
        String perplexity = "";
        if (language) {
            Json.put(json, "perplexity", Math.exp(score.loss()));
            perplexity = String.format(Locale.ROOT, "perplexity %.4f, ", Math.exp(score.loss()));
        }
        Json.put(json, "loss", score.loss());
        json.put("samples", score.samples());
        return new Report(
                json,
                perplexity
                        + String.format(
                                Locale.ROOT,
                                "accuracy %.2f %%, loss %.4f on %d samples",
                                100 * score.accuracy(),
                                score.loss(),
                                score.samples()));
    }
}
