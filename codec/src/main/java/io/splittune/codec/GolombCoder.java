package io.splittune.codec;

import java.util.ArrayList;
import java.util.List;

/** {@link Coder#GOLOMB}: the paper's lossless stage. Stateless. */
final class GolombCoder implements LosslessCoder {
    private static final int FIXED_WIDTH = 0;
    private static final int ENTROPY_CODED = 1;

    @Override
    public List<Section> encode(QuantisedTensor tensor, RowLayout layout, boolean withPositions) {
        List<Section> sections = new ArrayList<>(3);
        if (withPositions) {
            sections.add(RicePositions.write(tensor.mask()));
        }
        sections.add(levels(tensor));
        sections.add(RawCoder.signs(tensor));
        return sections;
    }

    @Override
    public QuantisedTensor decode(List<Section> sections, Plan plan) {
        Mask shared = plan.mask();
        Mask mask = shared != null ? shared : RicePositions.read(sections.get(0), plan);
        int next = shared != null ? 0 : 1;
        char[] levels = levels(sections.get(next), plan);
        long[] negative = Bitmaps.read(sections.get(next + 1), plan.kept());
        return new QuantisedTensor(mask, plan.range(), levels, negative);
    }

    private static Section levels(QuantisedTensor tensor) {
        long fixedBits = FixedWidthLevels.bitsFor(tensor);
        Section coded = RansLevels.write(tensor, ENTROPY_CODED);
        if (coded.length() <= 1 + (fixedBits + 7) / 8) {
            return coded;
        }
        BitWriter writer = new BitWriter(Byte.SIZE + fixedBits);
        writer.write(FIXED_WIDTH, Byte.SIZE);
        FixedWidthLevels.write(tensor, writer);
        return writer.finish();
    }

    private static char[] levels(Section section, Plan plan) {
        BitReader reader = new BitReader(section);
        int layout = reader.read(Byte.SIZE);
        if (layout == ENTROPY_CODED) {
            return RansLevels.read(reader, section, plan);
        }
        if (layout != FIXED_WIDTH) {
            throw new MalformedFrameException(section.from(), "unknown layout of levels " + layout);
        }
        char[] levels = FixedWidthLevels.read(reader, plan);
        reader.finish();
        return levels;
    }
}
