package io.splittune.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.splittune.model.AdapterState;
import io.splittune.tensor.testing.LeakChecked;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the model is cut changes nothing but who computes what. */
@LeakChecked
class CutInvarianceTest {
    /** Two orders of summation in fp32 matrix products over three rounds of training. */
    private static final double RELATIVE = 1e-5;

    /** Below the norm of every batch's gradient here, so that each is scaled. */
    private static final double CLIP_NORM = 0.1;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void everyCutTrainsLikeTheUnsplitModel(int cut) throws IOException {
        try (TinyRun split = TinyRun.sft(3);
                TinyRun whole = new TinyRun(Scheme.CENTRAL, 3, 0, Duration.ofSeconds(30))) {
            RunSummary ours = split.inProcess(1, cut, TinyRun.NONE);
            RunSummary reference = whole.unsplit(1);

            assertSameLosses(ours, reference);
            assertSameAdapter(
                    ours.adapters().get(RunSummary.SHARED), reference.adapters().get("device-0"));
            assertThat(ours.rounds().get(2).loss())
                    .isNotEqualTo(ours.rounds().get(0).loss());
        }
    }

    @Test
    void dropoutMasksDoNotDependOnTheCut() throws IOException {
        try (TinyRun first = new TinyRun(Scheme.SFT, 2, 0.3, Duration.ofSeconds(30));
                TinyRun second = new TinyRun(Scheme.SFT, 2, 0.3, Duration.ofSeconds(30));
                TinyRun without = TinyRun.sft(2)) {
            RunSummary early = first.inProcess(1, 1, TinyRun.NONE);
            assertSameLosses(early, second.inProcess(1, 3, TinyRun.NONE));
            assertThat(TinyRun.losses(early)).isNotEqualTo(TinyRun.losses(without.inProcess(1, 1, TinyRun.NONE)));
        }
    }

    /** The limit is on the norm of both halves' gradients together, and both know each step's place in the run. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aLimitOfTheGradientAndAScheduleDoNotDependOnTheCut(int cut) throws IOException {
        OptimizerConfig.Schedule schedule = new OptimizerConfig.Schedule(0.5, true);
        OptimizerConfig clipped = new OptimizerConfig(OptimizerConfig.Kind.SGD, 0.5, 0.9, 0, 1, schedule, CLIP_NORM);
        OptimizerConfig free =
                new OptimizerConfig(OptimizerConfig.Kind.SGD, 0.5, 0.9, 0, 1, schedule, Double.POSITIVE_INFINITY);
        try (TinyRun split = new TinyRun(Scheme.SFT, 2, 0, Duration.ofSeconds(30), clipped);
                TinyRun whole = new TinyRun(Scheme.CENTRAL, 2, 0, Duration.ofSeconds(30), clipped);
                TinyRun unlimited = new TinyRun(Scheme.CENTRAL, 2, 0, Duration.ofSeconds(30), free)) {
            RunSummary ours = split.inProcess(1, cut, TinyRun.NONE);
            RunSummary reference = whole.unsplit(1);
            assertSameLosses(ours, reference);
            assertSameAdapter(
                    ours.adapters().get(RunSummary.SHARED), reference.adapters().get("device-0"));
            assertThat(TinyRun.losses(reference)).isNotEqualTo(TinyRun.losses(unlimited.unsplit(1)));
        }
    }

    @Test
    void theSameRunTwiceGivesTheSameBits() throws IOException {
        try (TinyRun first = TinyRun.sft(2);
                TinyRun second = TinyRun.sft(2)) {
            RunSummary once = first.inProcess(3, 2, TinyRun.PAPER);
            RunSummary again = second.inProcess(3, 2, TinyRun.PAPER);
            assertThat(TinyRun.losses(once)).isEqualTo(TinyRun.losses(again));
            assertThat(once.adapters()).isEqualTo(again.adapters());
            assertThat(once.traffic()).isEqualTo(again.traffic());
        }
    }

    static void assertSameLosses(RunSummary ours, RunSummary reference) {
        double[] actual = TinyRun.losses(ours);
        double[] expected = TinyRun.losses(reference);
        assertThat(actual).hasSameSizeAs(expected);
        for (int round = 0; round < expected.length; round++) {
            assertThat(actual[round]).isCloseTo(expected[round], within(RELATIVE * expected[round]));
        }
    }

    private static void assertSameAdapter(AdapterState ours, AdapterState reference) {
        assertThat(ours.tensors().keySet()).isEqualTo(reference.tensors().keySet());
        ours.tensors().forEach((name, array) -> {
            float[] expected = reference.get(name).toArray();
            float[] actual = array.toArray();
            for (int i = 0; i < expected.length; i++) {
                assertThat(actual[i]).as(name).isCloseTo(expected[i], within(1e-5f));
            }
        });
    }

    /** Every tensor differs by at most {@code RELATIVE} of its norm. */
    static void assertSameTensors(AdapterState ours, AdapterState reference) {
        assertThat(ours.tensors().keySet()).isEqualTo(reference.tensors().keySet());
        ours.tensors().forEach((name, array) -> {
            double error = 0;
            double norm = 0;
            for (int i = 0; i < array.size(); i++) {
                double expected = reference.get(name).get(i);
                error += Math.pow(array.get(i) - expected, 2);
                norm += expected * expected;
            }
            assertThat(Math.sqrt(error)).as(name).isLessThanOrEqualTo(RELATIVE * Math.sqrt(norm));
        });
    }
}
