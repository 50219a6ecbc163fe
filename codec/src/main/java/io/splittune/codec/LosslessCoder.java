package io.splittune.codec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns the planes of a quantised tensor into the sections of a frame, and back. Confined to one thread. */
interface LosslessCoder {
    /**
     * Writes.
     *
     * @param tensor the planes
     * @param layout of the elements
     * @param withPositions whether the positions are to be written
     * @return as many sections as {@link Coder#sections} says
     */
    List<Section> encode(QuantisedTensor tensor, RowLayout layout, boolean withPositions);

    /**
     * Reads.
     *
     * @param sections as many as {@link Coder#sections} says, of any content
     * @param plan what is already known of the tensor
     * @return the planes
     * @throws MalformedFrameException if the sections are not what a coder wrote for that plan
     */
    QuantisedTensor decode(List<Section> sections, Plan plan);

    /**
     * What a decoder knows before it reads the sections.
     *
     * @param layout of the elements, whose number is bounded by what the caller expects
     * @param kept K, in [1, n]
     * @param range the quantisation points
     * @param mask the positions when they are not among the sections
     */
    record Plan(
            RowLayout layout,
            int kept,
            QuantiserRange range,
            @Nullable Mask mask) {
        /** Returns n. */
        int elements() {
            return layout.elements();
        }

        /** Returns C. */
        int columns() {
            return layout.columns();
        }
    }
}
