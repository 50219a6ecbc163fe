package io.splittune.codec;

import java.util.ArrayList;
import java.util.List;

/** {@link Coder#RAW}: everything at fixed width. Stateless. */
final class RawCoder implements LosslessCoder {
    @Override
    public List<Section> encode(QuantisedTensor tensor, RowLayout layout, boolean withPositions) {
        List<Section> sections = new ArrayList<>(3);
        if (withPositions) {
            sections.add(RawPositions.write(tensor.mask(), layout.columns()));
        }
        BitWriter writer = new BitWriter(FixedWidthLevels.bitsFor(tensor));
        FixedWidthLevels.write(tensor, writer);
        sections.add(writer.finish());
        sections.add(signs(tensor));
        return sections;
    }

    @Override
    public QuantisedTensor decode(List<Section> sections, Plan plan) {
        Mask shared = plan.mask();
        Mask mask = shared != null ? shared : RawPositions.read(sections.get(0), plan);
        int next = shared != null ? 0 : 1;
        BitReader reader = new BitReader(sections.get(next));
        char[] levels = FixedWidthLevels.read(reader, plan);
        reader.finish();
        long[] negative = Bitmaps.read(sections.get(next + 1), plan.kept());
        return new QuantisedTensor(mask, plan.range(), levels, negative);
    }

    /** Writes one bit per kept value. */
    static Section signs(QuantisedTensor tensor) {
        int kept = tensor.mask().kept();
        byte[] bytes = new byte[Bitmaps.bytesFor(kept)];
        Bitmaps.write(tensor.negative(), kept, bytes, 0);
        return new Section(bytes, 0, bytes.length);
    }
}
