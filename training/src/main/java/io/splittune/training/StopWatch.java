package io.splittune.training;

import io.splittune.core.Ticker;
import java.util.function.Supplier;

/** Adds up the time of some kind of work. Confined to one thread at a time. */
final class StopWatch {
    private final Ticker ticker;
    private long nanos;

    StopWatch(Ticker ticker) {
        this.ticker = ticker;
    }

    <T> T time(Supplier<T> work) {
        long start = ticker.nanos();
        try {
            return work.get();
        } finally {
            nanos += ticker.nanos() - start;
        }
    }

    /** Returns the seconds since the last call, and starts again from zero. */
    double takeSeconds() {
        double seconds = nanos / 1e9;
        nanos = 0;
        return seconds;
    }
}
