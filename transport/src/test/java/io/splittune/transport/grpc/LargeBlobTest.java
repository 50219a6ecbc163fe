package io.splittune.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.splittune.transport.Admission;
import io.splittune.transport.Blob;
import io.splittune.transport.CountingStream;
import io.splittune.transport.CutLink;
import io.splittune.transport.DevelopmentCertificates;
import io.splittune.transport.LinkOptions;
import io.splittune.transport.Message;
import io.splittune.transport.Messages;
import io.splittune.transport.TransportException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A transfer that fits into no protobuf message and not into the heap: 3 GiB through a JVM with 256 MiB. */
final class LargeBlobTest {
    private static final long BYTES = 3L << 30;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @TempDir
    Path folder;

    @Test
    @Tag("slow")
    void threeGibibytesPassThroughASmallHeap() throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:MaxDirectMemorySize=128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LargeBlobTest.class.getName(),
                        folder.toString())
                .inheritIO()
                .start();
        assertThat(child.waitFor(10, TimeUnit.MINUTES)).isTrue();
        assertThat(child.exitValue()).isZero();
    }

    /** The child: both ends over mutual TLS; exits with 0 when every byte came through. */
    public static void main(String[] arguments) throws Exception {
        Path files = Path.of(arguments[0]);
        DevelopmentCertificates.create(files, List.of(), List.of("device-1"), Duration.ofDays(1), false);
        CountingStream.Sink sink = new CountingStream.Sink();
        try (GrpcListener listener = GrpcListener.listen(
                        "127.0.0.1",
                        0,
                        GrpcSecurity.mutualTls(DevelopmentCertificates.server(files)),
                        Admission.any(),
                        LinkOptions.DEFAULT);
                CutLink device = GrpcDialer.connect(
                        "127.0.0.1",
                        listener.port(),
                        GrpcSecurity.mutualTls(DevelopmentCertificates.device(files, "device-1")),
                        LinkOptions.DEFAULT,
                        PATIENCE)) {
            device.send(Messages.hello("device-1"));
            CutLink server = listener.accept(PATIENCE);
            server.receive(PATIENCE);
            Thread sender = new Thread(() -> send(server));
            sender.start();
            device.receive(Message.Weights.class, PATIENCE).content().writeTo(sink);
            sender.join();
        }
        CountingStream.Sink expected = new CountingStream.Sink();
        blob().writeTo(expected);
        System.exit(sink.bytes() == BYTES && sink.sum() == expected.sum() ? 0 : 1);
    }

    private static void send(CutLink server) {
        try {
            server.send(new Message.Weights(blob()));
        } catch (TransportException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static Blob blob() {
        return Blob.of(BYTES, LargeBlobTest::source);
    }

    private static InputStream source() {
        return CountingStream.source(BYTES);
    }
}
