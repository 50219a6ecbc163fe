package io.splittune.tensor;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Lets no native call run while the process exits.
 *
 * <p>When a JVM exits (Ctrl-C, SIGTERM, {@code System.exit}) the destructors of libtorch's globals run although other
 * threads may still be inside it, and such a thread crashes the process. So a shutdown hook waits for the calls in
 * progress and admits no new ones. A thread that comes later waits: the process is about to end. If it does not end
 * soon, because another hook waits for that very thread, the call is refused.
 */
final class ShutdownGate {
    private static final long CALL_SECONDS = 30;
    private static final long LINGER_SECONDS = 2;

    private static final ShutdownGate PROCESS = new ShutdownGate();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(PROCESS::shut, "splittune-tensor-shutdown"));
    }

    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private volatile boolean shutting;

    static ShutdownGate process() {
        return PROCESS;
    }

    /**
     * Begins a native call; every call is followed by {@link #leave}.
     *
     * @throws IllegalStateException if the process is shutting down
     */
    void enter() {
        if (!tryEnter()) {
            linger();
            throw new IllegalStateException("The process is shutting down: no tensor operation starts any more.");
        }
    }

    /** Begins a native call unless the process is shutting down. */
    boolean tryEnter() {
        // A call inside a call must pass even then, or the outer one would never end.
        return (!shutting || lock.getReadHoldCount() > 0) && lock.readLock().tryLock();
    }

    /** Ends a native call. */
    void leave() {
        lock.readLock().unlock();
    }

    private void linger() {
        try {
            if (lock.readLock().tryLock(LINGER_SECONDS, TimeUnit.SECONDS)) {
                lock.readLock().unlock();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The lock is never given back: the process ends with it. */
    void shut() {
        shutting = true;
        try {
            boolean quiet = lock.writeLock().tryLock(CALL_SECONDS, TimeUnit.SECONDS);
            if (!quiet) {
                // A call that takes so long is not worth waiting for: better a crash than a process that stays.
                return;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
