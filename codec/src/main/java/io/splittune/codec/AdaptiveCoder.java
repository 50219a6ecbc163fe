package io.splittune.codec;

import java.util.List;

/**
 * {@link Coder#ADAPTIVE}: one range-coded section whose models learn as they go: all keep decisions, then all values. Holds
 * its tables from tensor to tensor; confined to one thread.
 */
final class AdaptiveCoder implements LosslessCoder {
    /** The section's first byte names the contexts of levels. */
    private static final int HEAD_BYTES = 1;

    private final KeepPlane keeps = new KeepPlane();
    private final ValuePlane values = new ValuePlane();
    private final RangeEncoder encoder = new RangeEncoder();

    @Override
    public List<Section> encode(QuantisedTensor tensor, RowLayout layout, boolean withPositions) {
        encoder.start(HEAD_BYTES);
        if (withPositions) {
            keeps.encode(tensor.mask(), layout, encoder);
        }
        int contexts = LevelContexts.choose(tensor, layout);
        encoder.bytes[0] = (byte) contexts;
        values.encode(tensor, layout, contexts, encoder);
        return List.of(encoder.finish());
    }

    @Override
    public QuantisedTensor decode(List<Section> sections, Plan plan) {
        Section section = sections.get(0);
        RangeDecoder decoder = new RangeDecoder(section, HEAD_BYTES);
        int contexts = section.bytes()[section.from()];
        if (contexts != ValueContexts.BY_CHANNEL && contexts != ValueContexts.BY_ROW) {
            throw new MalformedFrameException(section.from(), "unknown contexts of levels " + contexts);
        }
        Mask mask = plan.mask() != null ? plan.mask() : decodeMask(plan, decoder);
        char[] levels = new char[plan.kept()];
        long[] negative = new long[Mask.wordsFor(plan.kept())];
        values.decode(mask, plan.layout(), plan.range().levels(), contexts, levels, negative, decoder);
        decoder.finish();
        return new QuantisedTensor(mask, plan.range(), levels, negative);
    }

    private Mask decodeMask(Plan plan, RangeDecoder decoder) {
        long[] words = new long[Mask.wordsFor(plan.elements())];
        keeps.decode(words, plan.layout(), plan.kept(), decoder);
        Mask mask = Mask.ofWords(words, plan.elements());
        if (mask.kept() != plan.kept()) {
            throw decoder.malformed(mask.kept() + " elements are kept, expected " + plan.kept());
        }
        return mask;
    }
}
