package io.splittune.tensor;

import io.splittune.core.Check;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The owner of native memory: every tensor belongs to exactly one scope and dies with it.
 *
 * <p>Scopes of a thread form a stack. A new tensor goes to the innermost open scope of the thread that makes it, never
 * to the scope of an argument. It escapes only by {@link #moveToParent} or {@link #adopt}. A scope and its tensors are
 * confined to the thread that opened it.
 *
 * <p>A {@linkplain #detached detached} scope stands on no thread's stack: it holds what outlives a step, such as frozen
 * weights. Its tensors may be <em>read</em> from any thread. To allocate into it, one thread at a time
 * {@linkplain #enter() enters} it. Nobody may use its tensors any more when it is closed.
 *
 * <p>Memory that libtorch keeps for itself (gradients, tensors saved for the backward pass) is not counted here. It is
 * freed when the tensors that refer to it are: a gradient with its parameter, saved tensors with the outputs of the
 * graph.
 */
public final class TensorScope implements AutoCloseable {
    private static final ThreadLocal<Deque<TensorScope>> STACK = ThreadLocal.withInitial(ArrayDeque::new);

    private final String name;
    private final long byteLimit;
    private final @Nullable TensorScope parent;
    /** The only thread that may use the scope and its tensors; null for a detached scope. */
    private final @Nullable Thread owner;

    private final Set<Tensor> tensors = new LinkedHashSet<>();
    private @Nullable Thread enteredBy;
    private boolean sealed;
    private boolean closed;
    private long chargedBytes;
    private long peakBytes;

    private TensorScope(String name, long byteLimit, @Nullable TensorScope parent, @Nullable Thread owner) {
        this.name = name;
        this.byteLimit = Check.notNegative(byteLimit, "byteLimit");
        this.parent = parent;
        this.owner = owner;
    }

    /**
     * Opens a scope without a byte limit inside the innermost one of this thread.
     *
     * @param name said in messages
     */
    public static TensorScope open(String name) {
        return open(name, Long.MAX_VALUE);
    }

    /**
     * Opens a scope inside the innermost one of this thread.
     *
     * @param name said in messages
     * @param byteLimit the most bytes its tensors and those of the scopes inside it may take together
     * @throws IllegalArgumentException if the limit is negative
     */
    public static TensorScope open(String name, long byteLimit) {
        Deque<TensorScope> stack = STACK.get();
        TensorScope scope = new TensorScope(name, byteLimit, stack.peek(), Thread.currentThread());
        stack.push(scope);
        return scope;
    }

    /**
     * Makes a long-lived scope that is on no thread's stack.
     *
     * @param name said in messages
     */
    public static TensorScope detached(String name) {
        return detached(name, Long.MAX_VALUE);
    }

    /**
     * Makes a long-lived scope that is on no thread's stack.
     *
     * @param name said in messages
     * @param byteLimit the most bytes its tensors may take together
     * @throws IllegalArgumentException if the limit is negative
     */
    public static TensorScope detached(String name, long byteLimit) {
        return new TensorScope(name, byteLimit, null, null);
    }

    /**
     * Runs a piece of work in a scope of its own and keeps only its result, which goes to the scope around it.
     *
     * @param name the name of the scope
     * @param body makes the result; everything else that it allocates is freed
     */
    public static Tensor compute(String name, Supplier<Tensor> body) {
        try (TensorScope scope = open(name)) {
            Tensor result = body.get();
            return scope.owns(result) ? scope.moveToParent(result) : result;
        }
    }

    /**
     * Runs a piece of work in a scope of its own and frees all that it allocates.
     *
     * @param name the name of the scope
     * @param body returns a value that is not a tensor of that scope
     */
    @SuppressWarnings("try")
    public static <T> T within(String name, Supplier<T> body) {
        try (TensorScope scope = open(name)) {
            return body.get();
        }
    }

    /**
     * Returns the scope that the next tensor of this thread goes to.
     *
     * @throws IllegalStateException if this thread has no open scope
     */
    public static TensorScope innermost() {
        TensorScope scope = STACK.get().peek();
        if (scope == null) {
            throw new IllegalStateException("Thread '" + Thread.currentThread().getName()
                    + "' has no open tensor scope. Open one with TensorScope.open(name) in a try statement.");
        }
        return scope;
    }

    /** The time during which a detached scope is the innermost one of a thread. */
    public final class Entry implements AutoCloseable {
        private boolean left;

        private Entry() {}

        /**
         * Leaves the scope; its tensors stay alive.
         *
         * @throws IllegalStateException if another thread entered, or a scope opened since is still open
         */
        @Override
        public void close() {
            if (!left) {
                leave();
                left = true;
            }
        }
    }

    /**
     * Makes this detached scope the innermost one of this thread until the entry is closed.
     *
     * @throws IllegalStateException if the scope is closed, is not detached, or is entered already
     */
    public synchronized Entry enter() {
        requireOpen();
        if (owner != null) {
            throw new IllegalStateException("Scope '" + name + "' is not detached: it cannot be entered again.");
        }
        if (enteredBy != null) {
            throw new IllegalStateException("Scope '" + name + "' is already entered by thread '" + enteredBy.getName()
                    + "'; one thread at a time may allocate into it.");
        }
        enteredBy = Thread.currentThread();
        STACK.get().push(this);
        return new Entry();
    }

    private synchronized void leave() {
        if (enteredBy != Thread.currentThread()) {
            throw new IllegalStateException("Scope '" + name + "' is left by a thread that did not enter it.");
        }
        requireInnermost("left");
        STACK.get().pop();
        enteredBy = null;
    }

    /**
     * Hands a tensor of this scope to the scope around it.
     *
     * @return the same tensor
     * @throws IllegalArgumentException if the tensor does not belong to this scope
     * @throws IllegalStateException if there is no scope around, or it is sealed
     */
    public Tensor moveToParent(Tensor tensor) {
        requireThread();
        if (parent == null) {
            throw new IllegalStateException("Scope '" + name + "' has no parent to move tensor " + tensor + " to.");
        }
        if (!owns(tensor)) {
            throw new IllegalArgumentException(
                    "Tensor " + tensor + " belongs to scope '" + tensor.scope().name + "', not to '" + name + "'.");
        }
        return parent.adopt(tensor);
    }

    /**
     * Takes a tensor over from the scope that owns it; meant for a detached scope that keeps what a step made.
     *
     * @return the same tensor
     * @throws IllegalStateException if this scope is closed or sealed, or its byte limit is exceeded
     */
    public Tensor adopt(Tensor tensor) {
        tensor.handle();
        TensorScope from = tensor.scope();
        if (from == this) {
            return tensor;
        }
        from.requireThread();
        requireAllocatable();
        if (!isAround(from)) {
            TensorScope full = firstFull(tensor.storageBytes());
            if (full != null) {
                throw full.limitExceeded(tensor.toString(), tensor.storageBytes());
            }
        }
        StorageLedger.process().recharge(tensor.storageAddress(), this);
        from.forget(tensor);
        synchronized (this) {
            tensors.add(tensor);
            tensor.setScope(this);
        }
        return tensor;
    }

    /** From now on every allocation into this scope throws. */
    public synchronized void seal() {
        requireOpen();
        sealed = true;
    }

    /** Allows allocation into this scope again. */
    public synchronized void unseal() {
        requireOpen();
        sealed = false;
    }

    /** Says whether allocation into this scope throws. */
    public synchronized boolean isSealed() {
        return sealed;
    }

    /** Returns the scope's name. */
    public String name() {
        return name;
    }

    /** Returns how many tensors this scope owns now, without those of the scopes inside it. */
    public synchronized long liveTensors() {
        return tensors.size();
    }

    /** Returns the bytes of the tensors of this scope and of the scopes inside it; shared storage counts once. */
    public long liveBytes() {
        return StorageLedger.process().read(this);
    }

    /** Returns the largest value that {@link #liveBytes} has had. */
    public long peakBytes() {
        return peakBytes;
    }

    /** Returns how many tensors are alive in the whole process. */
    public static long liveTensorsEverywhere() {
        return StorageLedger.process().tensors();
    }

    /** Returns the bytes of all living tensors of the process; shared storage counts once. */
    public static long liveBytesEverywhere() {
        return StorageLedger.process().bytes();
    }

    /**
     * Frees every tensor of this scope. Closing again does nothing.
     *
     * @throws IllegalStateException if a scope inside this one is still open, or (unless detached) another thread
     *     opened it; nothing is freed then
     */
    @Override
    public void close() {
        List<Tensor> dying;
        synchronized (this) {
            if (closed) {
                return;
            }
            if (owner == null) {
                requireNotEntered();
            } else {
                requireThread();
                requireInnermost("closed");
                STACK.get().pop();
            }
            closed = true;
            dying = new ArrayList<>(tensors);
            tensors.clear();
        }
        Collections.reverse(dying);
        closeAll(dying);
    }

    private void closeAll(List<Tensor> dying) {
        RuntimeException first = null;
        for (Tensor tensor : dying) {
            try {
                tensor.free();
            } catch (RuntimeException failure) {
                if (first == null) {
                    first = new IllegalStateException("Scope '" + name + "' could not free all its tensors.", failure);
                } else {
                    first.addSuppressed(failure);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private boolean isAround(TensorScope inner) {
        for (TensorScope scope = inner; scope != null; scope = scope.parent) {
            if (scope == this) {
                return true;
            }
        }
        return false;
    }

    private synchronized boolean owns(Tensor tensor) {
        return tensors.contains(tensor);
    }

    /** Registers a tensor that was just made; frees it and throws when the scope cannot take it. */
    synchronized void register(Tensor tensor) {
        TensorScope full = StorageLedger.process().add(tensor.storageAddress(), tensor.storageBytes(), this);
        if (full != null) {
            String what = tensor.toString();
            tensor.discard();
            throw full.limitExceeded(what, tensor.storageBytes());
        }
        tensors.add(tensor);
    }

    synchronized void forget(Tensor tensor) {
        tensors.remove(tensor);
    }

    synchronized void requireAllocatable() {
        requireOpen();
        if (sealed) {
            throw new IllegalStateException("Scope '" + name + "' is sealed: nothing may be allocated into it. "
                    + "Maybe a step runs without a scope of its own.");
        }
    }

    /** Throws unless this thread may use the tensors of this scope. */
    void requireThread() {
        if (owner != null && owner != Thread.currentThread()) {
            throw new IllegalStateException("Scope '" + name + "' belongs to thread '" + owner.getName()
                    + "' and is used by '" + Thread.currentThread().getName()
                    + "'. Maybe its tensors belong into a detached scope.");
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("Scope '" + name + "' is closed.");
        }
    }

    private void requireNotEntered() {
        if (enteredBy != null) {
            throw new IllegalStateException(
                    "Scope '" + name + "' is closed while thread '" + enteredBy.getName() + "' is in it.");
        }
    }

    private void requireInnermost(String action) {
        TensorScope inner = STACK.get().peek();
        if (inner != this) {
            throw new IllegalStateException("Scope '" + name + "' is " + action + " while scope '"
                    + (inner == null ? "?" : inner.name) + "' inside it is open. Close the inner scope first.");
        }
    }

    private TensorMemoryException limitExceeded(String what, long bytes) {
        return new TensorMemoryException("Tensor " + what + " of " + bytes + " bytes does not fit into scope '" + name
                + "': " + liveBytes() + " of " + byteLimit + " bytes are taken.");
    }

    /** Called with the ledger locked: this scope or the nearest one around it that has no room for the bytes. */
    @Nullable
    TensorScope firstFull(long bytes) {
        for (TensorScope scope = this; scope != null; scope = scope.parent) {
            if (bytes > scope.byteLimit - scope.chargedBytes) {
                return scope;
            }
        }
        return null;
    }

    /** Called with the ledger locked. */
    void charge(long bytes) {
        for (TensorScope scope = this; scope != null; scope = scope.parent) {
            scope.chargedBytes += bytes;
            scope.peakBytes = Math.max(scope.peakBytes, scope.chargedBytes);
        }
    }

    /** Called with the ledger locked. */
    long chargedBytes() {
        return chargedBytes;
    }

    @Override
    public String toString() {
        return "TensorScope '" + name + "'";
    }
}
