package io.splittune.codec;

/** Bytes that are no frame of {@link FrameFormat}, or not one of the expected shape. */
public final class MalformedFrameException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int offset;
    private final String reason;

    /**
     * Says where and why.
     *
     * @param offset bytes from the start of the frame to where the fault was noticed
     * @param reason what is wrong
     */
    public MalformedFrameException(int offset, String reason) {
        super("Malformed tensor frame at byte " + offset + ": " + reason);
        this.offset = offset;
        this.reason = reason;
    }

    /** Returns the bytes from the start of the frame to where the fault was noticed. */
    public int offset() {
        return offset;
    }

    /** Returns what is wrong. */
    public String reason() {
        return reason;
    }
}
