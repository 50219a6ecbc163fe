package io.splittune.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.splittune.tensor.testing.LeakChecked;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A cut LLaMA learns from texts of many lengths as the whole one does. */
@LeakChecked
class LanguageTrainingTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void everyCutTrainsLikeTheUnsplitModel(int cut) throws IOException {
        try (TinyRun split = TinyRun.language(Scheme.SFT, 2, false);
                TinyRun whole = TinyRun.language(Scheme.CENTRAL, 2, false)) {
            RunSummary ours = split.inProcess(1, cut, TinyRun.NONE);
            RunSummary reference = whole.unsplit(1);
            CutInvarianceTest.assertSameLosses(ours, reference);
            assertThat(ours.rounds().get(1).testLoss()).isLessThan(ours.initialLoss());
        }
    }

    @Test
    void aDeviceThatRecomputesLearnsTheSame() throws IOException {
        try (TinyRun keeping = TinyRun.language(Scheme.SFT, 2, false);
                TinyRun recomputing = TinyRun.language(Scheme.SFT, 2, true)) {
            CutInvarianceTest.assertSameLosses(
                    recomputing.inProcess(2, 2, TinyRun.PAPER), keeping.inProcess(2, 2, TinyRun.PAPER));
        }
    }

    @Test
    void aClassifierIsScoredOncePerText() throws IOException {
        try (TinyRun run = TinyRun.classifier(Scheme.SFT, 2, 4);
                TinyRun whole = TinyRun.classifier(Scheme.CENTRAL, 2, 4)) {
            RunSummary ours = run.inProcess(1, 2, TinyRun.NONE);
            CutInvarianceTest.assertSameLosses(ours, whole.unsplit(1));
            // 20 test texts: accuracies are multiples of a twentieth.
            assertThat(ours.rounds().get(1).accuracy() * 20 % 1).isBetween(-1e-9, 1e-9);
        }
    }

    @Test
    void cardMovesTheCutOfALanguageModel() throws IOException {
        RoundPolicy moving = round -> TinyRun.always(2, round, TinyRun.NONE).decide(round);
        try (TinyRun card = TinyRun.language(Scheme.CARD, 3, false);
                TinyRun sequential = TinyRun.language(Scheme.SL, 3, false)) {
            CutInvarianceTest.assertSameLosses(card.inProcess(2, moving), sequential.inProcess(2, 2, TinyRun.NONE));
        }
    }
}
