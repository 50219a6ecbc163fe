package io.splittune.codec;

/**
 * Signs and levels of the kept elements, in {@link ValueContexts}. Reused from tensor to tensor; confined to one thread.
 */
final class ValuePlane {
    /** The most that the values of one word of a mask take: a sign, a tree and plain bits each. */
    private static final int WORD_DECISIONS = Long.SIZE * (ValueContexts.TREE_BITS + 2);

    private final ValueContexts known = new ValueContexts();

    /**
     * Codes the values.
     *
     * @param contexts of the levels: {@link ValueContexts#BY_CHANNEL} or {@link ValueContexts#BY_ROW}
     */
    void encode(QuantisedTensor tensor, RowLayout layout, int contexts, RangeEncoder encoder) {
        known.start(layout, tensor.range().levels(), contexts);
        int next = 0;
        for (int row = 0; row < layout.rows(); row++) {
            known.startRow(row);
            next = known.tree
                    ? encodeTreeRow(tensor, row * known.columns, next, encoder)
                    : encodeRunRow(tensor, row * known.columns, next, encoder);
        }
    }

    /**
     * Decodes the values.
     *
     * @param levels as many as the mask keeps; filled
     * @param negative all zero, gets the signs
     * @throws MalformedFrameException if the section ends early or a level is above E
     */
    void decode(
            Mask mask,
            RowLayout layout,
            int largestLevel,
            int contexts,
            char[] levels,
            long[] negative,
            RangeDecoder decoder) {
        known.start(layout, largestLevel, contexts);
        int next = 0;
        for (int row = 0; row < layout.rows(); row++) {
            known.startRow(row);
            next = known.tree
                    ? decodeTreeRow(mask.words(), row * known.columns, levels, negative, next, decoder)
                    : decodeRunRow(mask.words(), row * known.columns, levels, negative, next, decoder);
        }
    }

    /** Codes a row of levels up to 7; returns how many values were coded up to its end. */
    private int encodeRunRow(QuantisedTensor tensor, int rowStart, int first, RangeEncoder encoder) {
        int[] signProbabilities = known.signs.probabilities;
        long[] signCounts = known.signs.counts;
        int[] runProbabilities = known.runs.probabilities;
        long[] runCounts = known.runs.counts;
        char[] levels = tensor.levels();
        long[] negative = tensor.negative();
        long[] words = tensor.mask().words();
        int position = encoder.position;
        long low = encoder.low;
        long range = encoder.range;
        long several = known.largest > 1 ? -1 : 0;
        int next = first;
        int rowEnd = rowStart + known.columns;
        for (int index = rowStart >> 6; index << 6 < rowEnd; index++) {
            encoder.position = position;
            byte[] bytes = encoder.roomFor(WORD_DECISIONS);
            for (long word = inRow(words[index], index, rowStart, rowEnd); word != 0; word &= word - 1) {
                int channel = (index << 6) + Long.numberOfTrailingZeros(word) - rowStart;
                long sign = negative[next >> 6] >>> next & 1;
                int level = levels[next++];
                int context = known.signBases[channel] + (known.sample[channel] & ValueContexts.SIGN_KNOWN);
                long bound = (range >>> BitModels.PROBABILITY_BITS) * signProbabilities[context];
                long rest = range - bound;
                low += bound & sign - 1;
                range = rest ^ ((rest ^ bound) & -sign);
                signCounts[context] += BitModels.ZERO_SEEN + (sign << BitModels.ONES_SHIFT);
                if (range < RangeEncoder.LOWEST_RANGE) {
                    position = RangeEncoder.put(bytes, position, low);
                    low = (low & RangeEncoder.LOWEST_RANGE - 1) << RangeEncoder.WORD_BITS;
                    range <<= RangeEncoder.WORD_BITS;
                }
                context = known.runContext(channel);
                // The first two steps without a branch, which would often be taken for the wrong one; the second counts
                // for nothing where there is none.
                long bit = level > 0 ? 1 : 0;
                bound = (range >>> BitModels.PROBABILITY_BITS) * runProbabilities[context];
                rest = range - bound;
                low += bound & bit - 1;
                range = rest ^ ((rest ^ bound) & -bit);
                runCounts[context] += BitModels.ZERO_SEEN + (bit << BitModels.ONES_SHIFT);
                if (range < RangeEncoder.LOWEST_RANGE) {
                    position = RangeEncoder.put(bytes, position, low);
                    low = (low & RangeEncoder.LOWEST_RANGE - 1) << RangeEncoder.WORD_BITS;
                    range <<= RangeEncoder.WORD_BITS;
                }
                long second = -bit & several;
                bit = level > 1 ? 1 : 0;
                bound = (range >>> BitModels.PROBABILITY_BITS) * runProbabilities[context + 1];
                rest = range - bound;
                low += bound & bit - 1 & second;
                range ^= (range ^ rest ^ ((rest ^ bound) & -bit)) & second;
                runCounts[context + 1] += (BitModels.ZERO_SEEN + (bit << BitModels.ONES_SHIFT)) & second;
                if (range < RangeEncoder.LOWEST_RANGE) {
                    position = RangeEncoder.put(bytes, position, low);
                    low = (low & RangeEncoder.LOWEST_RANGE - 1) << RangeEncoder.WORD_BITS;
                    range <<= RangeEncoder.WORD_BITS;
                }
                if (level > 1) {
                    encoder.position = position;
                    encoder.low = low;
                    encoder.range = range;
                    encodeSteps(level, context, encoder);
                    position = encoder.position;
                    low = encoder.low;
                    range = encoder.range;
                }
                known.update(channel, (int) sign, known.heightOfRun[level]);
            }
        }
        encoder.position = position;
        encoder.low = low;
        encoder.range = range;
        return next;
    }

