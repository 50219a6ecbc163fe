package io.splittune.testkit;

import io.splittune.core.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until it is moved. Thread-safe. */
public final class FakeTicker implements Ticker {
    private final AtomicLong nanos = new AtomicLong();

    @Override
    public long nanos() {
        return nanos.get();
    }

    /** Moves the clock on. */
    public void forward(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
