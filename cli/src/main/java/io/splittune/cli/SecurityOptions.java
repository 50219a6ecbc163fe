package io.splittune.cli;

import io.splittune.core.UserException;
import io.splittune.transport.DevelopmentCertificates;
import io.splittune.transport.TlsIdentity;
import io.splittune.transport.grpc.GrpcSecurity;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who this end of the network is: mutual TLS unless said otherwise. */
final class SecurityOptions {
    @Option(
            names = "--certs",
            paramLabel = "DIR",
            description = "Folder that splittune certs made; instead of --ca, --cert and --key.")
    private @Nullable Path certs;

    @Option(names = "--ca", paramLabel = "FILE", description = "Certificate of the authority (PEM).")
    private @Nullable Path authority;

    @Option(names = "--cert", paramLabel = "FILE", description = "Own certificate (PEM).")
    private @Nullable Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "Own private key (PEM).")
    private @Nullable Path key;

    @Option(
            names = "--insecure",
            description = "No encryption and no certificates; only between processes of one machine.")
    private boolean insecure;

    @Option(names = "--token", paramLabel = "TEXT", description = "Shared secret of the run, besides the certificates.")
    private String token = "";

    String token() {
        return token;
    }

    GrpcSecurity server() {
        return security(DevelopmentCertificates::server);
    }

    GrpcSecurity device(String id) {
        return security(folder -> DevelopmentCertificates.device(folder, id));
    }

    private GrpcSecurity security(Function<Path, TlsIdentity> inFolder) {
        if (insecure) {
            if (certs != null || authority != null || certificate != null || key != null) {
                throw new UserException(
                        "--insecure: excludes --certs, --ca, --cert and --key; remove one or the other");
            }
            return GrpcSecurity.insecure();
        }
        if (certs != null) {
            return GrpcSecurity.mutualTls(inFolder.apply(certs));
        }
        if (authority == null || certificate == null || key == null) {
            throw new UserException(
                    "no certificates; give --certs DIR (splittune certs DIR makes them), or --ca, --cert and "
                            + "--key; --insecure goes without on one machine");
        }
        return GrpcSecurity.mutualTls(new TlsIdentity(authority, certificate, key));
    }
}
