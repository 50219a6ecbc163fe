package io.splittune.training;

/**
 * Bytes that crossed between devices and server.
 *
 * @param bytesUp all payload bytes from devices: frames, labels, adapters
 * @param bytesDown all payload bytes to devices: frames, adapters
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

    /** Returns raw over sent bytes of activations; 1 when none were sent. */
    public double compressionRatioUp() {
        return activationFrameBytes == 0 ? 1 : (double) activationRawBytes / activationFrameBytes;
    }

    /** Returns raw over sent bytes of gradients; 1 when none were sent. */
    public double compressionRatioDown() {
        return gradientFrameBytes == 0 ? 1 : (double) gradientRawBytes / gradientFrameBytes;
    }
}
