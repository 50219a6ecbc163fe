package io.splittune.simulation.reproduction;

import io.splittune.simulation.report.Chart;
import io.splittune.training.Scheme;
import io.splittune.wireless.SplitBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Accuracies of real trainings: SFLAM Fig. 3, bits against accuracy, and Fig. 6, schemes under three splits of the data. The
 * paper's six accuracies are lost in the text we have; what can be compared is that accuracy rises with alpha and the order
 * of the schemes.
 */
final class SflamTrained implements Section {
    private static final List<Integer> BITS = List.of(2, 4, 8, 16, SplitBatch.UNQUANTISED);
    private static final List<Double> ALPHAS = List.of(0.1, 0.3, 0.5);
    private static final int COMMON_BITS = 8;
    private static final List<Scheme> OTHERS = List.of(Scheme.SFL, Scheme.SL, Scheme.FL, Scheme.LOCAL);

    private final List<TrainedCurves> figures;

    private SflamTrained(List<TrainedCurves> figures) {
        this.figures = figures;
    }

    static SflamTrained run(SflamTrainings trainings) throws IOException {
        List<TrainedCurves> figures = new ArrayList<>();
        double mildest = ALPHAS.get(ALPHAS.size() - 1);
        Map<String, List<TrainedRound>> byBits = new LinkedHashMap<>();
        for (int bits : BITS) {
            String name = bits == SplitBatch.UNQUANTISED ? "unquantised" : bits + " bits";
            byBits.put(name, trainings.rounds(mildest, Scheme.SFLAM, bits));
        }
        String setting = trainings.setting();
        figures.add(new TrainedCurves("sflam.fig3.trained", "Fig. 3: Dirichlet(" + mildest + ")", setting, byBits));
        for (double alpha : ALPHAS) {
            Map<String, List<TrainedRound>> byScheme = new LinkedHashMap<>();
            byScheme.put(
                    "SFLAM",
                    alpha == mildest
                            ? byBits.get(COMMON_BITS + " bits")
                            : trainings.rounds(alpha, Scheme.SFLAM, COMMON_BITS));
            for (Scheme scheme : OTHERS) {
                byScheme.put(scheme.key().toUpperCase(Locale.ROOT), trainings.rounds(alpha, scheme, COMMON_BITS));
            }
            figures.add(new TrainedCurves(
                    "sflam.fig6.trained.alpha-" + Math.round(10 * alpha),
                    "Fig. 6: Dirichlet(" + alpha + ")",
                    setting,
                    byScheme));
        }
        return new SflamTrained(figures);
    }

    @Override
    public List<ReproductionRow> rows() {
        return figures.stream().flatMap(figure -> figure.rows().stream()).toList();
    }

    @Override
    public List<Chart> charts() {
        return figures.stream().flatMap(figure -> figure.charts().stream()).toList();
    }
}
