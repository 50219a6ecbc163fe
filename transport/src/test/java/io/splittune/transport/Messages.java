package io.splittune.transport;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** One message of every kind, for tests. */
public final class Messages {
    private Messages() {}

    public static Message.Hello hello(String id) {
        return hello(id, "");
    }

    public static Message.Hello hello(String id, String token) {
        return new Message.Hello(SessionProtocol.VERSION, id, token, 100, Map.of("threads", "2", "bf16", "yes"));
    }

    public static byte[] random(int bytes, long seed) {
        byte[] content = new byte[bytes];
        new SplittableRandom(seed).nextBytes(content);
        return content;
    }

    public static Message.Gradient gradient(int step, int bytes) {
        return new Message.Gradient(new StepId(0, 0, step, 0), random(bytes, step), 0.5 * step, step);
    }

    public static Message.Activation activation(int step, int bytes) {
        return new Message.Activation(
                new StepId(1, 2, step, 3), random(bytes, step), new int[] {8, 197, 768}, new int[] {7, -100, 3}, true);
    }

    static List<Message> everyKindDown() {
        return List.of(
                new Message.Welcome(3, random(900, 1), "sha256:00ff", 5L << 30),
                new Message.RoundStart(7, 5, random(40, 2), random(700_000, 3), true),
                gradient(2, 1_000),
                new Message.Gradient(new StepId(0, 1, 2, 3), new byte[0], Double.NaN, 0),
                new Message.GradientNorm(new StepId(0, 1, 2, 3), 0.125),
                new Message.RoundResult(7, 1.25, Double.NaN, "Straße 7: 2 devices dropped"),
                new Message.Goodbye("finished"),
                new Message.Rejected(TransportException.Kind.VERSION, "too old"),
                new Message.Rejected("not wanted"));
    }

    static List<Message> everyKindUp() {
        return List.of(
                new Message.WeightsRequest(true, 0),
                new Message.WeightsRequest(false, 1L << 40),
                activation(2, 600_000),
                new Message.Activation(new StepId(0, 0, 0, 0), new byte[0], new int[] {1}, new int[0], false),
                new Message.Activation(
                        new StepId(2, 0, 1, 0),
                        random(90, 5),
                        new int[] {2, 5, 24},
                        new int[] {1, 2},
                        true,
                        new Message.Visits(
                                List.of(new Message.Visit(70_000, true), new Message.Visit(0, false)), 0x8123_4567)),
                new Message.GradientNorm(new StepId(1, 1, 0, 0), Double.NaN),
                new Message.AdapterUpload(
                        7, random(524_288, 4), 625, new DeviceReport(1.5, 2.5, 1L << 30, Map.of("loss", 0.25))),
                new Message.Goodbye(""));
    }
}
