package io.splittune.codec;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Decodes the slices of one frame. Confined to one thread, which may have others help. */
final class SliceDecoder {
    private final Slices slices;
    private final Workers workers;
    private final ConcurrentLinkedQueue<Tools> idle;

    /**
     * Takes what is known without the frame.
     *
     * @param slices of the expected shape
     * @param workers who does it
     * @param idle where tools are borrowed
     */
    SliceDecoder(Slices slices, Workers workers, ConcurrentLinkedQueue<Tools> idle) {
        this.slices = slices;
        this.workers = workers;
        this.idle = idle;
    }

    /**
     * Reads what follows the header.
     *
     * @param reader behind the header
     * @param header the frame's
     * @param known the positions, if the frame does not tell them
     * @param target overwritten with the values
     * @return the positions
     * @throws MalformedFrameException if the slices are not what an encoder wrote
     */
    Mask decode(FrameReader reader, QuantisedHeader header, @Nullable Mask known, float[] target) {
        Mask[] masks = new Mask[slices.count()];
        int[] kept;
        if (known != null) {
            kept = new int[masks.length];
            for (int slice = 0; slice < masks.length; slice++) {
                masks[slice] = known.slice(slices.from(slice), slices.elements(slice));
                kept[slice] = masks[slice].kept();
            }
        } else {
            kept = reader.keptBySlice(slices, header.kept());
        }
        int[] counts = new int[masks.length];
        for (int slice = 0; slice < masks.length; slice++) {
            counts[slice] = header.coder().sections(kept[slice], slices.elements(slice), known == null);
        }
        List<List<Section>> sections = reader.sections(counts);
        workers.forEach(masks.length, slice -> {
            int elements = slices.elements(slice);
            Mask mask = masks[slice];
            if (mask == null && (kept[slice] == 0 || kept[slice] == elements)) {
                mask = kept[slice] == 0 ? Mask.none(elements) : Mask.all(elements);
            }
            var plan = new LosslessCoder.Plan(slices.layout(slice), kept[slice], header.range(), mask);
            QuantisedTensor tensor = decode(sections.get(slice), header.coder(), plan);
            tensor.dequantise(target, slices.from(slice), header.offsets());
            masks[slice] = tensor.mask();
        });
        return known != null ? known : Mask.join(masks);
    }

    private QuantisedTensor decode(List<Section> sections, Coder coder, LosslessCoder.Plan plan) {
        if (sections.isEmpty()) {
            return new QuantisedTensor(Mask.none(plan.elements()), plan.range(), new char[0], new long[0]);
        }
        try (Tools tools = Tools.borrow(idle)) {
            return tools.coder(coder).decode(sections, plan);
        }
    }
}
