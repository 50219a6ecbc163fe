package io.splittune.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.cli.scenario.GradientSection;
import io.splittune.cli.scenario.Scenario;
import io.splittune.cli.scenario.StreamSection;
import io.splittune.codec.Coder;
import io.splittune.core.UserException;
import io.splittune.model.HalfRange;
import io.splittune.model.ModelConfig;
import io.splittune.planner.AccuracySurface;
import io.splittune.simulation.BestCompression;
import io.splittune.simulation.CalibrationFile;
import io.splittune.simulation.CalibrationGrid;
import io.splittune.simulation.CalibrationPoint;
import io.splittune.simulation.CalibrationTable;
import io.splittune.training.FrozenModel;
import io.splittune.training.HalfSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "calibrate",
        description = "Measure what compressions of a real model on real data save, and what they cost in accuracy.",
        footer = {
            "",
            "Takes planner.keep and planner.levels as the grid (30 points when left out), coder and shareMask from",
            "compression, and trains shortly for each point and once without compression. data.trainLimit and --rounds say",
            "how long. planner.calibration of other scenarios takes the file.",
            "",
            "Example:",
            "  splittune calibrate examples/shapes.yaml --rounds 1 --set planner.levels=[1,7] --out calibration.json"
        })
final class CalibrateCommand extends AbstractCommand {
    @Mixin
    private ScenarioOptions scenarioOptions = new ScenarioOptions();

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "File for planner.calibration (JSON).")
    @SuppressWarnings("NullAway.Init") // picocli requires it
    private Path out;

    @Option(names = "--rounds", paramLabel = "N", description = "Rounds of each short training (default: 3).")
    private int rounds = 3;

    @Override
    Report execute() throws IOException {
        if (rounds < 1) {
            throw new UserException("--rounds: read " + rounds + ", expected a whole number >= 1");
        }
        Scenario scenario = scenarioOptions.read("training.rounds=" + rounds);
        CalibrationGrid grid = grid(scenario);
        try (RunModel model = RunModel.open(scenario);
                RunData data = RunData.open(scenario, model.base(), model.tokenizer())) {
            ModelConfig trained = model.trained(scenario, data.labels());
            int cut = cut(scenario, trained.depth());
            err().printf(
                            Locale.ROOT,
                            "%d compressions and one training without, each %d rounds on %d samples, cut %d%n",
                            grid.size(),
                            rounds,
                            data.trainSamples(),
                            cut);
            HalfRange whole = HalfRange.whole(trained.depth());
            try (HalfSource weights =
                    FrozenModel.load(model.checkpoint(), trained, whole, Settings.precision(scenario))) {
                CalibrationTable table = ShortTrainings.calibrate(
                        scenario,
                        grid,
                        coder(scenario),
                        shareMask(scenario),
                        data,
                        weights,
                        cut,
                        (point, done, all) -> err().println(done + "/" + all + " " + line(point)));
                CalibrationFile.write(out, table);
                return report(table);
            }
        }
    }

    private static CalibrationGrid grid(Scenario scenario) {
        return new CalibrationGrid(
                sorted(scenario.planner().keep(), CalibrationGrid.DEFAULT.keeps()),
                sorted(scenario.planner().levels(), CalibrationGrid.DEFAULT.levels()));
    }

    private static <T extends Comparable<T>> List<T> sorted(Optional<List<T>> given, List<T> otherwise) {
        return given.map(values -> values.stream().sorted().toList()).orElse(otherwise);
    }

    /** The middle of the model stands for a cut that a planner is to decide. */
    private static int cut(Scenario scenario, int depth) {
        List<Integer> cuts = scenario.split().cut().cuts();
        int cut = cuts.isEmpty() ? Math.max(1, depth / 2) : cuts.get(0);
        if (cut < 1 || cut >= depth) {
            throw new UserException("split.cut: read " + cut + ", expected a whole number in [1, " + (depth - 1)
                    + "]: the model has " + depth + " blocks, and both sides need one");
        }
        return cut;
    }

    private static Coder coder(Scenario scenario) {
        return scenario.compression()
                .activations()
                .section()
                .map(StreamSection::coder)
                .orElse(Coder.ADAPTIVE);
    }

    private static boolean shareMask(Scenario scenario) {
        return scenario.compression()
                .gradients()
                .section()
                .map(GradientSection::shareMask)
                .orElse(true);
    }

    private Report report(CalibrationTable table) {
        ObjectNode json = Json.object();
        json.put("model", table.model()).put("cut", table.cut()).put("out", out.toString());
        Json.put(json, "uncompressedAccuracy", table.uncompressedAccuracy());
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT, "accuracy without compression %.2f %%%n", 100 * table.uncompressedAccuracy()));
        ArrayNode points = json.putArray("points");
        for (CalibrationPoint point : table.points()) {
            put(points.addObject(), point);
            text.append(line(point)).append(System.lineSeparator());
        }
        text.append(String.format("%nbest for its size:%n"));
        ArrayNode best = json.putArray("best");
        for (CalibrationPoint point : new BestCompression(table).front()) {
            put(best.addObject(), point);
            text.append(line(point)).append(System.lineSeparator());
        }
        Optional<AccuracySurface> surface = new MeasuredCompressions(table).surface();
        if (surface.isPresent()) {
            Json.put(json, "meanSquaredError", surface.get().meanSquaredError());
            text.append(String.format(
                    Locale.ROOT,
                    "%ncubic surface: mean squared error %.3g%n",
                    surface.get().meanSquaredError()));
        } else {
            json.putNull("meanSquaredError");
            text.append(String.format("%ncubic surface: needs four kept fractions and four numbers of levels%n"));
        }
        return new Report(json, text.append("written to ").append(out).toString());
    }

    private static void put(ObjectNode json, CalibrationPoint point) {
        json.put("keep", point.keep()).put("levels", point.levels());
        Json.put(json, "activationRatio", point.activationRatio());
        Json.put(json, "gradientRatio", point.gradientRatio());
        Json.put(json, "accuracy", point.accuracy());
    }

    private static String line(CalibrationPoint point) {
        return String.format(
                Locale.ROOT,
                "keep %.2f  levels %5d  beta up %.4f  down %.4f  accuracy %6.2f %% of uncompressed",
                point.keep(),
                point.levels(),
                point.activationRatio(),
                point.gradientRatio(),
                100 * point.accuracy());
    }
}
