package io.splittune.codec;

/**
 * A run of bytes inside an array: a part of a frame, or a coder's finished output.
 *
 * @param bytes the array it lies in, shared
 * @param from its first byte
 * @param to one past its last byte
 */
@SuppressWarnings("ArrayRecordComponent") // Sections are read, not compared.
record Section(byte[] bytes, int from, int to) {
    int length() {
        return to - from;
    }
}
