package io.splittune.codec;

/** Positions as a bitmap, or as column indices row by row: whichever is shorter. Thread-safe (pure). */
final class RawPositions {
    private static final int BITMAP = 0;
    private static final int COLUMNS = 1;

    private RawPositions() {}

    /** Returns the bits of the column layout: a count per row and a column per kept element. */
    static long columnBits(int elements, int columns, int kept) {
        return (long) (elements / columns) * FrameFormat.bits(columns) + (long) kept * FrameFormat.bits(columns - 1);
    }

    static Section write(Mask mask, int columns) {
        long columnBits = columnBits(mask.size(), columns, mask.kept());
        if (columnBits < mask.size()) {
            BitWriter writer = new BitWriter(Byte.SIZE + columnBits);
            writer.write(COLUMNS, Byte.SIZE);
            writeColumns(mask, columns, writer);
            return writer.finish();
        }
        byte[] bytes = new byte[1 + Bitmaps.bytesFor(mask.size())];
        bytes[0] = BITMAP;
        Bitmaps.write(mask.words(), mask.size(), bytes, 1);
        return new Section(bytes, 0, bytes.length);
    }

    static Mask read(Section section, LosslessCoder.Plan plan) {
        if (section.length() == 0) {
            throw new MalformedFrameException(section.from(), "no positions");
        }
        int layout = section.bytes()[section.from()];
        Section rest = new Section(section.bytes(), section.from() + 1, section.to());
        if (layout == COLUMNS) {
            return readColumns(new BitReader(rest), plan);
        }
        if (layout != BITMAP) {
            throw new MalformedFrameException(section.from(), "unknown layout of positions " + layout);
        }
        Mask mask = Mask.ofWords(Bitmaps.read(rest, plan.elements()), plan.elements());
        if (mask.kept() != plan.kept()) {
            throw new MalformedFrameException(
                    rest.from(), "the bitmap keeps " + mask.kept() + " elements, expected " + plan.kept());
        }
        return mask;
    }

    private static void writeColumns(Mask mask, int columns, BitWriter writer) {
        int countWidth = FrameFormat.bits(columns);
        int width = FrameFormat.bits(columns - 1);
        int first = mask.nextKept(0);
        for (int rowStart = 0; rowStart < mask.size(); rowStart += columns) {
            int rowEnd = rowStart + columns;
            int count = 0;
            int position = first;
            while (position >= 0 && position < rowEnd) {
                count++;
                position = mask.nextKept(position + 1);
            }
            writer.write(count, countWidth);
            for (position = first; count > 0; count--) {
                writer.write(position - rowStart, width);
                position = mask.nextKept(position + 1);
            }
            first = position;
        }
    }

    private static Mask readColumns(BitReader reader, LosslessCoder.Plan plan) {
        int columns = plan.columns();
        int countWidth = FrameFormat.bits(columns);
        int width = FrameFormat.bits(columns - 1);
        reader.require(columnBits(plan.elements(), columns, plan.kept()));
        long[] words = new long[Mask.wordsFor(plan.elements())];
        int left = plan.kept();
        for (int rowStart = 0; rowStart < plan.elements(); rowStart += columns) {
            int count = reader.read(countWidth);
            left -= count;
            int previous = -1;
            for (int i = 0; i < count; i++) {
                int column = reader.read(width);
                if (column <= previous || column >= columns) {
                    throw reader.malformed("column " + column + " after " + previous + " of " + columns);
                }
                previous = column;
                int position = rowStart + column;
                words[position >> 6] |= 1L << position;
            }
        }
        if (left != 0) {
            throw reader.malformed("the columns keep " + (plan.kept() - left) + " elements, expected " + plan.kept());
        }
        reader.finish();
        return Mask.ofWords(words, plan.elements());
    }
}
