package io.splittune.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class MessageTest {
    private static final byte[] NONE = new byte[0];
    private static final StepId STEP = new StepId(0, 0, 0, 0);

    private static void assertRefused(String reason, ThrowingCallable make) {
        assertThatThrownBy(make).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(reason);
    }

    @Test
    void valuesOutOfRangeAreNamed() {
        String tooLong = "x".repeat(4097);
        assertRefused("protocolVersion (0)", () -> new Message.Hello(0, "a", "", 0, Map.of()));
        assertRefused("deviceId (a b)", () -> new Message.Hello(1, "a b", "", 0, Map.of()));
        assertRefused("sampleCount (-1)", () -> new Message.Hello(1, "a", "", -1, Map.of()));
        assertRefused("capability cpu", () -> new Message.Hello(1, "a", "", 0, Map.of("cpu", tooLong)));
        assertRefused("deviceIndex (-1)", () -> new Message.Welcome(-1, NONE, "", 0));
        assertRefused("round (-1)", () -> new Message.RoundStart(-1, 0, NONE, NONE, true));
        assertRefused("cut (-2)", () -> new Message.RoundStart(0, -2, NONE, NONE, true));
        assertRefused("bytes of compression", () -> new Message.RoundStart(0, 0, new byte[65_537], NONE, true));
        assertRefused("number of axes (0)", () -> new Message.Activation(STEP, NONE, new int[0], new int[0], true));
        assertRefused("axis (0)", () -> new Message.Activation(STEP, NONE, new int[] {4, 0}, new int[0], true));
        assertRefused(
                "number of labels (65537)",
                () -> new Message.Activation(STEP, NONE, new int[] {1}, new int[65_537], true));
        assertRefused("sample (-1)", () -> new Message.Visit(-1, false));
        assertRefused(
                "number of visits",
                () -> new Message.Visits(Collections.nCopies(65_537, new Message.Visit(0, true)), 0));
        assertRefused("correct (-1)", () -> new Message.Gradient(STEP, NONE, 0, -1));
        assertRefused("squared (-0.5)", () -> new Message.GradientNorm(new StepId(0, 0, 0, 0), -0.5));
        assertRefused("samples (-1)", () -> new Message.AdapterUpload(0, NONE, -1, new DeviceReport(0, 0, 0)));
        assertRefused("note", () -> new Message.RoundResult(0, 0, 0, tooLong));
        assertRefused("reason", () -> new Message.Goodbye(tooLong));
        assertRefused("TIMEOUT", () -> new Message.Rejected(TransportException.Kind.TIMEOUT, ""));
        assertRefused("microBatch (-1)", () -> new StepId(0, 0, 0, -1));
        assertRefused("computeSeconds", () -> new DeviceReport(Double.NaN, 0, 0));
        assertRefused("measures: loss", () -> new DeviceReport(0, 0, 0, Map.of("loss", Double.NaN)));
        assertRefused("maxPayloadBytes", () -> LinkOptions.DEFAULT.withMaxPayloadBytes(Integer.MAX_VALUE));
    }

    @Test
    void messagesAreEqualByContent() {
        assertThat(Messages.activation(1, 10)).isEqualTo(Messages.activation(1, 10));
        assertThat(Messages.activation(1, 10)).hasSameHashCodeAs(Messages.activation(1, 10));
        assertThat(Messages.activation(1, 10)).isNotEqualTo(Messages.activation(2, 10));
    }

    @Test
    void aTokenIsNotPrinted() {
        assertThat(Messages.hello("device-1", "secret").toString())
                .contains("device-1")
                .doesNotContain("secret");
    }
}
