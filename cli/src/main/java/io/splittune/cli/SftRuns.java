package io.splittune.cli;

import io.splittune.cli.scenario.Scenario;
import io.splittune.codec.Coder;
import io.splittune.model.HalfRange;
import io.splittune.model.ModelConfig;
import io.splittune.simulation.CalibrationGrid;
import io.splittune.simulation.CalibrationTable;
import io.splittune.simulation.reproduction.SftTrainings;
import io.splittune.simulation.reproduction.TrainedRound;
import io.splittune.training.FrozenModel;
import io.splittune.training.HalfSource;
import io.splittune.training.Scheme;
import io.splittune.training.data.Split;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** The trainings of {@code reproduce sft --train}. */
final class SftRuns implements SftTrainings {
    /** Rounds of each point of Fig. 3 and 7: seventeen trainings must fit the budget. */
    private static final int SHORT_ROUNDS = 2;

    private final PaperRuns runs;

    SftRuns(PaperRuns runs) {
        this.runs = runs;
    }

    @Override
    public String setting() {
        return runs.setting("ViT-B/16") + " (" + shortRounds() + " for each point of Fig. 3 and 7).";
    }

    private int shortRounds() {
        return Math.min(SHORT_ROUNDS, runs.read().training().rounds());
    }

    private static String partition(Split split) {
        return "data.partition.kind=" + split.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public List<Double> accuracyByRound(Split split, Scheme scheme) throws IOException {
        String name = split.name().toLowerCase(Locale.ROOT) + "-" + scheme.key();
        return runs.train(name, runs.read(partition(split)), scheme).stream()
                .map(TrainedRound::accuracy)
                .toList();
    }

    @Override
    public CalibrationTable calibrate(CalibrationGrid grid) throws IOException {
        Scenario scenario = runs.read(partition(Split.IID), "training.rounds=" + shortRounds());
        int cut = scenario.split().cut().cutOf(0);
        try (RunModel model = RunModel.open(scenario);
                RunData data = RunData.open(scenario, model.base(), model.tokenizer())) {
            ModelConfig trained = model.trained(scenario, data.labels());
            HalfRange whole = HalfRange.whole(trained.depth());
            try (HalfSource weights =
                    FrozenModel.load(model.checkpoint(), trained, whole, Settings.precision(scenario))) {
                return ShortTrainings.calibrate(
                        scenario,
                        grid,
                        Coder.ADAPTIVE,
                        true,
                        data,
                        weights,
                        cut,
                        (point, done, all) -> runs.err().println("compression " + done + "/" + all));
            }
        }
    }
}
