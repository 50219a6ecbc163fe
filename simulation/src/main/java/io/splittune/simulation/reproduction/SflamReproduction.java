package io.splittune.simulation.reproduction;

import io.splittune.core.RandomStreams;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Numbers and figures of "Deploying Large AI Models on Resource-Limited Devices with Split Federated Learning" (SFLAM):
 * Tables I and II, Fig. 4 and Fig. 5; Fig. 3 and 6 show accuracy and need trainings.
 *
 * <p>The text of the paper that we have has lost its formulas and most of its constants; all of Fig. 4 and 5 rests on
 * what stands in for them and says so. Immutable and thread-safe.
 */
public final class SflamReproduction {
    /** The name of the paper on the command line. */
    public static final String ID = "sflam";

    private static final String TITLE = "SFLAM: the paper's numbers beside ours";

    private static final List<String> NOTES = List.of(
            "derived: computed from what the paper states; nothing was adjusted to the number.",
            "unexplained: the paper's number does not follow from what it states, or from one of several readings only.",
            "reconstructed: the paper's formula or constant is lost in the text we have or was never given; ours stands in, and the paper's own number is not known.",
            "MB of the paper is MiB; its GFLOPs are multiply-adds of a forward pass.",
            "Ours by choice: objective sum of a log2(1 + q) / E; bits from 4 to 16; a sign bit of each value is sent and counted; clocks 0.5 to 1.5 GHz; "
                    + "kappa 1e-28; path loss 128.1 + 37.6 log10(d / km) dB; -174 dBm/Hz; Rayleigh fading on each block.",
            "Fig. 4 is of one mini-batch, Fig. 5 of five local epochs: the paper does not say which. Its six accuracies are lost and not invented here.");

    private final RandomStreams streams;

    /**
     * Prepares a reproduction.
     *
     * @param streams where fleets, channels and random blocks come from
     */
    public SflamReproduction(RandomStreams streams) {
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
    public Reproduction with(SflamTrainings trainings) throws IOException {
        List<Section> sections = new ArrayList<>(analyticSections());
        sections.add(SflamTrained.run(trainings));
        List<String> notes = new ArrayList<>(NOTES);
        notes.add("Trainings: " + trainings.setting());
        return Reproduction.of(TITLE, sections, notes);
    }

    private List<Section> analyticSections() {
        return List.of(
                new SflamTableOne(),
                new SflamTableTwo(),
                new SflamStages(streams),
                new SflamDeadlines(streams),
                new SflamSchemes(streams));
    }
}