    /** Decodes a row of levels up to 7; returns how many values were decoded up to its end. */
    private int decodeRunRow(
            long[] words, int rowStart, char[] levels, long[] negative, int first, RangeDecoder decoder) {
        int[] signProbabilities = known.signs.probabilities;
        long[] signCounts = known.signs.counts;
        int[] runProbabilities = known.runs.probabilities;
        long[] runCounts = known.runs.counts;
        byte[] bytes = decoder.bytes;
        int position = decoder.position;
        long code = decoder.code;
        long range = decoder.range;
        long several = known.largest > 1 ? -1 : 0;
        int next = first;
        int rowEnd = rowStart + known.columns;
        for (int index = rowStart >> 6; index << 6 < rowEnd; index++) {
            for (long word = inRow(words[index], index, rowStart, rowEnd); word != 0; word &= word - 1) {
                int channel = (index << 6) + Long.numberOfTrailingZeros(word) - rowStart;
                int context = known.signBases[channel] + (known.sample[channel] & ValueContexts.SIGN_KNOWN);
                long bound = (range >>> BitModels.PROBABILITY_BITS) * signProbabilities[context];
                long ones = (code - bound) >> (Long.SIZE - 1);
                long rest = range - bound;
                code -= bound & ~ones;
                range = rest ^ ((rest ^ bound) & ones);
                signCounts[context] += BitModels.ZERO_SEEN - (ones << BitModels.ONES_SHIFT);
                if (range < RangeEncoder.LOWEST_RANGE) {
                    code = code << RangeEncoder.WORD_BITS | RangeDecoder.word(bytes, position, decoder.end);
                    position += Short.BYTES;
                    range <<= RangeEncoder.WORD_BITS;
                }
                context = known.runContext(channel);
                // As in encoding.
                bound = (range >>> BitModels.PROBABILITY_BITS) * runProbabilities[context];
                rest = range - bound;
                long up = (code - bound) >> (Long.SIZE - 1);
                code -= bound & ~up;
                range = rest ^ ((rest ^ bound) & up);
                runCounts[context] += BitModels.ZERO_SEEN - (up << BitModels.ONES_SHIFT);
                if (range < RangeEncoder.LOWEST_RANGE) {
                    code = code << RangeEncoder.WORD_BITS | RangeDecoder.word(bytes, position, decoder.end);
                    position += Short.BYTES;
                    range <<= RangeEncoder.WORD_BITS;
                }
                long second = up & several;
                bound = (range >>> BitModels.PROBABILITY_BITS) * runProbabilities[context + 1];
                rest = range - bound;
                long upAgain = (code - bound) >> (Long.SIZE - 1);
                code -= bound & ~upAgain & second;
                range ^= (range ^ rest ^ ((rest ^ bound) & upAgain)) & second;
                runCounts[context + 1] += (BitModels.ZERO_SEEN - (upAgain << BitModels.ONES_SHIFT)) & second;
                if (range < RangeEncoder.LOWEST_RANGE) {
                    code = code << RangeEncoder.WORD_BITS | RangeDecoder.word(bytes, position, decoder.end);
                    position += Short.BYTES;
                    range <<= RangeEncoder.WORD_BITS;
                }
                int level = -(int) (up + (upAgain & second));
                if (level > 1) {
                    decoder.position = position;
                    decoder.code = code;
                    decoder.range = range;
                    level = decodeSteps(context, decoder);
                    position = decoder.position;
                    code = decoder.code;
                    range = decoder.range;
                }
                negative[next >> 6] |= (ones & 1) << next;
                levels[next++] = (char) level;
                known.update(channel, -(int) ones, known.heightOfRun[level]);
            }
        }
        decoder.position = position;
        decoder.code = code;
        decoder.range = range;
        return next;
    }

