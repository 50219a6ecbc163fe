package io.splittune.training;

/**
 * Bytes that crossed between devices and server.
 *
 * @param bytesUp all payload bytes from devices: frames, and adapters or whole models
 * @param bytesDown all payload bytes to devices: frames, and adapters or whole models
 * @param activationRawBytes fp32 size of the activations that were sent
 * @param activationFrameBytes their frames, all bytes counted
 * @param gradientRawBytes fp32 size of the gradients that were sent
 * @param gradientFrameBytes their frames, all bytes counted
 */
public record Traffic(
        long bytesUp,
        long bytesDown,
        long activationRawBytes,
        long activationFrameBytes,
        long gradientRawBytes,
        long gradientFrameBytes) {
    /** No bytes at all. */
    public static final Traffic NONE = new Traffic(0, 0, 0, 0, 0, 0);

    /** Returns the sum of both. */
    public Traffic plus(Traffic other) {
        return new Traffic(
                bytesUp + other.bytesUp,
                bytesDown + other.bytesDown,
                activationRawBytes + other.activationRawBytes,
                activationFrameBytes + other.activationFrameBytes,
                gradientRawBytes + other.gradientRawBytes,
                gradientFrameBytes + other.gradientFrameBytes);
    }

    /**
     * Returns the bytes from devices that are no activations: adapters, in sequential split learning with their
     * optimiser's state, in federated learning all weights.
     */
    public long modelBytesUp() {
        return bytesUp - activationFrameBytes;
    }

    /** Returns the bytes to devices that are no gradients, as {@link #modelBytesUp} does of the other direction. */
    public long modelBytesDown() {
        return bytesDown - gradientFrameBytes;
    }

    /** Returns raw over sent bytes of activations; 1 when none were sent. */
    public double compressionRatioUp() {
        return activationFrameBytes == 0 ? 1 : (double) activationRawBytes / activationFrameBytes;
    }

    /** Returns raw over sent bytes of gradients; 1 when none were sent. */
    public double compressionRatioDown() {
        return gradientFrameBytes == 0 ? 1 : (double) gradientRawBytes / gradientFrameBytes;
    }
}
