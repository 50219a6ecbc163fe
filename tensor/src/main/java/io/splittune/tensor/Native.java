package io.splittune.tensor;

import java.util.Locale;
import java.util.StringJoiner;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;

/**
 * The one gate to libtorch: frees every temporary of the binding when the call returns, hands the result to the
 * innermost scope, and turns C++ errors into messages that name the operation and its operands.
 */
final class Native {
    static {
        // Read by JavaCPP when its first class loads. Scopes free everything, so neither the collector's thread nor
        // the binding's own memory limit (which would call System.gc()) has a job here.
        setDefault("org.bytedeco.javacpp.nopointergc", "true");
        setDefault("org.bytedeco.javacpp.maxBytes", "0");
        setDefault("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    }

    private static final String C_PLUS_PLUS_STACK = "\nException raised from";

    private Native() {}

    private static void setDefault(String key, String value) {
        if (System.getProperty(key) == null) {
            System.setProperty(key, value);
        }
    }

    /** A call into libtorch that makes a tensor. */
    @FunctionalInterface
    interface Call {
        org.bytedeco.pytorch.Tensor run();
    }

    /**
     * Runs a call and registers its result.
     *
     * @param operation names the result and the error message
     * @param operands read by the call; named in the error message
     * @throws IllegalStateException if no scope of this thread is open, or the innermost one takes no tensors
     * @throws IllegalArgumentException if libtorch refuses the operands
     * @throws TensorMemoryException if there is no memory for the result
     */
    @SuppressWarnings("try")
    static Tensor tensor(String operation, Call call, Tensor... operands) {
        requireUsable(operands);
        TensorScope scope = TensorScope.innermost();
        scope.requireAllocatable();
        ShutdownGate.process().enter();
        try (PointerScope temporaries = new PointerScope()) {
            return new Tensor(keep(call.run()), operation, scope);
        } catch (RuntimeException | OutOfMemoryError failure) {
            throw translate(operation, failure, operands);
        } finally {
            ShutdownGate.process().leave();
        }
    }

    /** Returns a pointer that outlives the present {@link PointerScope} and must be deallocated by its new owner. */
    private static org.bytedeco.pytorch.Tensor keep(org.bytedeco.pytorch.Tensor result) {
        if (result.referenceCount() <= 0) {
            // In-place operations and getters return a reference into an object of libtorch, which is not ours; the
            // binding says -1 then.
            org.bytedeco.pytorch.Tensor copy = new org.bytedeco.pytorch.Tensor(result);
            return copy.retainReference();
        }
        return result.retainReference();
    }

    /** Runs a call that makes no tensor. */
    static void run(String operation, Runnable call, Tensor... operands) {
        value(
                operation,
                () -> {
                    call.run();
                    return Boolean.TRUE;
                },
                operands);
    }

    /** Runs a call that returns a Java value. */
    @SuppressWarnings("try")
    static <T> T value(String operation, Supplier<T> call, Tensor... operands) {
        requireUsable(operands);
        ShutdownGate.process().enter();
        try (PointerScope temporaries = new PointerScope()) {
            return call.get();
        } catch (RuntimeException | OutOfMemoryError failure) {
            throw translate(operation, failure, operands);
        } finally {
            ShutdownGate.process().leave();
        }
    }

    /** Frees a tensor; does nothing while the process shuts down, which frees everything. */
    static void free(org.bytedeco.pytorch.Tensor handle) {
        if (ShutdownGate.process().tryEnter()) {
            try {
                handle.deallocate();
            } finally {
                ShutdownGate.process().leave();
            }
        }
    }

    private static void requireUsable(Tensor... operands) {
        for (Tensor operand : operands) {
            operand.handle();
        }
    }

    private static RuntimeException translate(String operation, Throwable failure, Tensor... operands) {
        if (failure.getClass() != RuntimeException.class && !(failure instanceof OutOfMemoryError)) {
            return (RuntimeException) failure;
        }
        String reason = firstSentence(String.valueOf(failure.getMessage()));
        StringJoiner call = new StringJoiner(", ", operation + "(", "): ");
        for (Tensor operand : operands) {
            call.add(operand.toString());
        }
        String message = call + reason;
        String lower = reason.toLowerCase(Locale.ROOT);
        if (failure instanceof OutOfMemoryError
                || lower.contains("out of memory")
                || lower.contains("can't allocate memory")
                || lower.contains("bad_alloc")) {
            return new TensorMemoryException("The machine has no memory left for " + message, failure);
        }
        if (lower.contains("does not require grad")
                || lower.contains("requires grad is")
                || lower.contains("through the graph")) {
            return new IllegalStateException(message, failure);
        }
        return new IllegalArgumentException(message, failure);
    }

    /** Cuts the C++ stack off and puts the rest on one line. */
    private static String firstSentence(String message) {
        int stack = message.indexOf(C_PLUS_PLUS_STACK);
        String text = stack < 0 ? message : message.substring(0, stack);
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
