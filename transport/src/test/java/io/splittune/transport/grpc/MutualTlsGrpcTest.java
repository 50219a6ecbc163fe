package io.splittune.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.core.UserException;
import io.splittune.transport.Admission;
import io.splittune.transport.CutLink;
import io.splittune.transport.DevelopmentCertificates;
import io.splittune.transport.LinkOptions;
import io.splittune.transport.Message;
import io.splittune.transport.Messages;
import io.splittune.transport.TlsIdentity;
import io.splittune.transport.TransportException;
import io.splittune.transport.TransportException.Kind;
import io.splittune.transport.internal.CertificateAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MutualTlsGrpcTest extends AbstractGrpcContract {
    @TempDir
    static Path folder;

    @BeforeAll
    static void makeCertificates() {
        Duration day = Duration.ofDays(1);
        DevelopmentCertificates.create(folder, List.of(), List.of("device-1", "device-2"), day, false);
        DevelopmentCertificates.create(folder.resolve("other"), List.of(), List.of("device-1"), day, false);
    }

    @Override
    GrpcSecurity server() {
        return GrpcSecurity.mutualTls(DevelopmentCertificates.server(folder));
    }

    @Override
    GrpcSecurity device(String id) {
        return GrpcSecurity.mutualTls(DevelopmentCertificates.device(folder, id));
    }

    private GrpcListener listener(GrpcSecurity security) throws TransportException {
        return closedLater(GrpcListener.listen("127.0.0.1", 0, security, Admission.any(), LinkOptions.DEFAULT));
    }

    private static CutLink connect(String host, int port, GrpcSecurity security) throws TransportException {
        return GrpcDialer.connect(host, port, security, LinkOptions.DEFAULT, SOON);
    }

    private void assertNotLetIn(Kind kind, String reason, Supplier<GrpcSecurity> device) throws Exception {
        GrpcListener listener = listener(server());
        assertThatThrownBy(() -> connect("127.0.0.1", listener.port(), device.get()))
                .isInstanceOfSatisfying(
                        TransportException.class,
                        failure -> assertThat(failure.kind())
                                .as(failure.getMessage())
                                .isEqualTo(kind))
                .hasMessageContaining(reason)
                .hasMessageNotContaining("\n");
        assertServes(listener);
    }

    private void assertServes(GrpcListener listener) throws Exception {
        try (CutLink device = connect("127.0.0.1", listener.port(), device("device-2"));
                CutLink server = listener.accept(SOON)) {
            device.send(Messages.hello("device-2"));
            assertThat(server.receive(Message.Hello.class, SOON).deviceId()).isEqualTo("device-2");
        }
    }

    @Test
    void aCertificateOfAnotherAuthorityIsRefusedAndTheServerGoesOn() throws Exception {
        TlsIdentity other = DevelopmentCertificates.device(folder.resolve("other"), "device-1");
        TlsIdentity mixed = new TlsIdentity(folder.resolve("ca.pem"), other.certFile(), other.keyFile());
        assertNotLetIn(
                Kind.AUTHENTICATION, "does not accept this side's certificate", () -> GrpcSecurity.mutualTls(mixed));
    }

    @Test
    void aServerOfAnotherAuthorityIsNotTrusted() throws Exception {
        TlsIdentity other = DevelopmentCertificates.device(folder.resolve("other"), "device-1");
        assertNotLetIn(Kind.AUTHENTICATION, "does not come from the authority", () -> GrpcSecurity.mutualTls(other));
    }

    @Test
    void anExpiredCertificateIsRefusedByTheServer() throws Exception {
        CertificateAuthority authority = CertificateAuthority.create(Instant.now(), Duration.ofDays(1));
        Path ca = write("ca-2.pem", authority.own().certificatePem());
        CertificateAuthority.Pair old =
                authority.device("device-1", Instant.now().minusSeconds(60));
        TlsIdentity expired =
                new TlsIdentity(ca, write("old.pem", old.certificatePem()), write("old.key", old.keyPem()));
        assertThatThrownBy(() -> GrpcSecurity.mutualTls(expired))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("old.pem: the certificate expired on")
                .hasMessageNotContaining("\n");

        CertificateAuthority.Pair host = authority.server(Set.of("127.0.0.1"));
        GrpcListener listener = listener(GrpcSecurity.mutualTls(
                new TlsIdentity(ca, write("host.pem", host.certificatePem()), write("host.key", host.keyPem()))));
        assertThatThrownBy(() -> connect("127.0.0.1", listener.port(), GrpcSecurity.mutualTlsAtAnyTime(expired)))
                .isInstanceOfSatisfying(
                        TransportException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Kind.AUTHENTICATION))
                .hasMessageContaining("expired");
        CertificateAuthority.Pair fresh = authority.device("device-1");
        TlsIdentity valid =
                new TlsIdentity(ca, write("fresh.pem", fresh.certificatePem()), write("fresh.key", fresh.keyPem()));
        connect("127.0.0.1", listener.port(), GrpcSecurity.mutualTls(valid)).close();
    }

    private static Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void theDeviceMustBeTheOneOfItsCertificate() throws Exception {
        GrpcListener listener = listener(server());
        try (CutLink device = connect("127.0.0.1", listener.port(), device("device-1"));
                CutLink server = listener.accept(SOON)) {
            device.send(Messages.hello("device-2"));
            assertFails(Kind.AUTHENTICATION, () -> server.receive(SOON));
            assertThatThrownBy(() -> device.receive(Message.Welcome.class, SOON))
                    .hasMessageContaining("its certificate was made for device-1");
        }
        assertServes(listener);
    }

    @Test
    void aHostThatIsNotInTheCertificateIsNotTrusted() throws Exception {
        GrpcListener listener = listener(server());
        assertThatThrownBy(() -> connect("127.0.0.2", listener.port(), device("device-1")))
                .isInstanceOf(TransportException.class);
    }

    @Test
    void localhostIsInTheCertificate() throws Exception {
        GrpcListener listener = listener(server());
        connect("localhost", listener.port(), device("device-1")).close();
    }

    @Test
    void aPlainTextDeviceIsToldAboutTls() throws Exception {
        assertNotLetIn(Kind.UNREACHABLE, "TLS", GrpcSecurity::insecure);
    }

    @Test
    void aPlainTextServerIsTold() throws Exception {
        GrpcListener listener = listener(GrpcSecurity.insecure());
        assertThatThrownBy(() -> connect("127.0.0.1", listener.port(), device("device-1")))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("does not speak TLS")
                .hasMessageNotContaining("\n");
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() {
        TlsIdentity device = DevelopmentCertificates.device(folder, "device-1");
        TlsIdentity other = DevelopmentCertificates.device(folder, "device-2");
        TlsIdentity mixed = new TlsIdentity(device.caFile(), device.certFile(), other.keyFile());
        assertThatThrownBy(() -> GrpcSecurity.mutualTls(mixed))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("device-device-2.key: is not the key of")
                .hasMessageContaining("device-device-1.pem");
    }

    @Test
    void missingOrForeignFilesAreNamed() {
        TlsIdentity device = DevelopmentCertificates.device(folder, "device-1");
        Path nowhere = folder.resolve("nowhere.pem");
        assertThatThrownBy(() -> GrpcSecurity.mutualTls(new TlsIdentity(nowhere, device.certFile(), device.keyFile())))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("nowhere.pem")
                .hasMessageContaining("no such file");
        assertThatThrownBy(() ->
                        GrpcSecurity.mutualTls(new TlsIdentity(device.caFile(), device.keyFile(), device.keyFile())))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("device-device-1.key");
        assertThatThrownBy(() ->
                        GrpcSecurity.mutualTls(new TlsIdentity(device.caFile(), device.certFile(), device.certFile())))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("no private key");
    }
}
