package io.splittune.transport.grpc;

import io.grpc.Status;
import io.splittune.transport.TransportException;
import io.splittune.transport.TransportException.Kind;
import java.net.ConnectException;
import java.security.cert.CertificateException;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** gRPC's failures in words that say what to do, and back. */
final class Failures {
    private Failures() {}

    /** What a side tells the other when it ends a session for a reason. */
    static Status status(TransportException failure) {
        Status status = switch (failure.kind()) {
            case TOO_LARGE -> Status.RESOURCE_EXHAUSTED;
            case PROTOCOL -> Status.INVALID_ARGUMENT;
            case TIMEOUT -> Status.DEADLINE_EXCEEDED;
            default -> Status.CANCELLED;
        };
        return status.withDescription(failure.getMessage());
    }

    /** What ended a call, as the side sees it that did not end it. */
    static TransportException of(Throwable failure, String peer) {
        Optional<String> tls = tlsReason(failure);
        if (tls.isPresent()) {
            return new TransportException(Kind.AUTHENTICATION, peer + ": " + tls.get(), failure);
        }
        Status status = Status.fromThrowable(failure);
        String said = status.getDescription() == null ? status.getCode().name() : status.getDescription();
        return switch (status.getCode()) {
            case RESOURCE_EXHAUSTED -> new TransportException(Kind.TOO_LARGE, peer + " refuses: " + said, failure);
            case INVALID_ARGUMENT -> new TransportException(Kind.PROTOCOL, peer + " refuses: " + said, failure);
            case UNIMPLEMENTED ->
                new TransportException(Kind.PROTOCOL, peer + " is a gRPC server, but not one of SplitTune.", failure);
            case UNAVAILABLE ->
                new TransportException(Kind.UNREACHABLE, peer + " " + unreachable(failure, said), failure);
            case DEADLINE_EXCEEDED -> new TransportException(Kind.TIMEOUT, peer + ": " + said, failure);
            default -> new TransportException(Kind.CLOSED, "The link to " + peer + " was cut: " + said, failure);
        };
    }

    private static String unreachable(Throwable failure, String said) {
        if (cause(failure, ConnectException.class).isPresent()) {
            return "refuses the connection; is the server running, and is the port right?";
        }
        if (said.contains("not SETTINGS") || said.contains("not HTTP/2")) {
            return "does not answer in plain gRPC; it may expect TLS (leave --insecure out).";
        }
        return "is out of reach: " + oneLine(said);
    }

    /** The reason in plain words when TLS failed. Both engines, BoringSSL and the JDK's, name alerts alike. */
    private static Optional<String> tlsReason(Throwable failure) {
        Optional<? extends Exception> cause = cause(failure, SSLException.class);
        Optional<CertificateException> certificate = cause(failure, CertificateException.class);
        if (cause.isEmpty() && certificate.isEmpty()) {
            return Optional.empty();
        }
        StringBuilder all = new StringBuilder();
        for (Throwable part = failure; part != null; part = part.getCause()) {
            all.append(part.getMessage()).append(' ');
        }
        String text = all.toString().toLowerCase(Locale.ROOT);
        if (text.contains("not an ssl/tls record")) {
            return Optional.of("does not speak TLS; it was started with --insecure.");
        }
        if (text.contains("expired") || text.contains("notafter")) {
            return Optional.of("a certificate has expired; make new ones with `splittune certs`.");
        }
        if (text.contains("subject alternative") || text.contains("no name matching")) {
            return Optional.of("its certificate was made for other host names; name this host when making it.");
        }
        if (text.contains("path building") || text.contains("certification path") || text.contains("trust anchor")) {
            return Optional.of("its certificate does not come from the authority in this side's CA file.");
        }
        if (text.contains("alert")) {
            return Optional.of("does not accept this side's certificate; both must come from one authority.");
        }
        return Optional.of("no secure connection: " + oneLine(String.valueOf(failure.getMessage())));
    }

    private static <T extends Throwable> Optional<T> cause(Throwable failure, Class<T> type) {
        for (Throwable part = failure; part != null; part = part.getCause()) {
            if (type.isInstance(part)) {
                return Optional.of(type.cast(part));
            }
        }
        return Optional.empty();
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s*\\R\\s*", " ");
    }
}