    /** Codes the third step of a run and those behind it. */
    private void encodeSteps(int level, int first, RangeEncoder encoder) {
        for (int step = 2; step < known.largest; step++) {
            int bit = step < level ? 1 : 0;
            encoder.encode(bit, known.runs.probabilities[first + step]);
            known.runs.counts[first + step] += BitModels.ZERO_SEEN + ((long) bit << BitModels.ONES_SHIFT);
            if (bit == 0) {
                break;
            }
        }
    }

    /** Decodes the third step of a run and those behind it; returns the level. */
    private int decodeSteps(int first, RangeDecoder decoder) {
        int level = 2;
        while (level < known.largest) {
            int context = first + level;
            int bit = decoder.decode(known.runs.probabilities[context]);
            known.runs.counts[context] += BitModels.ZERO_SEEN + ((long) bit << BitModels.ONES_SHIFT);
            if (bit == 0) {
                break;
            }
            level++;
        }
        return level;
    }

    private int encodeTreeRow(QuantisedTensor tensor, int rowStart, int first, RangeEncoder encoder) {
        long[] words = tensor.mask().words();
        int next = first;
        int rowEnd = rowStart + known.columns;
        for (int index = rowStart >> 6; index << 6 < rowEnd; index++) {
            encoder.roomFor(WORD_DECISIONS);
            for (long word = inRow(words[index], index, rowStart, rowEnd); word != 0; word &= word - 1) {
                int channel = (index << 6) + Long.numberOfTrailingZeros(word) - rowStart;
                int sign = (int) (tensor.negative()[next >> 6] >>> next) & 1;
                int level = tensor.levels()[next++];
                int context = known.signBases[channel] + (known.sample[channel] & ValueContexts.SIGN_KNOWN);
                encoder.encode(sign, known.signs.probabilities[context]);
                known.signs.counts[context] += BitModels.ZERO_SEEN + ((long) sign << BitModels.ONES_SHIFT);
                encodeTree(level, known.treeContext(channel), encoder);
                known.update(channel, sign, known.height(level));
            }
        }
        return next;
    }

    private int decodeTreeRow(
            long[] words, int rowStart, char[] levels, long[] negative, int first, RangeDecoder decoder) {
        int next = first;
        int rowEnd = rowStart + known.columns;
        for (int index = rowStart >> 6; index << 6 < rowEnd; index++) {
            for (long word = inRow(words[index], index, rowStart, rowEnd); word != 0; word &= word - 1) {
                int channel = (index << 6) + Long.numberOfTrailingZeros(word) - rowStart;
                int context = known.signBases[channel] + (known.sample[channel] & ValueContexts.SIGN_KNOWN);
                int sign = decoder.decode(known.signs.probabilities[context]);
                known.signs.counts[context] += BitModels.ZERO_SEEN + ((long) sign << BitModels.ONES_SHIFT);
                int level = decodeTree(known.treeContext(channel), decoder);
                negative[next >> 6] |= (long) sign << next;
                levels[next++] = (char) level;
                known.update(channel, sign, known.height(level));
            }
        }
        return next;
    }

    /** Returns the bits of a word of the mask that lie in the row. */
    private static long inRow(long word, int index, int rowStart, int rowEnd) {
        long bits = word;
        int wordStart = index << 6;
        if (wordStart < rowStart) {
            bits &= -1L << rowStart;
        }
        if (rowEnd - wordStart < Long.SIZE) {
            bits &= (1L << rowEnd) - 1;
        }
        return bits;
    }

    private void encodeTree(int level, int base, RangeEncoder encoder) {
        int node = 1;
        for (int shift = known.highBits + known.plainBits - 1; shift >= known.plainBits; shift--) {
            int bit = level >>> shift & 1;
            encoder.encode(bit, known.trees.probabilities[base + node]);
            known.trees.counts[base + node] += bit != 0 ? BitModels.ONE_SEEN : BitModels.ZERO_SEEN;
            node = node << 1 | bit;
        }
        if (known.plainBits > 0) {
            encoder.encodePlain(level & (1 << known.plainBits) - 1, known.plainBits);
        }
    }

    private int decodeTree(int base, RangeDecoder decoder) {
        int node = 1;
        for (int i = 0; i < known.highBits; i++) {
            int bit = decoder.decode(known.trees.probabilities[base + node]);
            known.trees.counts[base + node] += bit != 0 ? BitModels.ONE_SEEN : BitModels.ZERO_SEEN;
            node = node << 1 | bit;
        }
        int level = node ^ 1 << known.highBits;
        if (known.plainBits > 0) {
            level = level << known.plainBits | decoder.decodePlain(known.plainBits);
        }
        if (level > known.largest) {
            throw decoder.malformed("level " + level + ", at most " + known.largest);
        }
        return level;
    }
}
