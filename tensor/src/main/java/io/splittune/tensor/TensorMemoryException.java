package io.splittune.tensor;

/** There is no memory for a tensor: a scope's byte limit is reached, or the machine has no more. */
public final class TensorMemoryException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /**
     * Describes what was asked for and what the limit is.
     *
     * @param message one line
     */
    public TensorMemoryException(String message) {
        super(message);
    }

    TensorMemoryException(String message, Throwable cause) {
        super(message, cause);
    }
}
