package io.splittune.simulation.report;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A scheme in one row; NaN stands for what is not known, also where only some rounds have it.
 *
 * @param scheme its name
 * @param rounds how many
 * @param finalAccuracy of the last round that has one
 * @param bestAccuracy of any round
 * @param finalLoss on the test set
 * @param virtualSeconds of all rounds
 * @param wallSeconds of all rounds
 * @param bytesUp of all rounds
 * @param bytesDown of all rounds
 * @param energyJoules of all rounds
 */
record SchemeSummary(
        String scheme,
        int rounds,
        double finalAccuracy,
        double bestAccuracy,
        double finalLoss,
        double virtualSeconds,
        double wallSeconds,
        long bytesUp,
        long bytesDown,
        double energyJoules) {

    static SchemeSummary of(SchemeRun run) {
        List<RoundPoint> rounds = run.rounds();
        double best = run.initialAccuracy();
        double last = run.initialAccuracy();
        double loss = Double.NaN;
        for (RoundPoint round : rounds) {
            if (!Double.isNaN(round.accuracy())) {
                last = round.accuracy();
                best = Double.isNaN(best) ? last : Math.max(best, last);
            }
            loss = Double.isNaN(round.testLoss()) ? loss : round.testLoss();
        }
        return new SchemeSummary(
                run.scheme(),
                rounds.size(),
                last,
                best,
                loss,
                rounds.isEmpty()
                        ? Double.NaN
                        : rounds.stream()
                                .mapToDouble(RoundPoint::virtualSeconds)
                                .sum(),
                rounds.isEmpty()
                        ? Double.NaN
                        : rounds.stream().mapToDouble(RoundPoint::wallSeconds).sum(),
                rounds.stream().mapToLong(RoundPoint::bytesUp).sum(),
                rounds.stream().mapToLong(RoundPoint::bytesDown).sum(),
                rounds.isEmpty()
                        ? Double.NaN
                        : rounds.stream().mapToDouble(RoundPoint::energyJoules).sum());
    }

    /** Returns the accuracy to compare times at: the asked one, else the highest that every scheme reaches. */
    static OptionalDouble target(ReportData data) {
        if (data.targetAccuracy().isPresent()) {
            return data.targetAccuracy();
        }
        double[] best = data.runs().stream()
                .mapToDouble(run -> of(run).bestAccuracy())
                .filter(accuracy -> !Double.isNaN(accuracy))
                .toArray();
        return best.length < 2 ? OptionalDouble.empty() : Arrays.stream(best).min();
    }

    /** Returns the headline's cell for the time until the target was first reached. */
    static Cell timeTo(SchemeRun run, double target, Unit unit) {
        if (run.initialAccuracy() >= target) {
            return Cell.number(0, "at the start");
        }
        double seconds = 0;
        boolean measured = false;
        for (RoundPoint round : run.rounds()) {
            seconds += round.virtualSeconds();
            measured |= !Double.isNaN(round.accuracy());
            if (round.accuracy() >= target) {
                String shown = Double.isNaN(seconds) ? "round " + round.round() : unit.shown(seconds);
                return Cell.number(seconds, shown);
            }
        }
        return Cell.number(Double.NaN, measured ? "not reached" : Numbers.MISSING);
    }
}
