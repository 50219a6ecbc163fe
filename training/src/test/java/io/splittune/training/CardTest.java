package io.splittune.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.splittune.codec.AdapterCompression;
import io.splittune.tensor.testing.LeakChecked;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** CARD: one device after another, at a cut that moves. */
@LeakChecked
class CardTest {
    private static final int ROUNDS = 4;

    /** Cuts 1, 3, 2, 1 and so on for device 0, the next ones of that for the others. */
    static RoundPolicy moving(int devices, CutCompression compression) {
        return round -> IntStream.range(0, devices)
                .mapToObj(device -> new DeviceDecision(1 + 2 * (round - 1 + device) % 3, compression, true))
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void aCutThatMovesTrainsLikeTheUnsplitModel(OptimizerConfig.Kind kind) throws IOException {
        try (TinyRun card = TinyRun.of(Scheme.CARD, ROUNDS, kind);
                TinyRun whole = TinyRun.of(Scheme.CENTRAL, ROUNDS, kind)) {
            RunSummary ours = card.inProcess(1, moving(1, TinyRun.NONE));
            RunSummary reference = whole.unsplit(1);
            assertThat(ours.rounds())
                    .extracting(round -> round.devices().get(0).cut())
                    .containsExactly(1, 3, 2, 1);
            CutInvarianceTest.assertSameLosses(ours, reference);
            CutInvarianceTest.assertSameTensors(
                    ours.adapters().get(RunSummary.SHARED), reference.adapters().get("device-0"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void cutsThatMoveAndDifferTrainLikeOneThatStays(OptimizerConfig.Kind kind) throws IOException {
        try (TinyRun card = TinyRun.of(Scheme.CARD, ROUNDS, kind);
                TinyRun fixed = TinyRun.of(Scheme.CARD, ROUNDS, kind)) {
            RunSummary ours = card.inProcess(3, moving(3, TinyRun.NONE));
            RunSummary reference = fixed.inProcess(3, 2, TinyRun.NONE);
            CutInvarianceTest.assertSameLosses(ours, reference);
            CutInvarianceTest.assertSameTensors(
                    ours.adapters().get(RunSummary.SHARED), reference.adapters().get(RunSummary.SHARED));
        }
    }

    @Test
    void whatCrossesTheCutIsCompressedAsDecided() throws IOException {
        try (TinyRun card = TinyRun.of(Scheme.CARD, 2, new AdapterCompression.None());
                TinyRun sequential = TinyRun.of(Scheme.SL, 2, new AdapterCompression.None())) {
            RunSummary compressed = card.inProcess(2, moving(2, TinyRun.PAPER));
            RunSummary plain = sequential.inProcess(2, moving(2, TinyRun.PAPER));
            Traffic traffic = compressed.traffic();
            assertThat(traffic.activationFrameBytes()).isLessThan(traffic.activationRawBytes() / 5);
            assertThat(traffic.modelBytesUp()).isEqualTo(plain.traffic().modelBytesUp());
            assertThat(compressed.rounds().get(1).devices())
                    .extracting(DeviceRound::compression)
                    .isEqualTo(List.of(TinyRun.PAPER.activations(), TinyRun.PAPER.activations()));
            assertThat(TinyRun.losses(compressed)[1]).isFinite().isNotEqualTo(TinyRun.losses(plain)[1]);
        }
    }
}
