package io.splittune.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.splittune.testkit.Property;
import io.splittune.transport.Admission;
import io.splittune.transport.CountingStream;
import io.splittune.transport.CutLink;
import io.splittune.transport.LinkOptions;
import io.splittune.transport.Message;
import io.splittune.transport.Messages;
import io.splittune.transport.SessionProtocol;
import io.splittune.transport.TransportException;
import io.splittune.transport.TransportException.Kind;
import io.splittune.transport.proto.Activation;
import io.splittune.transport.proto.Chunk;
import io.splittune.transport.proto.Envelope;
import io.splittune.transport.proto.Goodbye;
import io.splittune.transport.proto.Gradient;
import io.splittune.transport.proto.Greeting;
import io.splittune.transport.proto.Hello;
import io.splittune.transport.proto.StepId;
import io.splittune.transport.proto.Weights;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers that do not keep to the protocol, written with bare bytes. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class WireTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final LinkOptions OPTIONS =
            LinkOptions.DEFAULT.withMaxPayloadBytes(4 << 20).withCloseTimeout(Duration.ofSeconds(1));

    private static final Marshaller<byte[]> BYTES = new Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    };

    private static final MethodDescriptor<byte[], byte[]> METHOD = MethodDescriptor.newBuilder(BYTES, BYTES)
            .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
            .setFullMethodName("splittune.session.v1.SplitTune/Session")
            .build();

    private GrpcListener listener;
    private ManagedChannel channel;
    private ClientCall<byte[], byte[]> call;
    private CutLink server;
    private final CompletableFuture<Status> ended = new CompletableFuture<>();

    @BeforeEach
    void call() throws Exception {
        listener = GrpcListener.listen("127.0.0.1", 0, GrpcSecurity.insecure(), Admission.any(), OPTIONS);
        channel = NettyChannelBuilder.forAddress("127.0.0.1", listener.port())
                .usePlaintext()
                .build();
        call = channel.newCall(METHOD, CallOptions.DEFAULT);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        ended.complete(status);
                    }
                },
                new Metadata());
        call.request(100);
        server = listener.accept(SOON);
    }

    @AfterEach
    void hangUp() throws Exception {
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        listener.close();
    }

    private static Envelope.Builder hello() {
        return Envelope.newBuilder()
                .setHello(Hello.newBuilder()
                        .setProtocolVersion(SessionProtocol.VERSION)
                        .setDeviceId("device-1"));
    }

    private static Envelope.Builder activation(long announced, int inline) {
        return Envelope.newBuilder()
                .setActivation(Activation.newBuilder()
                        .setStep(StepId.getDefaultInstance())
                        .addShape(4))
                .setPayloadBytes(announced)
                .setPayload(ByteString.copyFrom(new byte[inline]));
    }

    private static Envelope chunk(long sequence, int bytes) {
        return Envelope.newBuilder()
                .setChunk(Chunk.newBuilder().setSequence(sequence).setData(ByteString.copyFrom(new byte[bytes])))
                .build();
    }

    private void send(Envelope... envelopes) {
        for (Envelope envelope : envelopes) {
            call.sendMessage(envelope.toByteArray());
        }
    }

    /** Sends a hello, then the envelopes; the last must end the link with the kind and the reason. */
    private void assertBroken(Kind kind, String reason, Envelope... envelopes) throws Exception {
        send(hello().build());
        send(envelopes);
        server.receive(Message.Hello.class, SOON);
        assertThatThrownBy(() -> server.receive(SOON))
                .isInstanceOfSatisfying(
                        TransportException.class,
                        failure -> assertThat(failure.kind())
                                .as(failure.getMessage())
                                .isEqualTo(kind))
                .hasMessageContaining(reason)
                .hasMessageContaining("device-1");
        assertThat(server.isOpen()).isFalse();
        Status status = ended.get(10, TimeUnit.SECONDS);
        assertThat(status.getCode())
                .isEqualTo(kind == Kind.TOO_LARGE ? Status.Code.RESOURCE_EXHAUSTED : Status.Code.INVALID_ARGUMENT);
        assertThat(status.getDescription()).contains(reason);
    }

    @Test
    void bytesThatAreNoProtobufAreRefused() throws Exception {
        send(hello().build());
        call.sendMessage(new byte[] {(byte) 0xFF, (byte) 0xFF, 3, 1, 4});
        server.receive(Message.Hello.class, SOON);
        assertThatThrownBy(() -> server.receive(SOON))
                .isInstanceOfSatisfying(
                        TransportException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Kind.PROTOCOL));
        assertThat(ended.get(10, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void aMessageOfUnknownKindIsRefused() throws Exception {
        assertBroken(Kind.PROTOCOL, "unknown kind", Envelope.getDefaultInstance());
    }

    @Test
    void aGreetingFromADeviceIsRefused() throws Exception {
        assertBroken(
                Kind.PROTOCOL,
                "greeting",
                Envelope.newBuilder().setGreeting(Greeting.getDefaultInstance()).build());
    }

    @Test
    void aChunkWithoutAMessageIsRefused() throws Exception {
        assertBroken(Kind.PROTOCOL, "belongs to no message", chunk(1, 5));
    }

    @Test
    void aMissingChunkIsRefused() throws Exception {
        assertBroken(
                Kind.PROTOCOL,
                "has chunk 2 where 1 was due",
                activation(1_000, 100).build(),
                chunk(2, 5));
    }

    @Test
    void anEmptyChunkIsRefused() throws Exception {
        assertBroken(Kind.PROTOCOL, "empty chunk", activation(1_000, 100).build(), chunk(1, 0));
    }

    @Test
    void moreBytesThanAnnouncedAreRefused() throws Exception {
        assertBroken(
                Kind.PROTOCOL,
                "more than the 1000 bytes",
                activation(1_000, 999).build(),
                chunk(1, 2));
    }

    @Test
    void moreBytesThanAnnouncedInTheFirstPartAreRefused() throws Exception {
        assertBroken(Kind.PROTOCOL, "more than the 10 bytes", activation(10, 11).build());
    }

    @Test
    void aPartOverHalfAMebibyteIsRefused() throws Exception {
        assertBroken(
                Kind.PROTOCOL,
                "part of 524289 bytes",
                activation(1 << 20, 524_289).build());
    }

    @Test
    void anotherMessageInsideAPayloadIsRefused() throws Exception {
        assertBroken(
                Kind.PROTOCOL,
                "interrupted by another message",
                activation(1_000, 10).build(),
                Envelope.newBuilder().setGoodbye(Goodbye.getDefaultInstance()).build());
    }

    @Test
    void anAnnouncedPayloadOverTheLimitIsRefusedBeforeItsBytesCome() throws Exception {
        assertBroken(
                Kind.TOO_LARGE, "4194305 bytes", activation((4L << 20) + 1, 0).build());
    }

    @Test
    void anAbsurdLengthIsRefused() throws Exception {
        assertBroken(Kind.PROTOCOL, "18446744073709551615", activation(-1, 0).build());
    }

    @Test
    void aValueOutOfItsRangeIsRefused() throws Exception {
        Envelope negative = Envelope.newBuilder()
                .setActivation(Activation.newBuilder()
                        .setStep(StepId.getDefaultInstance())
                        .addShape(-4))
                .build();
        assertBroken(Kind.PROTOCOL, "size of an axis (-4)", negative);
    }

    @Test
    void aDeviceThatSaysNoHelloMakesTheServerTakeNoMemory() throws Exception {
        send(activation(4 << 20, 0).build());
        assertThatThrownBy(() -> server.receive(SOON)).hasMessageContaining("must be HELLO");
    }

    @Test
    void aGrpcMessageOverOneMebibyteEndsTheLink() throws Exception {
        send(hello().build());
        call.sendMessage(new byte[(1 << 20) + 1]);
        server.receive(Message.Hello.class, SOON);
        assertThatThrownBy(() -> server.receive(SOON)).isInstanceOf(TransportException.class);
        assertThat(ended.get(10, TimeUnit.SECONDS).isOk()).isFalse();
    }

    @Test
    void aDeviceThatCancelsIsGone() throws Exception {
        send(hello().build());
        server.receive(Message.Hello.class, SOON);
        call.cancel("enough", null);
        assertThatThrownBy(() -> server.receive(SOON))
                .isInstanceOfSatisfying(
                        TransportException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Kind.CLOSED));
    }

    @Test
    void noGarbageDoesMoreThanEndItsOwnLink() throws Exception {
        server.close();
        call.cancel("one call at a time", null);
        byte[] valid = activation(2_000, 1_000).build().toByteArray();
        Property.forAll(60, random -> {
            byte[] bytes = valid.clone();
            for (int flips = random.nextInt(1, 8); flips > 0; flips--) {
                bytes[random.nextInt(Math.min(bytes.length, 40))] = (byte) random.nextInt();
            }
            ClientCall<byte[], byte[]> garbage = channel.newCall(METHOD, CallOptions.DEFAULT);
            garbage.start(new ClientCall.Listener<>() {}, new Metadata());
            garbage.request(100);
            garbage.sendMessage(hello().build().toByteArray());
            garbage.sendMessage(bytes);
            garbage.halfClose();
            try (CutLink link = listener.accept(SOON)) {
                link.receive(Message.Hello.class, SOON);
                assertThatThrownBy(() -> {
                            while (true) {
                                link.receive(SOON);
                            }
                        })
                        .isInstanceOf(TransportException.class);
            }
        });
    }

    @Test
    void aServersBrokenBlobEndsTheDevicesLink() throws Exception {
        Envelope weights = Envelope.newBuilder()
                .setWeights(Weights.getDefaultInstance())
                .setPayloadBytes(1_000)
                .build();
        assertDeviceRefuses(
                "has chunk 7 where 1 was due",
                link -> {
                    Message.Weights message = link.receive(Message.Weights.class, SOON);
                    message.content().writeTo(new CountingStream.Sink());
                },
                greeting(),
                weights.toByteArray(),
                chunk(7, 10).toByteArray());
    }

    @Test
    void aServersGarbageEndsTheDevicesLink() throws Exception {
        assertDeviceRefuses(
                "no envelope", link -> link.receive(SOON), greeting(), new byte[] {(byte) 0xFF, (byte) 0xFF});
    }

    @Test
    void aServersGradientOutOfRangeEndsTheDevicesLink() throws Exception {
        byte[] gradient = Envelope.newBuilder()
                .setGradient(Gradient.newBuilder().setCorrect(-1))
                .build()
                .toByteArray();
        assertDeviceRefuses("correct (-1)", link -> link.receive(SOON), greeting(), gradient);
    }

    private static byte[] greeting() {
        return greeting(SessionProtocol.VERSION);
    }

    private static byte[] greeting(int version) {
        return Envelope.newBuilder()
                .setGreeting(Greeting.newBuilder().setProtocolVersion(version))
                .build()
                .toByteArray();
    }

    private interface Use {
        void with(CutLink link) throws IOException;
    }

    private static void assertDeviceRefuses(String reason, Use use, byte[]... said) throws Exception {
        Server server = serverThatSays(List.of(said));
        try (CutLink link = GrpcDialer.connect("127.0.0.1", server.getPort(), GrpcSecurity.insecure(), OPTIONS, SOON)) {
            assertThatThrownBy(() -> use.with(link))
                    .isInstanceOfSatisfying(
                            TransportException.class,
                            failure -> assertThat(failure.kind()).isEqualTo(Kind.PROTOCOL))
                    .hasMessageContaining(reason);
            assertThat(link.isOpen()).isFalse();
        } finally {
            server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        }
    }

    private static Server serverThatSays(List<byte[]> said) throws IOException {
        Consumer<StreamObserver<byte[]>> say = response -> said.forEach(response::onNext);
        return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(ServerServiceDefinition.builder("splittune.session.v1.SplitTune")
                        .addMethod(METHOD, ServerCalls.asyncBidiStreamingCall(response -> {
                            say.accept(response);
                            return new StreamObserver<>() {
                                @Override
                                public void onNext(byte[] value) {}

                                @Override
                                public void onError(Throwable failure) {}

                                @Override
                                public void onCompleted() {}
                            };
                        }))
                        .build())
                .build()
                .start();
    }

    @Test
    void aServerOfAnotherVersionIsToldApart() throws Exception {
        Server server = serverThatSays(List.of(greeting(SessionProtocol.VERSION + 1)));
        try {
            assertThatThrownBy(() ->
                            GrpcDialer.connect("127.0.0.1", server.getPort(), GrpcSecurity.insecure(), OPTIONS, SOON))
                    .isInstanceOfSatisfying(
                            TransportException.class,
                            failure -> assertThat(failure.kind()).isEqualTo(Kind.VERSION))
                    .hasMessageContaining("session protocol " + (SessionProtocol.VERSION + 1));
        } finally {
            server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        }
    }

    @Test
    void aGrpcServerOfAnotherKindIsToldApart() throws Exception {
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .build()
                .start();
        try {
            assertThatThrownBy(() ->
                            GrpcDialer.connect("127.0.0.1", server.getPort(), GrpcSecurity.insecure(), OPTIONS, SOON))
                    .hasMessageContaining("not one of SplitTune");
        } finally {
            server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        }
    }

    @Test
    void theServerRefusesWhatTheDeviceWouldAllow() throws Exception {
        LinkOptions generous = LinkOptions.DEFAULT;
        try (CutLink device =
                GrpcDialer.connect("127.0.0.1", listener.port(), GrpcSecurity.insecure(), generous, SOON)) {
            CutLink link = listener.accept(SOON);
            device.send(Messages.hello("device-2"));
            link.receive(Message.Hello.class, SOON);
            CompletableFuture<Throwable> sender = CompletableFuture.supplyAsync(() -> {
                try {
                    device.send(Messages.activation(1, 60 << 20));
                    return new AssertionError("It did not fail.");
                } catch (TransportException refused) {
                    return refused;
                }
            });
            assertThatThrownBy(() -> link.receive(SOON)).hasMessageContaining("maxPayloadBytes");
            assertThat(sender.get(10, TimeUnit.SECONDS))
                    .isInstanceOfSatisfying(
                            TransportException.class,
                            failure -> assertThat(failure.kind()).isEqualTo(Kind.TOO_LARGE));
        }
    }
}
