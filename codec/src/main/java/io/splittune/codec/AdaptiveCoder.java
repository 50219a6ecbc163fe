package io.splittune.codec;

import java.util.List;

/** {@link Coder#ADAPTIVE}: one range-coded section whose models learn as they go. Stateless. */
final class AdaptiveCoder implements LosslessCoder {
    /** First size of the buffer, in elements per byte; dense tensors at many levels make it grow. */
    private static final int ELEMENTS_PER_BYTE = 4;

    @Override
    public int sections(boolean withPositions) {
        return 1;
    }

    @Override
    public List<Section> encode(QuantisedTensor tensor, int columns, boolean withPositions) {
        Mask mask = tensor.mask();
        KeepModel keeps = new KeepModel(columns, mask.size(), mask.kept());
        SignModel signs = new SignModel(columns);
        LevelModel levels = new LevelModel(columns, tensor.range().levels());
        RangeEncoder encoder = new RangeEncoder(mask.size() / ELEMENTS_PER_BYTE);
        long[] words = mask.words();
        long[] negative = tensor.negative();
        int next = 0;
        for (int rowStart = 0; rowStart < mask.size(); rowStart += columns) {
            keeps.startRow();
            for (int channel = 0; channel < columns; channel++) {
                int position = rowStart + channel;
                int kept = (int) (words[position >> 6] >>> position) & 1;
                if (withPositions) {
                    encoder.encode(kept, keeps.probability(channel));
                    keeps.update(channel, kept);
                }
                if (kept != 0) {
                    int sign = (int) (negative[next >> 6] >>> next) & 1;
                    encoder.encode(sign, signs.probability(channel));
                    signs.update(channel, sign);
                    levels.encode(encoder, channel, tensor.levels()[next]);
                    next++;
                }
            }
        }
        return List.of(encoder.finish());
    }

    @Override
    public QuantisedTensor decode(List<Section> sections, Plan plan) {
        RangeDecoder decoder = new RangeDecoder(sections.get(0));
        Mask shared = plan.mask();
        long[] words = shared != null ? shared.words() : new long[Mask.wordsFor(plan.elements())];
        KeepModel keeps = new KeepModel(plan.columns(), plan.elements(), plan.kept());
        SignModel signs = new SignModel(plan.columns());
        LevelModel levelModel = new LevelModel(plan.columns(), plan.range().levels());
        char[] levels = new char[plan.kept()];
        long[] negative = new long[Mask.wordsFor(plan.kept())];
        int next = 0;
        for (int rowStart = 0; rowStart < plan.elements(); rowStart += plan.columns()) {
            keeps.startRow();
            for (int channel = 0; channel < plan.columns(); channel++) {
                int position = rowStart + channel;
                long kept;
                if (shared != null) {
                    kept = words[position >> 6] >>> position & 1;
                } else {
                    int bit = decoder.decode(keeps.probability(channel));
                    keeps.update(channel, bit);
                    words[position >> 6] |= (long) bit << position;
                    kept = bit;
                }
                if (kept != 0) {
                    if (next == levels.length) {
                        throw decoder.malformed("more than " + next + " elements are kept");
                    }
                    int sign = decoder.decode(signs.probability(channel));
                    signs.update(channel, sign);
                    negative[next >> 6] |= (long) sign << next;
                    levels[next++] = (char) levelModel.decode(decoder, channel);
                }
            }
        }
        decoder.finish();
        if (next != levels.length) {
            throw decoder.malformed(next + " elements are kept, expected " + levels.length);
        }
        Mask mask = shared != null ? shared : Mask.ofWords(words, plan.elements());
        return new QuantisedTensor(mask, plan.range(), levels, negative);
    }
}
