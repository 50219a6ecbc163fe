package io.splittune.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.cli.scenario.Scenario;
import io.splittune.cli.scenario.ScenarioReader;
import io.splittune.cli.scenario.ScenarioWriter;
import io.splittune.core.Ticker;
import io.splittune.model.Precision;
import io.splittune.tensor.DType;
import io.splittune.tensor.Torch;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "quickstart",
        description =
                "See it work: a server and three devices, processes of their own, train a small model in a minute or two.",
        footer = {"", "Examples:", "  splittune quickstart", "  splittune quickstart --language"})
final class QuickstartCommand extends AbstractCommand {
    private static final String SCENARIO = "quickstart.yaml";
    private static final String LANGUAGE_SCENARIO = "quickstart-language.yaml";
    private static final int SHOWN_TOKENS = 160;

    /** A record as in the built-in task, which no training sample has. */
    private static final String SHOWN_PROMPT = "name: Blue Fern | food: soup | price: low | area: river\n";

    /** A product as in the built-in model: a batch's tokens through the first layer of an MLP. */
    private static final long TOKENS = 1040;

    private static final long WIDTH = 192;
    private static final long MLP_WIDTH = 768;
    private static final double MEASURED_SECONDS = 0.1;

    @Option(names = "--language", description = "Train a small language model instead of a vision transformer.")
    private boolean language;

    @Option(
            names = "--set",
            paramLabel = "PATH=VALUE",
            description = "Override a key of the built-in scenario; may be given several times.")
    private List<String> overrides = new ArrayList<>();

    @Option(names = "--seed", paramLabel = "N", description = "Short for --set seed=N.")
    private @Nullable Long seed;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Folder of the run (default: runs/quickstart, replaced).")
    private @Nullable Path out;

    @Option(names = "--force", description = "Replace a run that is there.")
    private boolean force;

    @Override
    Report execute() throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(overrides);
        if (seed != null) {
            all.add("seed=" + seed);
        }
        if (all.stream().noneMatch(override -> override.startsWith("model.precision="))) {
            all.add("model.precision=" + fasterPrecision());
        }
        Scenario scenario = ScenarioReader.readText(scenarioText(), scenarioName(), Path.of(""), all);
        Path folder = out == null ? Path.of("runs", "quickstart") : out;
        Path scratch = Files.createTempDirectory("splittune-quickstart");
        try (ProgressView view = new ProgressView(
                        err(),
                        ProgressView.isTerminal(),
                        Devices.names(scenario.devices().count()));
                LocalCluster cluster = new LocalCluster(scratch, view)) {
            Path file = Files.writeString(scratch.resolve(scenarioName()), ScenarioWriter.toYaml(scenario));
            cluster.run(file, scenario, folder, force || out == null);
            ObjectNode summary = (ObjectNode) Json.parse(Files.readString(folder.resolve("summary.json")));
            String shown = language ? beforeAndAfter(scenario, folder) : "";
            return new Report(summary, text(summary, folder, shown));
        } finally {
            RunDirectory.delete(scratch);
        }
    }

    private String scenarioName() {
        return language ? LANGUAGE_SCENARIO : SCENARIO;
    }

    /** What a user looks for in a language model: the same prompt without and with the adapter. */
    private static String beforeAndAfter(Scenario scenario, Path folder) throws IOException {
        Path model = ModelFolder.locate(scenario.model().checkpoint().orElseThrow());
        Continuation.Options options = new Continuation.Options(SHOWN_TOKENS, 0, 1, Precision.FP32);
        String before =
                Continuation.of(model, Optional.empty(), SHOWN_PROMPT, options).text();
        String after = Continuation.of(model, Optional.of(folder.resolve("adapter")), SHOWN_PROMPT, options)
                .text();
        return "\n\nprompt: " + SHOWN_PROMPT.strip() + "\nbefore: " + before.strip() + "\nafter:  " + after.strip();
    }

    /** Some processors multiply bf16 several times as fast as fp32, others only emulate it. */
    private static String fasterPrecision() {
        double bf16 = Torch.measureMatmulFlopsPerSecond(
                DType.BF16, TOKENS, WIDTH, MLP_WIDTH, MEASURED_SECONDS, Ticker.system());
        double fp32 = Torch.measureMatmulFlopsPerSecond(
                DType.FP32, TOKENS, WIDTH, MLP_WIDTH, MEASURED_SECONDS, Ticker.system());
        return bf16 > fp32 ? "bf16" : "fp32";
    }

    private String scenarioText() throws IOException {
        try (@Nullable InputStream in = QuickstartCommand.class.getResourceAsStream(scenarioName())) {
            if (in == null) {
                throw new IllegalStateException("This build lacks " + scenarioName() + ".");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String text(ObjectNode summary, Path folder, String shown) {
        return TrainCommand.text(summary)
                + shown
                + "\n\nTry next:\n"
                + (language
                        ? "  splittune generate --model builtin:lm-mini --adapter " + folder + "/adapter --prompt ...\n"
                        : "  splittune quickstart --set compression=none            what compression saves, and costs\n")
                + "  splittune train " + folder + "/scenario.yaml --out runs/local --set training.scheme=local\n"
                + "                                                         every device alone\n"
                + "  splittune evaluate " + folder + "/scenario.yaml --adapter " + folder + "/adapter\n"
                + "  splittune export " + folder + " --out merged           an ordinary model folder\n"
                + "  splittune server --help, splittune device --help       the same on several machines\n";
    }
}
