package io.splittune.transport.internal;

import io.splittune.transport.TransportException;
import io.splittune.transport.TransportException.Kind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue with deadlines and an end: after it nothing can be put, but what was put is still taken. Thread-safe.
 *
 * @param <T> what it holds
 */
public final class Pipe<T> {
    private final int capacity;
    private final ArrayDeque<T> values = new ArrayDeque<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable TransportException end;

    /**
     * Opens an empty pipe.
     *
     * @param capacity how many values wait at most
     */
    public Pipe(int capacity) {
        this.capacity = capacity;
    }

    /**
     * Waits for room and puts a value.
     *
     * @param value what to put
     * @param timeout how long to wait; zero for not at all
     * @param what names the value in messages
     * @throws TransportException TIMEOUT, INTERRUPTED, or the end
     */
    public void put(T value, Duration timeout, String what) throws TransportException {
        long left = timeout.toNanos();
        lock.lock();
        try {
            while (end == null && values.size() >= capacity) {
                left = await(left, timeout, what + " was not taken");
            }
            if (end != null) {
                throw again(end);
            }
            values.add(value);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for a value and takes it.
     *
     * @param timeout how long to wait; zero for not at all
     * @param what names the value in messages
     * @return the value
     * @throws TransportException TIMEOUT, INTERRUPTED, or the end once all values are taken
     */
    public T take(Duration timeout, String what) throws TransportException {
        long left = timeout.toNanos();
        lock.lock();
        try {
            while (values.isEmpty()) {
                if (end != null) {
                    throw again(end);
                }
                left = await(left, timeout, what + " did not come");
            }
            changed.signalAll();
            return values.remove();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the pipe; the first reason stays. */
    public void end(TransportException reason) {
        lock.lock();
        try {
            if (end == null) {
                end = reason;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Drops what is still inside. */
    public void clear() {
        lock.lock();
        try {
            values.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether the end was set. */
    public boolean hasEnded() {
        lock.lock();
        try {
            return end != null;
        } finally {
            lock.unlock();
        }
    }

    /** A stack trace is that of the thread that fails, not of the one that ended the pipe. */
    private static TransportException again(TransportException end) {
        return new TransportException(end.kind(), String.valueOf(end.getMessage()), end);
    }

    @SuppressWarnings("WaitNotInLoop") // The callers loop.
    private long await(long left, Duration timeout, String what) throws TransportException {
        if (left <= 0) {
            throw new TransportException(Kind.TIMEOUT, what + " within " + timeout.toMillis() + " ms.");
        }
        try {
            return changed.awaitNanos(left);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new TransportException(Kind.INTERRUPTED, "The thread was interrupted while it waited.", interrupted);
        }
    }
}
