package io.splittune.codec;

import static io.splittune.core.Check.positive;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs independent tasks on the calling thread and, where more threads are allowed, on the common pool. Thread-safe.
 *
 * <p>The caller takes tasks like the others, so that a busy pool makes it slow but never stuck.
 */
final class Workers {
    private final int threads;

    /**
     * Takes the number of threads.
     *
     * @param threads with the caller's own, positive; 1 never leaves it
     */
    Workers(int threads) {
        this.threads = positive(threads, "threads");
    }

    /**
     * Runs tasks 0 to {@code count - 1}, in any order, and returns when all have ended.
     *
     * @param count how many
     * @param task what to do; whatever it writes is seen by the caller afterwards
     * @throws RuntimeException that of the failing task of lowest number, whatever the threads
     */
    void forEach(int count, IntConsumer task) {
        int helpers = Math.min(threads, count) - 1;
        if (helpers <= 0) {
            for (int i = 0; i < count; i++) {
                task.accept(i);
            }
            return;
        }
        Run run = new Run(count, task);
        for (int i = 0; i < helpers; i++) {
            ForkJoinPool.commonPool().execute(run::work);
        }
        run.work();
        run.join();
    }

    /** Tasks that several threads take in turn. */
    private static final class Run {
        private final IntConsumer task;
        private final AtomicInteger next = new AtomicInteger();
        private final CountDownLatch left;
        private final @Nullable Throwable[] failures;

        private Run(int count, IntConsumer task) {
            this.task = task;
            this.left = new CountDownLatch(count);
            this.failures = new Throwable[count];
        }

        private void work() {
            for (int i = next.getAndIncrement(); i < failures.length; i = next.getAndIncrement()) {
                try {
                    task.accept(i);
                } catch (RuntimeException | Error failure) {
                    failures[i] = failure;
                } finally {
                    left.countDown();
                }
            }
        }

        private void join() {
            boolean interrupted = false;
            while (left.getCount() > 0) {
                try {
                    left.await();
                } catch (InterruptedException e) {
                    // The tasks write into the caller's arrays: it must not go on before they end.
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            for (Throwable failure : failures) {
                if (failure instanceof RuntimeException runtime) {
                    throw runtime;
                }
                if (failure instanceof Error error) {
                    throw error;
                }
            }
        }
    }
}
