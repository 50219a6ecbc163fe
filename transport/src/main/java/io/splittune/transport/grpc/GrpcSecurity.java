package io.splittune.transport.grpc;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.splittune.core.UserException;
import io.splittune.transport.TlsIdentity;
import io.splittune.transport.internal.TlsFiles;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** How a gRPC link is protected: TLS 1.3 with certificates on both sides, or not at all within one machine. Immutable. */
public final class GrpcSecurity {
    private static final String PROTOCOL = "TLSv1.3";

    private final Optional<TlsFiles> files;

    private GrpcSecurity(Optional<TlsFiles> files) {
        this.files = files;
    }

    /**
     * TLS with a certificate on each side.
     *
     * @param identity this side's files, read now
     * @return the protection
     * @throws UserException when a file is missing, malformed, or its certificate cannot be valid now
     */
    public static GrpcSecurity mutualTls(TlsIdentity identity) {
        TlsFiles read = TlsFiles.read(identity);
        read.requireValid(identity.certFile(), Instant.now());
        return new GrpcSecurity(Optional.of(read));
    }

    /** The same without looking at the clock, to see what the other side makes of it. */
    static GrpcSecurity mutualTlsAtAnyTime(TlsIdentity identity) {
        return new GrpcSecurity(Optional.of(TlsFiles.read(identity)));
    }

    /** Plain text, refused for every address that leaves the machine. */
    public static GrpcSecurity insecure() {
        return new GrpcSecurity(Optional.empty());
    }

    /** Refuses plain text outside the machine. */
    void checkAddress(InetAddress address, String host) {
        if (files.isEmpty() && !address.isLoopbackAddress()) {
            throw new UserException(host
                    + ": without TLS only a loopback address such as 127.0.0.1 is allowed; leave --insecure out and"
                    + " give certificates (`splittune certs` makes them).");
        }
    }

    boolean isInsecure() {
        return files.isEmpty();
    }

    Optional<SslContext> serverContext() {
        return files.map(own -> build(SslContextBuilder.forServer(own.key(), chain(own))
                .trustManager(authorities(own))
                .clientAuth(ClientAuth.REQUIRE)));
    }

    Optional<SslContext> clientContext() {
        return files.map(own -> build(
                SslContextBuilder.forClient().keyManager(own.key(), chain(own)).trustManager(authorities(own))));
    }

    private static SslContext build(SslContextBuilder builder) {
        try {
            return GrpcSslContexts.configure(builder).protocols(PROTOCOL).build();
        } catch (SSLException | IllegalArgumentException unusable) {
            throw new UserException(
                    "The TLS files do not fit together (is the key that of the certificate?): " + unusable.getMessage(),
                    unusable);
        }
    }

    private static X509Certificate[] chain(TlsFiles own) {
        return own.chain().toArray(X509Certificate[]::new);
    }

    private static X509Certificate[] authorities(TlsFiles own) {
        return own.authorities().toArray(X509Certificate[]::new);
    }
}
