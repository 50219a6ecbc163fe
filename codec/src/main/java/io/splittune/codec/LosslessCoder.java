package io.splittune.codec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns the planes of a quantised tensor into the sections of a frame, and back. Implementations are stateless. */
interface LosslessCoder {
    /**
     * Returns how many sections a frame has.
     *
     * @param withPositions whether positions are among them: not when dense or on a shared mask
     */
    int sections(boolean withPositions);

    /**
     * Writes.
     *
     * @param tensor the planes
     * @param columns C, the size of the last dimension; divides the number of elements
     * @param withPositions whether the positions are to be written
     * @return as many sections as {@link #sections} says
     */
    List<Section> encode(QuantisedTensor tensor, int columns, boolean withPositions);

    /**
     * Reads.
     *
     * @param sections as many as {@link #sections} says, of any content
     * @param plan what is already known of the tensor
     * @return the planes
     * @throws MalformedFrameException if the sections are not what a coder wrote for that plan
     */
    QuantisedTensor decode(List<Section> sections, Plan plan);

    /**
     * What a decoder knows before it reads the sections.
     *
     * @param elements n, bounded by what the caller expects
     * @param columns C, the size of the last dimension; divides n
     * @param kept K, in [1, n]
     * @param range the quantisation points
     * @param mask the positions when they are not among the sections
     */
    record Plan(
            int elements,
            int columns,
            int kept,
            QuantiserRange range,
            @Nullable Mask mask) {}
}
