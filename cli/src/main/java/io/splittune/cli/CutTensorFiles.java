package io.splittune.cli;

import io.splittune.core.UserException;
import io.splittune.transport.StepId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps the first activations of a run's last round, as they are before they are compressed, and the gradients that come
 * back for them: {@code device0-epoch0-step0-part0.activation.npy} and {@code .gradient.npy}. Thread-safe.
 */
final class CutTensorFiles {
    private final Path folder;
    private final int round;
    private final int limit;
    private final Set<String> kept = ConcurrentHashMap.newKeySet();

    /**
     * Prepares for a run.
     *
     * @param folder made when the first tensor comes
     * @param round whose tensors are kept
     * @param limit how many activations; 0 for none
     */
    CutTensorFiles(Path folder, int round, int limit) {
        this.folder = folder;
        this.round = round;
        this.limit = limit;
    }

    void activation(int device, StepId step, float[] values, int[] shape) {
        if (step.round() == round && choose(name(device, step))) {
            write(name(device, step) + ".activation.npy", values, shape);
        }
    }

    void gradient(int device, StepId step, float[] values, int[] shape) {
        if (step.round() == round && kept.contains(name(device, step))) {
            write(name(device, step) + ".gradient.npy", values, shape);
        }
    }

    private synchronized boolean choose(String name) {
        return kept.size() < limit && kept.add(name);
    }

    private static String name(int device, StepId step) {
        return "device" + device + "-epoch" + step.epoch() + "-step" + step.step() + "-part" + step.microBatch();
    }

    private void write(String name, float[] values, int[] shape) {
        try {
            Files.createDirectories(folder);
            NpyFile.write(folder.resolve(name), values, shape);
        } catch (IOException e) {
            throw new UserException(folder.resolve(name) + ": cannot be written: " + e.getMessage(), e);
        }
    }
}
