package io.splittune.transport.grpc;

import java.util.List;
import java.util.concurrent.TimeUnit;

/** Looks for threads by name. */
final class Threads {
    private Threads() {}

    static List<Thread> named(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(prefix))
                .toList();
    }

    /** Waits for the threads to end and returns those that do not. */
    static List<Thread> leftOver(String prefix) throws InterruptedException {
        for (Thread thread : named(prefix)) {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        }
        return named(prefix);
    }
}
