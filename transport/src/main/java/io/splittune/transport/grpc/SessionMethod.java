package io.splittune.transport.grpc;

import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.splittune.transport.proto.Envelope;
import io.splittune.transport.proto.SessionProto;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * The one call of the protocol, as each side sees it.
 *
 * <p>Generated stubs would throw malformed messages away inside gRPC, and their sizes; here both reach the link.
 */
final class SessionMethod {
    /** No gRPC message may be larger. */
    static final int MAX_MESSAGE_BYTES = 1 << 20;

    /** The most payload in one gRPC message. */
    static final int MAX_PART_BYTES = 512 << 10;

    /** gRPC puts a flag and a length of four bytes before each message. */
    static final int PREFIX_BYTES = 5;

    static final String SERVICE =
            SessionProto.getDescriptor().findServiceByName("SplitTune").getFullName();

    private static final Marshaller<Envelope> SENT = ProtoUtils.marshaller(Envelope.getDefaultInstance());

    private static final Marshaller<Received> RECEIVED = new Marshaller<>() {
        @Override
        public InputStream stream(Received value) {
            throw new UnsupportedOperationException("Received messages are not sent.");
        }

        @Override
        public Received parse(InputStream stream) {
            int bytes = serialisedBytes(stream) + PREFIX_BYTES;
            try {
                return new Received(Optional.of(SENT.parse(stream)), bytes);
            } catch (StatusRuntimeException malformed) {
                return new Received(Optional.empty(), bytes);
            }
        }
    };

    private SessionMethod() {}

    static MethodDescriptor<Envelope, Received> ofDevice() {
        return describe(SENT, RECEIVED);
    }

    static MethodDescriptor<Received, Envelope> ofServer() {
        return describe(RECEIVED, SENT);
    }

    private static <A, B> MethodDescriptor<A, B> describe(Marshaller<A> request, Marshaller<B> response) {
        return MethodDescriptor.newBuilder(request, response)
                .setType(MethodType.BIDI_STREAMING)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Session"))
                .build();
    }

    private static int serialisedBytes(InputStream stream) {
        if (!(stream instanceof KnownLength)) {
            throw new IllegalStateException("gRPC gave a message of unknown length.");
        }
        try {
            return stream.available();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
