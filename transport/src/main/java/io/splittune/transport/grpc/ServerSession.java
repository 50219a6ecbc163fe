package io.splittune.transport.grpc;

import io.grpc.stub.StreamObserver;
import io.splittune.transport.Message;
import io.splittune.transport.TransportException;
import io.splittune.transport.TransportException.Kind;
import io.splittune.transport.internal.Doorkeeper;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** The server's side of one call: who the device is and whether it may come in. */
final class ServerSession implements GrpcLink.Side {
    private final Doorkeeper doorkeeper;
    private final String address;
    private final Optional<String> certifiedId;
    private final Consumer<GrpcLink> onClose;
    private volatile @Nullable String admittedId;

    ServerSession(Doorkeeper doorkeeper, String remote, @Nullable SSLSession tls, Consumer<GrpcLink> onClose) {
        this.doorkeeper = doorkeeper;
        this.address = remote.startsWith("/") ? remote.substring(1) : remote;
        this.certifiedId = tls == null ? Optional.empty() : Optional.of(commonName(tls));
        this.onClose = onClose;
    }

    StreamObserver<Received> observer(GrpcLink link) {
        return new StreamObserver<>() {
            @Override
            public void onNext(Received received) {
                link.onEnvelope(received);
            }

            @Override
            public void onError(Throwable failure) {
                link.onBreak(lost());
            }

            @Override
            public void onCompleted() {
                link.onEnd(new TransportException(Kind.CLOSED, peer() + " closed the link."));
            }
        };
    }

    /** The device went away without a word, or the network did. */
    TransportException lost() {
        return new TransportException(
                Kind.CLOSED, "The link to " + peer() + " was cut: the device or the network failed.");
    }

    @Override
    public boolean expectsHello() {
        return true;
    }

    @Override
    public void received(GrpcLink link, Message message) throws TransportException {
        if (admittedId == null) {
            admittedId = doorkeeper.admit(link, message, certifiedId);
        }
    }

    @Override
    public String peer() {
        String id = admittedId;
        return (id == null ? certifiedId.map(known -> "device " + known).orElse("a device") : "device " + id) + " at "
                + address;
    }

    @Override
    public void closed(GrpcLink link, Duration timeout) {
        // The call ends by itself once the device has taken what was sent; keepalive ends it when the device is dead.
        String id = admittedId;
        if (id != null) {
            doorkeeper.forget(id, link);
        }
        onClose.accept(link);
    }

    /** The common name of the certificate that TLS has verified; no id, hence no device's, when it has none. */
    private static String commonName(SSLSession tls) {
        try {
            X509Certificate certificate = (X509Certificate) tls.getPeerCertificates()[0];
            LdapName name = new LdapName(certificate.getSubjectX500Principal().getName());
            return name.getRdns().stream()
                    .filter(part -> part.getType().equalsIgnoreCase("CN"))
                    .map(Rdn::getValue)
                    .map(String::valueOf)
                    .findFirst()
                    .orElse("");
        } catch (SSLPeerUnverifiedException | InvalidNameException unverified) {
            return "";
        }
    }
}
