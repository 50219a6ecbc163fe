package io.splittune.codec;

import java.util.List;

/**
 * A slice ready for the frame.
 *
 * @param kept its number of kept elements
 * @param sections as many as {@link Coder#sections} says
 */
record EncodedSlice(int kept, List<Section> sections) {
    /** Returns the bytes that the sections take with their lengths. */
    int bytes() {
        int bytes = 0;
        for (Section section : sections) {
            bytes = Math.addExact(bytes, FrameWriter.varintLength(section.length()) + section.length());
        }
        return bytes;
    }
}
