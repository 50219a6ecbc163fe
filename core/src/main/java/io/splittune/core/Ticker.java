package io.splittune.core;

import java.time.Duration;

/** A monotonic clock. All code that measures or waits takes one, so that tests need no sleeping. Thread-safe. */
@FunctionalInterface
public interface Ticker {
    /** Returns nanoseconds since an arbitrary fixed origin; never goes back. */
    long nanos();

    /** Returns seconds since the same origin. */
    default double seconds() {
        return nanos() / 1e9;
    }

    /** Returns the time that has passed since {@code startNanos}, an earlier result of {@link #nanos()}. */
    default Duration since(long startNanos) {
        return Duration.ofNanos(nanos() - startNanos);
    }

    /** Returns the clock of the machine. */
    static Ticker system() {
        return System::nanoTime;
    }
}
