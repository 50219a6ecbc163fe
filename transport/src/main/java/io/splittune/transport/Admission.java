package io.splittune.transport;

import io.splittune.core.Check;
import io.splittune.transport.TransportException.Kind;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Whom the server lets in, beyond what TLS already decided.
 *
 * @param deviceIds the only ids let in; empty lets every id in
 * @param token what {@link Message.Hello} must carry; empty when no token is used
 */
public record Admission(Set<String> deviceIds, String token) {
    private static final Pattern DEVICE_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /** Copies the ids and checks them. */
    public Admission {
        deviceIds = Set.copyOf(deviceIds);
        deviceIds.forEach(Admission::checkDeviceId);
    }

    /** Lets everybody in. */
    public static Admission any() {
        return new Admission(Set.of(), "");
    }

    /**
     * Decides on a device.
     *
     * @param hello what it said
     * @param certifiedId the id that its certificate proves, if there is one
     * @return nothing when it is in, otherwise why not
     */
    public Optional<Message.Rejected> objection(Message.Hello hello, Optional<String> certifiedId) {
        String id = hello.deviceId();
        if (hello.protocolVersion() != SessionProtocol.VERSION) {
            return objection(
                    Kind.VERSION,
                    "device " + id + " speaks session protocol " + hello.protocolVersion() + ", this server "
                            + SessionProtocol.VERSION + "; install the same version on both.");
        }
        if (certifiedId.isPresent() && !certifiedId.get().equals(id)) {
            return objection(
                    Kind.AUTHENTICATION,
                    "the device says it is " + id + ", its certificate was made for " + certifiedId.get() + ".");
        }
        if (!deviceIds.isEmpty() && !deviceIds.contains(id)) {
            return objection(Kind.REFUSED, "device " + id + " is not part of this run.");
        }
        // Equal time whatever the difference, so that a token cannot be guessed character by character.
        boolean same = MessageDigest.isEqual(
                token.getBytes(StandardCharsets.UTF_8), hello.token().getBytes(StandardCharsets.UTF_8));
        if (!token.isEmpty() && !same) {
            return objection(Kind.AUTHENTICATION, "device " + id + " does not have this run's token.");
        }
        return Optional.empty();
    }

    /**
     * Accepts what can be a device's id, a file name and a certificate's common name.
     *
     * @param id 1 to 64 characters out of letters, digits, dot, underscore and hyphen
     * @return the id
     * @throws IllegalArgumentException otherwise
     */
    public static String checkDeviceId(String id) {
        Check.require(
                DEVICE_ID.matcher(id).matches(),
                "deviceId (%s) must be 1 to 64 letters, digits, dots, underscores or hyphens.",
                id);
        return id;
    }

    private static Optional<Message.Rejected> objection(Kind kind, String reason) {
        return Optional.of(new Message.Rejected(kind, reason));
    }
}
