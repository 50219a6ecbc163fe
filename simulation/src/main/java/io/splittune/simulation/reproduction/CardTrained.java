package io.splittune.simulation.reproduction;

import io.splittune.simulation.report.Chart;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Real trainings whose cuts move with the channel, beside those whose cuts stay: the paper shows none. */
final class CardTrained implements Section {
    private static final List<String> PLANNERS = List.of("card", "server-only", "device-only");

    private final TrainedCurves curves;

    private CardTrained(TrainedCurves curves) {
        this.curves = curves;
    }

    static CardTrained run(CardTrainings trainings) throws IOException {
        Map<String, List<TrainedRound>> rounds = new LinkedHashMap<>();
        for (String planner : PLANNERS) {
            rounds.put(planner, trainings.rounds(planner));
        }
        return new CardTrained(new TrainedCurves("card.trained", "Trained", trainings.setting(), rounds));
    }

    @Override
    public List<ReproductionRow> rows() {
        return curves.rows();
    }

    @Override
    public List<Chart> charts() {
        return curves.charts();
    }
}
