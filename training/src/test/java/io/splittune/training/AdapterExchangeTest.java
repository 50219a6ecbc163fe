package io.splittune.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.splittune.codec.AdapterCompression;
import io.splittune.codec.MalformedFrameException;
import io.splittune.model.AdapterState;
import io.splittune.model.FloatArray;
import io.splittune.model.OptimizerState;
import io.splittune.tensor.testing.LeakChecked;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@LeakChecked
class AdapterExchangeTest {
    private static final AdapterCompression LOSSLESS = new AdapterCompression.Lossless();
    private static final AdapterCompression NONE = new AdapterCompression.None();
    private static final Map<String, long[]> SHAPES = Map.of("head.weight", new long[] {20, 50});

    private static TrainingConfig config(AdapterCompression adapters) {
        try (TinyRun run = TinyRun.of(Scheme.SL, 1, adapters)) {
            return run.config;
        }
    }

    private static Handover drawn(long seed, long steps) {
        AdapterState adapter = new AdapterState(drawn(seed, "head.weight"));
        AdapterState moments = new AdapterState(steps == 0 ? Map.of() : drawn(seed + 1, "head.weight.momentum_buffer"));
        return new Handover(adapter, Optional.of(new OptimizerState(steps, moments)));
    }

    private static Map<String, FloatArray> drawn(long seed, String name) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[1000];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return new LinkedHashMap<>(Map.of(name, FloatArray.of(values, 20, 50)));
    }

    @ParameterizedTest
    @EnumSource(names = {"SFT", "SFL", "SL", "CARD"})
    void losslessAdaptersTrainAsPlainOnesDo(Scheme scheme) throws IOException {
        RoundPolicy policy =
                scheme == Scheme.CARD ? CardTest.moving(2, TinyRun.PAPER) : TinyRun.always(2, 2, TinyRun.NONE);
        try (TinyRun plain = TinyRun.of(scheme, 3, OptimizerConfig.Kind.ADAMW, NONE);
                TinyRun packed = TinyRun.of(scheme, 3, OptimizerConfig.Kind.ADAMW, LOSSLESS)) {
            RunSummary expected = plain.inProcess(2, policy);
            RunSummary found = packed.inProcess(2, policy);
            assertThat(found.adapters()).isEqualTo(expected.adapters());
            assertThat(TinyRun.losses(found)).isEqualTo(TinyRun.losses(expected));
            assertThat(found.traffic().modelBytesUp())
                    .isLessThan(expected.traffic().modelBytesUp() * 9 / 10);
            assertThat(found.traffic().modelBytesDown())
                    .isLessThan(expected.traffic().modelBytesDown() * 9 / 10);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FL", "FL_LORA"})
    void losslessModelsAverageAsPlainOnesDo(Scheme scheme) {
        try (TinyRun plain = TinyRun.of(scheme, 3, NONE);
                TinyRun packed = TinyRun.of(scheme, 3, LOSSLESS)) {
            RunSummary expected = plain.federated(2, TinyRun.always(2, 2, TinyRun.NONE));
            RunSummary found = packed.federated(2, TinyRun.always(2, 2, TinyRun.NONE));
            assertThat(found.adapters()).isEqualTo(expected.adapters());
            assertThat(found.model()).isEqualTo(expected.model());
            assertThat(found.traffic().bytesUp()).isLessThan(expected.traffic().bytesUp() * 9 / 10);
            assertThat(found.traffic().bytesDown())
                    .isLessThan(expected.traffic().bytesDown() * 9 / 10);
        }
    }

    @Test
    void handoversComeBackAndLaterOnesGoBesideTheStart() {
        AdapterExchange server = new AdapterExchange(config(LOSSLESS));
        AdapterExchange device = new AdapterExchange(config(LOSSLESS));
        for (int round = 0; round < 3; round++) {
            Handover start = drawn(round, round);
            Handover trained = drawn(round, round + 7L);
            assertThat(device.started(server.start(start, SHAPES), SHAPES, "x")).isEqualTo(start);
            assertThat(server.uploaded(device.upload(trained, SHAPES), SHAPES, "x"))
                    .isEqualTo(trained);
        }
        assertThat(server.start(drawn(2, 0), SHAPES)).hasSizeLessThan(60);
    }

    @Test
    void aLinkMadeAnewGoesBesideNothing() {
        AdapterExchange server = new AdapterExchange(config(LOSSLESS));
        server.start(drawn(1, 1), SHAPES);
        byte[] second = server.start(drawn(2, 1), SHAPES);
        assertThatThrownBy(() -> new AdapterExchange(config(LOSSLESS)).started(second, SHAPES, "x"))
                .isInstanceOf(MalformedFrameException.class)
                .hasMessageContaining("beside another one than this end holds");
        byte[] anew = new AdapterExchange(config(LOSSLESS)).start(drawn(2, 1), SHAPES);
        assertThat(new AdapterExchange(config(LOSSLESS)).started(anew, SHAPES, "x"))
                .isEqualTo(drawn(2, 1));
        assertThatThrownBy(() -> server.uploaded(new byte[] {3}, SHAPES, "the adapter of d"))
                .isInstanceOf(MalformedFrameException.class)
                .hasMessageContaining("the adapter of d is of no known form");
    }

    @Test
    void quantisedUploadsAreSmallAndLeaveTheOptimiserAsItIs() {
        AdapterCompression seven = new AdapterCompression.Quantised(7);
        AdapterExchange server = new AdapterExchange(config(seven));
        AdapterExchange device = new AdapterExchange(config(seven));
        Handover start = drawn(1, 1);
        Handover trained = drawn(5, 2);
        assertThat(device.started(server.start(start, SHAPES), SHAPES, "x")).isEqualTo(start);
        byte[] payload = device.upload(trained, SHAPES);
        Handover found = server.uploaded(payload, SHAPES, "x");
        assertThat(found.optimizer()).isEqualTo(trained.optimizer());
        for (int i = 0; i < 1000; i++) {
            float expected = trained.adapter().get("head.weight").get(i);
            // The largest difference of 1000 draws of variance 2 is below 6.
            assertThat(found.adapter().get("head.weight").get(i)).isCloseTo(expected, within(6f / 7 / 2));
        }
        assertThat(found).isNotEqualTo(trained);
        assertThat(payload.length).isLessThan(1000 * 4 + 1000 / 2);
    }

    @Test
    void quantisedUploadsTrainAlmostAsWell() throws IOException {
        try (TinyRun exact = TinyRun.of(Scheme.SFT, 3, LOSSLESS);
                TinyRun rounded = TinyRun.of(Scheme.SFT, 3, new AdapterCompression.Quantised(15))) {
            RunSummary expected = exact.inProcess(2, 2, TinyRun.NONE);
            RunSummary found = rounded.inProcess(2, 2, TinyRun.NONE);
            assertThat(found.adapters()).isNotEqualTo(expected.adapters());
            assertThat(TinyRun.losses(found)).containsExactly(TinyRun.losses(expected), within(0.02));
            assertThat(found.traffic().modelBytesUp())
                    .isLessThan(expected.traffic().modelBytesUp() / 3);
        }
    }
}
