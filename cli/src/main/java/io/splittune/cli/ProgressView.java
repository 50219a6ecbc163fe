package io.splittune.cli;

import io.splittune.training.RoundRecord;
import io.splittune.training.RunListener;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows on standard error how a run goes: a table with a line per round and, on a terminal, a bar for the round with
 * every device's place in it. Thread-safe.
 */
final class ProgressView implements RunListener, AutoCloseable {
    private static final int UPDATE_MILLIS = 200;
    private static final List<String> UNITS = List.of("B", "kB", "MB", "GB", "TB");

    private final PrintWriter err;
    private final boolean terminal;
    private final List<String> deviceIds;
    private final TreeMap<Integer, int[]> batchesOfDevice = new TreeMap<>();
    private Optional<ProgressBar> bar = Optional.empty();
    private int round;
    private boolean headed;

    /**
     * Makes a view.
     *
     * @param err where to print
     * @param terminal whether bars can be drawn over
     * @param deviceIds the devices' names by index
     */
    ProgressView(PrintWriter err, boolean terminal, List<String> deviceIds) {
        this.err = err;
        this.terminal = terminal;
        this.deviceIds = List.copyOf(deviceIds);
    }

    /** Returns whether this process has a terminal to draw on. */
    static boolean isTerminal() {
        return Boolean.getBoolean(
                "splittune.terminal"); // the launcher asks the system: Java cannot, for standard error
    }

    /** Prints a line of its own. */
    synchronized void note(String line) {
        closeBar();
        err.println(line);
        err.flush();
    }

    @Override
    public synchronized void onStart(double initialLoss, double initialAccuracy) {
        heading();
        row("0", "", loss(initialLoss), accuracy(initialAccuracy), "", "", "", "", "");
    }

    @Override
    public synchronized void onJoin(String deviceId, int deviceIndex) {
        note(deviceId + " joined");
    }

    @Override
    public synchronized void onRefused(String peer, String reason) {
        note("refused " + peer + ": " + reason);
    }

    @Override
    public synchronized void onDrop(int droppedIn, String deviceId, String reason) {
        note((droppedIn > 0 ? "round " + droppedIn + " goes on without " : "lost ") + deviceId + ": " + reason);
    }

    @Override
    public synchronized void onBatch(int batchRound, int deviceIndex, int batch, int batches, double loss) {
        if (batchRound != round) {
            closeBar();
            batchesOfDevice.clear();
            round = batchRound;
        }
        batchesOfDevice.put(deviceIndex, new int[] {batch, batches});
        if (terminal) {
            long done = batchesOfDevice.values().stream()
                    .mapToLong(counts -> counts[0])
                    .sum();
            long all = batchesOfDevice.values().stream()
                    .mapToLong(counts -> counts[1])
                    .sum();
            ProgressBar shown = bar.orElseGet(this::newBar);
            bar = Optional.of(shown);
            shown.maxHint(all);
            shown.stepTo(done);
            shown.setExtraMessage(places());
        }
    }

    private ProgressBar newBar() {
        return new ProgressBarBuilder()
                .setTaskName("round " + round)
                .setUpdateIntervalMillis(UPDATE_MILLIS)
                .setStyle(ProgressBarStyle.ASCII)
                .hideEta()
                .clearDisplayOnFinish()
                .setConsumer(new ConsoleProgressBarConsumer(System.err))
                .build();
    }

    private String places() {
        StringBuilder text = new StringBuilder();
        batchesOfDevice.forEach((index, counts) -> text.append(' ')
                .append(index < deviceIds.size() ? deviceIds.get(index) : "#" + index)
                .append(' ')
                .append(counts[0])
                .append('/')
                .append(counts[1]));
        return text.toString();
    }

    private void closeBar() {
        bar.ifPresent(ProgressBar::close);
        bar = Optional.empty();
    }

    @Override
    public synchronized void onRound(RoundRecord record) {
        closeBar();
        heading();
        row(
                String.valueOf(record.round()),
                loss(record.loss()),
                loss(record.testLoss()),
                accuracy(record.accuracy()),
                bytes(record.traffic().bytesUp()),
                bytes(record.traffic().bytesDown()),
                ratio(record.traffic().compressionRatioUp()),
                ratio(record.traffic().compressionRatioDown()),
                String.format(Locale.ROOT, "%.1f s", record.wallSeconds()));
    }

    private void heading() {
        if (!headed) {
            headed = true;
            row("round", "loss", "test loss", "accuracy", "up", "down", "ratio up", "down", "time");
        }
    }

    private void row(String... cells) {
        err.print(String.format("%5s %9s %9s %9s %10s %10s %8s %8s %8s%n", (Object[]) cells));
        err.flush();
    }

    private static String loss(double loss) {
        return Double.isNaN(loss) ? "-" : String.format(Locale.ROOT, "%.4f", loss);
    }

    private static String accuracy(double accuracy) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * accuracy);
    }

    private static String ratio(double ratio) {
        return String.format(Locale.ROOT, "%.1fx", ratio);
    }

    /** Returns a size in decimal units, as network rates are counted. */
    static String bytes(long bytes) {
        double size = bytes;
        int unit = 0;
        while (size >= 1000 && unit < UNITS.size() - 1) {
            size /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", size, UNITS.get(unit));
    }

    @Override
    public synchronized void close() {
        closeBar();
    }
}
