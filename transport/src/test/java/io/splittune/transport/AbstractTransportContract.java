package io.splittune.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.transport.LinkStatistics.Traffic;
import io.splittune.transport.TransportException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every transport keeps to. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class AbstractTransportContract {
    protected static final Duration SOON = Duration.ofSeconds(20);
    protected static final Duration SHORT = Duration.ofMillis(50);

    /** A listener and the way to it. */
    public interface Place extends AutoCloseable {
        CutListener listener();

        CutLink connect(String deviceId) throws TransportException;

        @Override
        void close();
    }

    private final ExecutorService background = Executors.newCachedThreadPool();
    private final List<AutoCloseable> opened = new ArrayList<>();

    /** Opens a listener whose links, and those of its devices, have the given options. */
    protected abstract Place open(Admission admission, LinkOptions options) throws TransportException;

    @AfterEach
    void closeAll() throws Exception {
        Collections.reverse(opened);
        for (AutoCloseable each : opened) {
            each.close();
        }
        background.shutdownNow();
        assertThat(background.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    protected <T> Future<T> inBackground(Callable<T> work) {
        return background.submit(work);
    }

    protected <T extends AutoCloseable> T closedLater(T each) {
        opened.add(each);
        return each;
    }

    private Place place(Admission admission, LinkOptions options) throws TransportException {
        return closedLater(open(admission, options));
    }

    /** Both ends of a link whose device has said hello. */
    protected record Ends(CutLink device, CutLink server) {}

    protected Ends ends(Place place, String deviceId) throws TransportException {
        CutLink device = closedLater(place.connect(deviceId));
        CutLink server = closedLater(place.listener().accept(SOON));
        device.send(Messages.hello(deviceId));
        assertThat(server.receive(Message.Hello.class, SOON)).isEqualTo(Messages.hello(deviceId));
        return new Ends(device, server);
    }

    private Ends ends() throws TransportException {
        return ends(LinkOptions.DEFAULT);
    }

    private Ends ends(LinkOptions options) throws TransportException {
        return ends(place(Admission.any(), options), "device-1");
    }

    protected static void assertFails(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(TransportException.class, failure -> {
            assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(kind);
            assertThat(failure.getMessage()).doesNotContain("\n");
        });
    }

    private static void assertFailsWith(Kind kind, Future<?> future) {
        assertThatThrownBy(() -> future.get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        TransportException.class,
                        failure -> assertThat(failure.kind())
                                .as(failure.getMessage())
                                .isEqualTo(kind));
    }

    @Test
    void everyMessageArrivesAsItWasSent() throws Exception {
        Ends ends = ends();
        for (Message message : Messages.everyKindDown()) {
            ends.server.send(message);
            assertThat(ends.device.receive(SOON)).isEqualTo(message);
        }
        for (Message message : Messages.everyKindUp()) {
            ends.device.send(message);
            assertThat(ends.server.receive(SOON)).isEqualTo(message);
        }
    }

    @Test
    void manySmallMessagesArriveInOrderBothWaysAtOnce() throws Exception {
        Ends ends = ends();
        int count = 2_000;
        Future<?> up = inBackground(() -> sendGradients(ends.device, count));
        Future<?> down = inBackground(() -> sendGradients(ends.server, count));
        Future<?> received = inBackground(() -> receiveGradients(ends.device, count));
        receiveGradients(ends.server, count);
        for (Future<?> each : List.of(up, down, received)) {
            each.get();
        }
    }

    private static Void sendGradients(CutLink link, int count) throws TransportException {
        for (int i = 0; i < count; i++) {
            link.send(Messages.gradient(i, 64));
        }
        return null;
    }

    private static Void receiveGradients(CutLink link, int count) throws TransportException {
        for (int i = 0; i < count; i++) {
            assertThat(link.receive(SOON)).isEqualTo(Messages.gradient(i, 64));
        }
        return null;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 524_287, 524_288, 524_289, 1_048_576, 5 << 20, 60 << 20})
    void aPayloadOfAnySizeArrivesWhole(int bytes) throws Exception {
        Ends ends = ends();
        Message.Activation message = Messages.activation(1, bytes);
        Future<?> sender = inBackground(() -> {
            ends.device.send(message);
            return null;
        });
        assertThat(ends.server.receive(SOON)).isEqualTo(message);
        sender.get();
    }

    @Test
    void severalSendersDoNotMixTheirMessages() throws Exception {
        Ends ends = ends();
        int senders = 4;
        int each = 20;
        List<Future<?>> running = new ArrayList<>();
        for (int sender = 0; sender < senders; sender++) {
            int first = sender * each;
            running.add(inBackground(() -> {
                for (int i = 0; i < each; i++) {
                    ends.device.send(Messages.gradient(first + i, 700_000));
                }
                return null;
            }));
        }
        int[] next = {0, each, 2 * each, 3 * each};
        for (int i = 0; i < senders * each; i++) {
            Message.Gradient got = ends.server.receive(Message.Gradient.class, SOON);
            int step = got.step().step();
            assertThat(got).isEqualTo(Messages.gradient(next[step / each]++, 700_000));
        }
        for (Future<?> sender : running) {
            sender.get();
        }
    }

    @Test
    void aBlobStreamsToItsReader() throws Exception {
        Ends ends = ends();
        long bytes = (200L << 20) + 17;
        Future<?> sender = inBackground(() -> {
            ends.server.send(new Message.Weights(Blob.of(bytes, () -> CountingStream.source(bytes))));
            ends.server.send(new Message.Goodbye("after the blob"));
            return null;
        });
        Message.Weights weights = ends.device.receive(Message.Weights.class, SOON);
        CountingStream.Sink sink = new CountingStream.Sink();
        weights.content().writeTo(sink);

        CountingStream.Sink expected = new CountingStream.Sink();
        Blob.of(bytes, () -> CountingStream.source(bytes)).writeTo(expected);
        assertThat(sink.bytes()).isEqualTo(bytes);
        assertThat(sink.sum()).isEqualTo(expected.sum());
        assertThat(ends.device.receive(SOON)).isEqualTo(new Message.Goodbye("after the blob"));
        sender.get();
    }

    @Test
    void theUnreadRestOfABlobIsSkipped() throws Exception {
        Ends ends = ends();
        Future<?> sender = inBackground(() -> {
            ends.server.send(new Message.Weights(Blob.of(9 << 20, () -> CountingStream.source(9 << 20))));
            ends.server.send(new Message.Goodbye("after the blob"));
            return null;
        });
        Message.Weights weights = ends.device.receive(Message.Weights.class, SOON);
        try (InputStream in = weights.content().open()) {
            assertThat(in.readNBytes(5)).hasSize(5);
        }
        assertThat(ends.device.receive(SOON)).isEqualTo(new Message.Goodbye("after the blob"));
        sender.get();
    }

    @Test
    void aBlobMayBeEmptyAndIsReadOnce() throws Exception {
        Ends ends = ends();
        ends.server.send(new Message.Weights(Blob.ofBytes(new byte[0])));
        Message.Weights weights = ends.device.receive(Message.Weights.class, SOON);
        try (InputStream in = weights.content().open()) {
            assertThat(in.read()).isEqualTo(-1);
        }
        assertThatThrownBy(() -> weights.content().open())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("once");
    }

    @Test
    void receivingTimesOutAndMayBeTriedAgain() throws Exception {
        Ends ends = ends();
        assertFails(Kind.TIMEOUT, () -> ends.server.receive(Duration.ZERO));
        assertFails(Kind.TIMEOUT, () -> ends.server.receive(SHORT));
        ends.device.send(new Message.Goodbye("late"));
        assertThat(ends.server.receive(SOON)).isEqualTo(new Message.Goodbye("late"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWasSentBeforeClosingArrivesAndThenTheEnd(boolean deviceCloses) throws Exception {
        Ends ends = ends();
        CutLink closing = deviceCloses ? ends.device : ends.server;
        CutLink other = deviceCloses ? ends.server : ends.device;
        closing.send(Messages.gradient(1, 900_000));
        closing.send(new Message.Goodbye("done"));
        closing.close();
        closing.close();
        assertThat(other.receive(SOON)).isEqualTo(Messages.gradient(1, 900_000));
        assertThat(other.receive(SOON)).isEqualTo(new Message.Goodbye("done"));
        assertFails(Kind.CLOSED, () -> other.receive(SOON));
        assertFails(Kind.CLOSED, () -> other.send(new Message.Goodbye("too late")));
        assertThat(other.isOpen()).isFalse();
        assertFails(Kind.CLOSED, () -> closing.receive(SOON));
        assertFails(Kind.CLOSED, () -> closing.send(new Message.Goodbye("too late")));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void closingEndsAPendingReceiveOnBothSides(boolean deviceCloses) throws Exception {
        Ends ends = ends();
        Future<?> atDevice = inBackground(() -> ends.device.receive(SOON));
        Future<?> atServer = inBackground(() -> ends.server.receive(SOON));
        (deviceCloses ? ends.device : ends.server).close();
        assertFailsWith(Kind.CLOSED, atDevice);
        assertFailsWith(Kind.CLOSED, atServer);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPeerThatTakesNothingHoldsTheSenderUpUntilItGivesUp(boolean deviceSends) throws Exception {
        Ends ends = ends(LinkOptions.DEFAULT.withStallTimeout(Duration.ofMillis(300)));
        CutLink sender = deviceSends ? ends.device : ends.server;
        CutLink idle = deviceSends ? ends.server : ends.device;
        int messages = 40;
        assertFails(Kind.TIMEOUT, () -> {
            for (int i = 0; i < messages; i++) {
                sender.send(Messages.gradient(i, 1 << 20));
            }
        });
        assertThat(sender.statistics().totalSent().messages()).isLessThan(messages);
        assertThat(sender.isOpen()).isFalse();
        assertThatThrownBy(() -> {
                    for (int i = 0; i < messages; i++) {
                        idle.receive(SOON);
                    }
                })
                .isInstanceOf(TransportException.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void closingWakesASenderThatIsHeldUp(boolean ownSide) throws Exception {
        Ends ends = ends(LinkOptions.DEFAULT.withCloseTimeout(Duration.ofMillis(500)));
        CountDownLatch started = new CountDownLatch(20);
        Future<?> sender = inBackground(() -> {
            for (int i = 0; i < 60; i++) {
                ends.device.send(Messages.gradient(i, 1 << 20));
                started.countDown();
            }
            return null;
        });
        // It is held up after some messages, or soon will be: closing must do either way.
        started.await(200, TimeUnit.MILLISECONDS);
        (ownSide ? ends.device : ends.server).close();
        assertFailsWith(Kind.CLOSED, sender);
    }

    @Test
    void bothSidesCountTheSame() throws Exception {
        Ends ends = ends();
        ends.device.send(Messages.activation(1, 1_300_000));
        ends.device.send(Messages.activation(2, 10));
        ends.server.receive(SOON);
        ends.server.receive(SOON);
        Future<?> sender = inBackground(() -> {
            ends.server.send(new Message.Weights(Blob.of(3_000_000, () -> CountingStream.source(3_000_000))));
            return null;
        });
        ends.device.receive(Message.Weights.class, SOON).content().writeTo(new CountingStream.Sink());
        sender.get();

        LinkStatistics device = ends.device.statistics();
        LinkStatistics server = ends.server.statistics();
        assertThat(device.sent()).isEqualTo(server.received());
        assertThat(device.received()).isEqualTo(server.sent());
        assertThat(device.sent(MessageKind.ACTIVATION).messages()).isEqualTo(2);
        assertThat(device.sent(MessageKind.ACTIVATION).payloadBytes()).isEqualTo(1_300_010);
        assertThat(device.sent(MessageKind.HELLO)).isNotEqualTo(Traffic.NONE);
        assertThat(device.received(MessageKind.WEIGHTS).payloadBytes()).isEqualTo(3_000_000);
        assertThat(device.totalSent().messages()).isEqualTo(3);
        assertThat(device.totalReceived().messages()).isEqualTo(1);
        checkWire(device);
    }

    /** The bytes on the wire are a transport's own. */
    protected abstract void checkWire(LinkStatistics statistics);

    @Test
    void aPayloadOverTheLimitIsRefusedBeforeAnythingIsSent() throws Exception {
        Ends ends = ends(LinkOptions.DEFAULT.withMaxPayloadBytes(1_000));
        assertFails(Kind.TOO_LARGE, () -> ends.device.send(Messages.activation(1, 1_001)));
        ends.device.send(Messages.activation(1, 1_000));
        assertThat(ends.server.receive(SOON)).isEqualTo(Messages.activation(1, 1_000));
    }

    @Test
    void anotherProtocolVersionIsTurnedAway() throws Exception {
        Message.Hello future = new Message.Hello(SessionProtocol.VERSION + 1, "device-1", "", 1, java.util.Map.of());
        assertTurnedAway(Admission.any(), future, Kind.VERSION, "session protocol " + (SessionProtocol.VERSION + 1));
    }

    @Test
    void aDeviceThatIsNotPartOfTheRunIsTurnedAway() throws Exception {
        assertTurnedAway(
                new Admission(Set.of("device-2"), ""),
                Messages.hello("device-1"),
                Kind.REFUSED,
                "not part of this run");
    }

    @Test
    void aWrongTokenIsTurnedAway() throws Exception {
        Admission admission = new Admission(Set.of("device-1"), "secret");
        assertTurnedAway(admission, Messages.hello("device-1", "guess"), Kind.AUTHENTICATION, "token");
    }

    @Test
    void aSessionThatDoesNotBeginWithHelloIsTurnedAway() throws Exception {
        assertTurnedAway(Admission.any(), new Message.WeightsRequest(true, 7), Kind.PROTOCOL, "must be HELLO");
    }

    private void assertTurnedAway(Admission admission, Message first, Kind kind, String reason) throws Exception {
        Place place = place(admission, LinkOptions.DEFAULT);
        CutLink device = closedLater(place.connect("device-1"));
        CutLink server = closedLater(place.listener().accept(SOON));
        device.send(first);
        assertFails(kind, () -> server.receive(Message.Hello.class, SOON));
        assertThatThrownBy(() -> device.receive(Message.Welcome.class, SOON))
                .isInstanceOfSatisfying(
                        TransportException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(kind))
                .hasMessageContaining(reason);
        assertThat(server.isOpen()).isFalse();
    }

    @Test
    void theRightTokenIsLetIn() throws Exception {
        Place place = place(new Admission(Set.of("device-1"), "secret"), LinkOptions.DEFAULT);
        CutLink device = closedLater(place.connect("device-1"));
        CutLink server = closedLater(place.listener().accept(SOON));
        device.send(Messages.hello("device-1", "secret"));
        assertThat(server.receive(Message.Hello.class, SOON).deviceId()).isEqualTo("device-1");
        assertThat(server.peer()).contains("device-1");
    }

    @Test
    void aDeviceThatConnectsAgainReplacesItsFormerLink() throws Exception {
        Place place = place(Admission.any(), LinkOptions.DEFAULT);
        Ends former = ends(place, "device-1");
        Ends other = ends(place, "device-2");
        Ends again = ends(place, "device-1");
        assertFails(Kind.CLOSED, () -> former.server.receive(SOON));
        assertFails(Kind.CLOSED, () -> former.device.receive(SOON));
        former.server.close();
        for (Ends ends : List.of(again, other)) {
            ends.server.send(new Message.Goodbye("to " + ends.server.peer()));
            assertThat(ends.device.receive(Message.class, SOON).kind()).isEqualTo(MessageKind.GOODBYE);
        }
    }

    @Test
    void whatWasNotExpectedIsToldByItsKind() throws Exception {
        Ends ends = ends();
        ends.server.send(new Message.Goodbye("that is all"));
        ends.server.send(new Message.WeightsRequest(true, 7));
        assertThatThrownBy(() -> ends.device.receive(Message.Gradient.class, SOON))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("that is all");
        assertFails(Kind.PROTOCOL, () -> ends.device.receive(Message.Gradient.class, SOON));
        assertThat(ends.device.isOpen()).isFalse();
    }

    @Test
    void acceptingTimesOutAndEndsWithTheListener() throws Exception {
        Place place = place(Admission.any(), LinkOptions.DEFAULT);
        assertFails(Kind.TIMEOUT, () -> place.listener().accept(SHORT));
        Future<?> waiting = inBackground(() -> place.listener().accept(SOON));
        place.listener().close();
        assertFailsWith(Kind.CLOSED, waiting);
        assertThatThrownBy(() -> place.connect("device-1")).isInstanceOf(TransportException.class);
    }

    @Test
    void closingTheListenerClosesItsLinks() throws Exception {
        Place place = place(Admission.any(), LinkOptions.DEFAULT);
        Ends ends = ends(place, "device-1");
        place.listener().close();
        assertFails(Kind.CLOSED, () -> ends.device.receive(SOON));
        assertFails(Kind.CLOSED, () -> ends.server.receive(SOON));
    }

    @Test
    void anInterruptEndsWaitingAndStaysSet() throws Exception {
        Ends ends = ends();
        Future<Boolean> waiting = inBackground(() -> {
            Thread.currentThread().interrupt();
            assertFails(Kind.INTERRUPTED, () -> ends.device.receive(SOON));
            return Thread.interrupted();
        });
        assertThat(waiting.get()).isTrue();
        ends.server.send(new Message.Goodbye("still there"));
        assertThat(ends.device.receive(SOON)).isEqualTo(new Message.Goodbye("still there"));
    }

    @Test
    void aBlobWhoseSourceFailsEndsTheLink() throws Exception {
        Ends ends = ends();
        long bytes = 2 << 20;
        Future<?> sender = inBackground(() -> {
            ends.server.send(new Message.Weights(Blob.of(bytes, () -> CountingStream.source(bytes - 1))));
            return null;
        });
        Message.Weights weights = ends.device.receive(Message.Weights.class, SOON);
        assertThatThrownBy(() -> weights.content().writeTo(new CountingStream.Sink()))
                .isInstanceOf(IOException.class);
        try {
            sender.get();
        } catch (ExecutionException failure) {
            assertThat(failure).cause().hasMessageContaining("1 bytes before its declared end");
        }
    }
}
