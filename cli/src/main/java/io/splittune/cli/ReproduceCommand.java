package io.splittune.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.core.RandomStreams;
import io.splittune.core.UserException;
import io.splittune.simulation.report.WrittenFiles;
import io.splittune.simulation.reproduction.CardReproduction;
import io.splittune.simulation.reproduction.Reproduction;
import io.splittune.simulation.reproduction.ReproductionFiles;
import io.splittune.simulation.reproduction.ReproductionRow;
import io.splittune.simulation.reproduction.SflamReproduction;
import io.splittune.simulation.reproduction.SftReproduction;
import io.splittune.simulation.reproduction.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "reproduce",
        description = "Set a paper's numbers beside ours, and draw its figures.",
        footer = {
            "",
            "Each number says whether it is derived, fitted, reconstructed, trained or unexplained. Without --train it takes seconds;",
            "with it, a small model and built-in data, minutes: many for sft and sflam, few for card.",
            "",
            "Example:",
            "  splittune reproduce sft --out runs/reproduce-sft",
            "  splittune reproduce card"
        })
final class ReproduceCommand extends AbstractCommand {
    @Parameters(paramLabel = "PAPER", description = "Which paper: sft, card or sflam.")
    @SuppressWarnings("NullAway.Init") // picocli requires it
    private String paper;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Write the table, the figures and report.html into a folder.")
    private @Nullable Path out;

    @Option(names = "--train", description = "Also run the trainings of the figures that show accuracy.")
    private boolean train;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "With --train: a folder with CIFAR-100's train.bin and test.bin (default: built-in images).")
    private @Nullable Path data;

    @Option(
            names = "--set",
            paramLabel = "PATH=VALUE",
            description = "With --train: override a key of the trainings' scenario; may be given several times.")
    private List<String> overrides = new ArrayList<>();

    @Option(names = "--seed", paramLabel = "N", description = "Seed of all random numbers (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Override
    Report execute() throws IOException {
        if (!train && (data != null || !overrides.isEmpty())) {
            throw new UserException((data != null ? "--data" : "--set") + ": is for trainings; add --train");
        }
        Reproduction reproduction = reproduction(new RandomStreams(seed));
        StringBuilder text = new StringBuilder(table(reproduction));
        if (out != null) {
            WrittenFiles written = new ReproductionFiles().write(out, reproduction);
            written.notes().forEach(note -> err().println(note));
            text.append("report: ").append(out.resolve("report.html"));
        }
        return new Report(rows(reproduction), text.toString());
    }

    private Reproduction reproduction(RandomStreams streams) throws IOException {
        return switch (paper) {
            case SftReproduction.ID -> {
                SftReproduction sft = new SftReproduction(streams);
                yield train ? trained(runs -> sft.with(new SftRuns(runs))) : sft.analytic();
            }
            case CardReproduction.ID -> {
                CardReproduction card = new CardReproduction(streams);
                yield train ? trained(runs -> card.with(new CardRuns(runs))) : card.analytic();
            }
            case SflamReproduction.ID -> {
                SflamReproduction sflam = new SflamReproduction(streams);
                yield train ? trained(runs -> sflam.with(new SflamRuns(runs))) : sflam.analytic();
            }
            default ->
                throw new UserException("PAPER: read '" + paper + "', expected one of " + SftReproduction.ID + ", "
                        + CardReproduction.ID + ", " + SflamReproduction.ID);
        };
    }

    /** A reproduction that trains. */
    @FunctionalInterface
    private interface Trained {
        Reproduction with(PaperRuns runs) throws IOException;
    }

    private Reproduction trained(Trained reproduction) throws IOException {
        Path folder = out == null ? Files.createTempDirectory("splittune-reproduce") : out.resolve("trainings");
        try {
            List<String> all = new ArrayList<>(overrides);
            all.add("seed=" + seed);
            return reproduction.with(new PaperRuns(paper, all, Optional.ofNullable(data), folder, err()));
        } finally {
            if (out == null) {
                RunDirectory.delete(folder);
            }
        }
    }

    private static ArrayNode rows(Reproduction reproduction) {
        ArrayNode rows = Json.object().arrayNode();
        for (ReproductionRow row : reproduction.rows()) {
            ObjectNode json = rows.addObject();
            json.put("id", row.id()).put("quantity", row.quantity());
            Json.put(json, "paper", row.paper().orElse(Double.NaN));
            Json.put(json, "ours", row.ours());
            Json.put(json, "relativeDifference", row.relativeDifference().orElse(Double.NaN));
            json.put("status", row.status().key()).put("note", row.note());
        }
        return rows;
    }

    private static String table(Reproduction reproduction) {
        StringBuilder text = new StringBuilder(
                String.format("%11s %11s %9s  %-11s  %s%n", "paper", "ours", "differs", "status", "quantity"));
        for (ReproductionRow row : reproduction.rows()) {
            text.append(String.format(
                    Locale.ROOT,
                    "%11s %11s %9s  %-11s  %s%n",
                    row.paper().isPresent() ? number(row.paper().getAsDouble()) : "",
                    number(row.ours()),
                    difference(row),
                    row.status().key(),
                    row.quantity()));
        }
        return text.append(counts(reproduction)).append(System.lineSeparator()).toString();
    }

    private static String difference(ReproductionRow row) {
        OptionalDouble difference = row.relativeDifference();
        return difference.isEmpty()
                ? ""
                : String.format(Locale.ROOT, "%+.2f %%", Math.round(1e4 * difference.getAsDouble()) / 100.0);
    }

    /** Two decimals, as the paper prints, unless that would leave nothing. */
    private static String number(double value) {
        boolean small = value != 0 && Math.abs(value) < 0.1;
        return String.format(Locale.ROOT, small ? "%.3g" : "%.2f", value);
    }

    private static String counts(Reproduction reproduction) {
        return Arrays.stream(Status.values())
                .map(status -> reproduction.rows().stream()
                                .filter(row -> row.status() == status)
                                .count()
                        + " " + status.key())
                .collect(Collectors.joining(", "));
    }
}
