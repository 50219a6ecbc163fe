package io.splittune.simulation.reproduction;

import io.splittune.core.RandomStreams;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Numbers and figures of "Split Fine-Tuning for Large Language Models in Wireless Networks" (SFT): Table III, Fig. 3 and 5 to 10, and what this project adds.
 *
 * <p>The analytic part needs no native library and takes seconds. Immutable and thread-safe.
 */
public final class SftReproduction {
    /** The name of the paper on the command line. */
    public static final String ID = "sft";

    private static final String TITLE = "SFT: the paper's numbers beside ours";

    /** Batch, tokens and width at the cut of ViT-B/16. */
    private static final int[] CUT_SHAPE = {64, 197, 768};

    private static final List<String> NOTES = List.of(
            "derived: computed from what the paper states or from encoded bytes; nothing was adjusted to the number.",
            "fitted: rests on something adjusted to the paper's numbers. The paper prints neither its devices' clocks nor the rounds to the target accuracy; "
                    + "the fitted preset's were chosen by us to meet the four minutes of Fig. 10.",
            "unexplained: the paper's number does not follow from what it states, or from one of several readings only.",
            "trained: measured in real trainings.",
            "The activations and gradients of the analytic part are drawn: 64 x 197 x 768 normal values whose channels' scales are lognormal with sigma 0.5.",
            "MB and GB of the paper are MiB and GiB where its numbers say so.");

    private final RandomStreams streams;

    /**
     * Prepares a reproduction.
     *
     * @param streams where drawn tensors, fleets and random divisions come from
     */
    public SftReproduction(RandomStreams streams) {
        this.streams = streams;
    }

    /** Returns what needs no training. */
    public Reproduction analytic() {
        return Reproduction.of(TITLE, analyticSections(), NOTES);
    }

    /**
     * Returns the same and what was trained.
     *
     * @param trainings run one after another
     * @throws IOException when a training cannot read or write its files
     */
    public Reproduction with(SftTrainings trainings) throws IOException {
        List<Section> sections = new ArrayList<>(analyticSections());
        sections.add(TrainedAccuracy.run(trainings));
        sections.add(TrainedCompression.run(trainings));
        List<String> notes = new ArrayList<>(NOTES);
        notes.add("Trainings: " + trainings.setting());
        return Reproduction.of(TITLE, sections, notes);
    }

    private List<Section> analyticSections() {
        CutTensor activation = CutTensor.drawn(CUT_SHAPE, streams, 0);
        CutTensor gradient = CutTensor.drawn(CUT_SHAPE, streams, 1);
        CompressionPoints compression = CompressionPoints.of(activation, gradient, streams);
        return List.of(
                new TableThree(),
                new MemoryByCut(),
                compression,
                new Volumes(),
                new BandwidthSweep(streams),
                new HeadlineMinutes(),
                new OursOnTop(compression.nearest(), streams));
    }
}
