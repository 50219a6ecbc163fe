package io.splittune.training;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Threads that wait for one another, so that each task must have its own, and that keep no process alive. */
final class DaemonThreads {
    private DaemonThreads() {}

    /** Returns a pool without a bound on its threads. */
    static ExecutorService pool(String threadName) {
        return Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, threadName);
            thread.setDaemon(true);
            return thread;
        });
    }
}
