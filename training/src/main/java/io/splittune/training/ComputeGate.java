package io.splittune.training;

import io.splittune.core.Check;
import io.splittune.tensor.Torch;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Lets a bounded number of threads compute at once, first come first served.
 *
 * <p>With one permit this is the server of SFT Algorithm 1, which steps through activations in order of arrival; it also
 * keeps many device threads of one process from sharing out the cores' caches. Waiting for a peer is done outside the
 * gate. Thread-safe.
 */
public final class ComputeGate {
    private final Semaphore permits;

    /**
     * Opens the gate.
     *
     * @param concurrent how many may compute at once, positive
     */
    public ComputeGate(int concurrent) {
        permits = new Semaphore(Check.positive(concurrent, "concurrent"), true);
    }

    /** Returns a gate for as many operations at once as this process has cores for, given its threads per operation. */
    public static ComputeGate forThisProcess() {
        return new ComputeGate(Math.max(1, Runtime.getRuntime().availableProcessors() / Torch.intraOpThreads()));
    }

    /** Computes when it is this thread's turn. */
    <T> T compute(Supplier<T> work) {
        permits.acquireUninterruptibly();
        try {
            return work.get();
        } finally {
            permits.release();
        }
    }
}
