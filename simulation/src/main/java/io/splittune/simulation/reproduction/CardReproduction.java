package io.splittune.simulation.reproduction;

import io.splittune.core.RandomStreams;
import io.splittune.wireless.CardSetting;
import io.splittune.wireless.ServerPower;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Numbers and figures of "Energy-Efficient Split Learning for Fine-Tuning Large Language Models in Edge Networks" (CARD):
 * Fig. 3 and 4, the weight, and what this project adds.
 *
 * <p>Needs no native library and takes seconds. Immutable and thread-safe.
 */
public final class CardReproduction {
    /** The name of the paper on the command line. */
    public static final String ID = "card";

    private static final String TITLE = "CARD: the paper's numbers beside ours";

    private static final List<String> NOTES = List.of(
            "derived: computed from what the paper states and the defaults named below.",
            "unexplained: the paper's number does not follow from what it states, or from one of several readings only.",
            "Not given in the paper, our defaults: F_min 0.7 GHz, band 100 MHz, 8 samples of 512 tokens, LoRA of rank 16 on query and value, mean CQI 12, 10.5 "
                    + "and 9 with a deviation of 2 for its good, normal and poor channel, extremes at the corners, benchmarks at CARD's own clock.",
            "F_min, band and traffic were chosen among those that were tried as the nearest to the paper's two percentages.",
            "70.8 % less delay and 53.1 % less server energy are not reproduced by one setting: the delay asks for F_min near 1 GHz, the energy for 0.7 GHz.",
            "Fig. 3(b)'s trend contradicts eq. (16); the formula is followed.",
            "The model is taken as 32 equal slices, as the paper does; LLaMA-3.2-1B has 16 layers, for which there are rows of their own.");

    private final RandomStreams streams;

    /**
     * Prepares a reproduction.
     *
     * @param streams where CQI are drawn from
     */
    public CardReproduction(RandomStreams streams) {
        this.streams = streams;
    }

    /** Returns what needs no training: all that the paper shows. */
    public Reproduction analytic() {
        return Reproduction.of(TITLE, analyticSections(), notes());
    }

    /**
     * Returns the same and what was trained.
     *
     * @param trainings run one after another
     * @throws IOException when a training cannot read or write its files
     */
    public Reproduction with(CardTrainings trainings) throws IOException {
        List<Section> sections = new ArrayList<>(analyticSections());
        sections.add(CardTrained.run(trainings));
        List<String> notes = notes();
        notes.add("Trainings: " + trainings.setting());
        return Reproduction.of(TITLE, sections, notes);
    }

    private List<Section> analyticSections() {
        return List.of(new CardDecisions(streams), new CardMethods(streams), new CardWeights(streams));
    }

    private static List<String> notes() {
        List<String> notes = new ArrayList<>(NOTES);
        ServerPower.warning(CardSetting.server()).ifPresent(notes::add);
        return notes;
    }
}
