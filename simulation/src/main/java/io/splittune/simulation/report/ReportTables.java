package io.splittune.simulation.report;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** The tables that a report makes of its runs. */
final class ReportTables {
    private static final List<String> DECISIONS = List.of(
            "Scheme", "Round", "Device", "Cut (blocks)", "Keep", "Levels", "Bandwidth (Hz)", "Delay (s)", "Finished");

    private ReportTables() {}

    /** Returns one row per scheme; a column has one unit, so that its numbers compare at a glance. */
    static Table headline(ReportData data) {
        OptionalDouble target = SchemeSummary.target(data);
        List<SchemeSummary> sums = data.runs().stream().map(SchemeSummary::of).toList();
        Unit virtual = Unit.ofSeconds(smallest(sums, SchemeSummary::virtualSeconds));
        Unit wall = Unit.ofSeconds(smallest(sums, SchemeSummary::wallSeconds));
        Unit up = Unit.ofBytes(smallest(sums, sum -> (double) sum.bytesUp()));
        Unit down = Unit.ofBytes(smallest(sums, sum -> (double) sum.bytesDown()));
        Unit energy = Unit.ofJoules(smallest(sums, SchemeSummary::energyJoules));
        List<String> columns = new ArrayList<>(List.of("Scheme", "Rounds", "Final accuracy", "Best accuracy"));
        target.ifPresent(accuracy -> columns.add("Virtual time to " + Numbers.percent(accuracy)));
        columns.addAll(List.of("Virtual time", "Sent up", "Sent down", "Energy", "Test loss", "Wall time"));
        List<List<Cell>> rows = new ArrayList<>();
        for (int i = 0; i < sums.size(); i++) {
            SchemeSummary sum = sums.get(i);
            List<Cell> row = new ArrayList<>();
            row.add(Cell.text(sum.scheme()));
            row.add(Cell.number(sum.rounds()));
            row.add(Cell.number(sum.finalAccuracy(), Numbers.percent(sum.finalAccuracy())));
            row.add(Cell.number(sum.bestAccuracy(), Numbers.percent(sum.bestAccuracy())));
            SchemeRun run = data.runs().get(i);
            target.ifPresent(accuracy -> row.add(SchemeSummary.timeTo(run, accuracy, virtual)));
            row.add(cell(sum.virtualSeconds(), virtual));
            row.add(cell((double) sum.bytesUp(), up));
            row.add(cell((double) sum.bytesDown(), down));
            row.add(cell(sum.energyJoules(), energy));
            row.add(Cell.number(sum.finalLoss(), Numbers.digits(sum.finalLoss(), 4)));
            row.add(cell(sum.wallSeconds(), wall));
            rows.add(row);
        }
        return new Table("schemes", "Schemes", columns, rows);
    }

    /** Returns each scheme's decisions in the last round that has any. */
    static Table lastDecisions(ReportData data) {
        List<List<Cell>> rows = new ArrayList<>();
        for (SchemeRun run : data.runs()) {
            List<RoundPoint> rounds = run.rounds();
            for (int i = rounds.size() - 1; i >= 0; i--) {
                if (!rounds.get(i).devices().isEmpty()) {
                    RoundPoint round = rounds.get(i);
                    round.devices().forEach(device -> rows.add(decision(run.scheme(), round.round(), device)));
                    break;
                }
            }
        }
        return new Table("decisions", "Decisions per device, last round", DECISIONS, rows);
    }

    /** Returns the names of the columns of {@link #allDecisions}. */
    static List<String> decisionColumns() {
        return DECISIONS;
    }

    /** Returns the decisions of all rounds, made as they are read. */
    static Stream<List<Cell>> allDecisions(ReportData data) {
        return data.runs().stream()
                .flatMap(run -> run.rounds().stream()
                        .flatMap(round ->
                                round.devices().stream().map(device -> decision(run.scheme(), round.round(), device))));
    }

    private static Cell cell(double value, Unit unit) {
        return Cell.number(value, unit.shown(value));
    }

    /** Returns the smallest value above zero, or 0. */
    private static double smallest(List<SchemeSummary> sums, ToDoubleFunction<SchemeSummary> value) {
        return sums.stream()
                .mapToDouble(value)
                .filter(amount -> amount > 0)
                .min()
                .orElse(0);
    }

    private static List<Cell> decision(String scheme, int round, DeviceDecision device) {
        return List.of(
                Cell.text(scheme),
                Cell.number(round),
                Cell.text(device.id()),
                Cell.number(device.cut()),
                Cell.number(device.keep()),
                device.levels().isPresent()
                        ? Cell.number(device.levels().getAsInt())
                        : Cell.number(Double.NaN, "not quantised"),
                cell(device.bandwidthHz(), Unit.ofHertz(device.bandwidthHz())),
                cell(device.delaySeconds(), Unit.ofSeconds(device.delaySeconds())),
                Cell.text(device.dropped() ? "no" : "yes"));
    }
}
