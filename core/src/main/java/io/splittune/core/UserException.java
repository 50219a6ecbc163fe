package io.splittune.core;

/**
 * A user's mistake: bad input that the user can mend.
 *
 * <p>The message is one line that says what is wrong, where, and what to do. The command line prints it without a
 * stack trace and ends with exit code 2.
 */
public final class UserException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Describes the mistake.
     *
     * @param message one line: place, what was read, what is allowed or what to do
     */
    public UserException(String message) {
        super(message);
    }

    /**
     * Describes the mistake and keeps its cause for {@code --verbose}.
     *
     * @param message one line: place, what was read, what is allowed or what to do
     * @param cause what was caught
     */
    public UserException(String message, Throwable cause) {
        super(message, cause);
    }
}
