package io.splittune.cli;

import io.splittune.training.RunListener;
import java.util.Locale;

/** A device's own view of its run: the bar of its batches, and a line per round. */
final class DeviceProgress implements RunListener {
    private final ProgressView view;

    DeviceProgress(ProgressView view) {
        this.view = view;
    }

    @Override
    public void onBatch(int round, int deviceIndex, int batch, int batches, double loss) {
        view.onBatch(round, 0, batch, batches, loss);
    }

    @Override
    public void onRoundResult(int round, double loss, double accuracy) {
        view.note(String.format(Locale.ROOT, "round %d: loss %.4f, accuracy %.1f %%", round, loss, 100 * accuracy));
    }
}
