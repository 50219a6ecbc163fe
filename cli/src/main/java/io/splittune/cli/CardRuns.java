package io.splittune.cli;

import io.splittune.simulation.reproduction.CardTrainings;
import io.splittune.simulation.reproduction.TrainedRound;
import io.splittune.training.Scheme;
import java.io.IOException;
import java.util.List;

/** The trainings of {@code reproduce card --train}. */
final class CardRuns implements CardTrainings {
    private final PaperRuns runs;

    CardRuns(PaperRuns runs) {
        this.runs = runs;
    }

    @Override
    public String setting() {
        return runs.setting("LLaMA-3.2-1B") + " of devices that take turns, over a channel that changes in each round.";
    }

    @Override
    public List<TrainedRound> rounds(String planner) throws IOException {
        return runs.train(planner, runs.read("planner.kind=" + planner), Scheme.CARD);
    }
}
