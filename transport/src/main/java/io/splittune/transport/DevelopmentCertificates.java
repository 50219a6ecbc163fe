package io.splittune.transport;

import io.splittune.core.AtomicFiles;
import io.splittune.core.Check;
import io.splittune.core.UserException;
import io.splittune.transport.internal.CertificateAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A small certificate authority for trying things out and for a single operator's own devices: EC P-256 keys, no
 * revocation. The authority's key signs whatever it is given, so keep {@code ca.key} off the devices.
 */
public final class DevelopmentCertificates {
    private static final Pattern SERVER_NAME = Pattern.compile("(\\*\\.)?[A-Za-z0-9.-]{1,253}|[0-9a-fA-F:.]{2,45}");

    private DevelopmentCertificates() {}

    /**
     * Makes {@code ca.pem}, {@code server.pem} and {@code device-ID.pem} with their {@code .key} files, which only their
     * owner can read.
     *
     * @param folder made when missing
     * @param serverNames host names and IP addresses of the server; localhost, 127.0.0.1 and ::1 are added
     * @param deviceIds one certificate each, the id as its common name; see {@link Admission#checkDeviceId}
     * @param validity from now on, at least a second
     * @param force whether files that are there may be replaced
     * @throws UserException when a file is there and {@code force} is not given, or the folder cannot be written
     * @throws IllegalArgumentException for a malformed id or name
     */
    public static void create(
            Path folder, List<String> serverNames, List<String> deviceIds, Duration validity, boolean force) {
        Check.positive(validity.toSeconds(), "validity in seconds");
        deviceIds.forEach(Admission::checkDeviceId);
        for (String name : serverNames) {
            Check.require(
                    SERVER_NAME.matcher(name).matches(), "serverNames: %s is no host name and no IP address.", name);
        }
        Set<String> names = new LinkedHashSet<>(List.of("localhost", "127.0.0.1", "::1"));
        names.addAll(serverNames);

        CertificateAuthority authority = CertificateAuthority.create(Instant.now(), validity);
        Map<String, CertificateAuthority.Pair> pairs = new LinkedHashMap<>();
        pairs.put("ca", authority.own());
        pairs.put("server", authority.server(names));
        deviceIds.forEach(id -> pairs.put("device-" + id, authority.device(id)));
        if (!force) {
            pairs.keySet().forEach(name -> refuseToReplace(folder, name));
        }
        pairs.forEach((name, pair) -> write(folder, name, pair));
    }

    /** Returns where {@link #create} puts the server's files. */
    public static TlsIdentity server(Path folder) {
        return new TlsIdentity(folder.resolve("ca.pem"), folder.resolve("server.pem"), folder.resolve("server.key"));
    }

    /** Returns where {@link #create} puts a device's files. */
    public static TlsIdentity device(Path folder, String deviceId) {
        String name = "device-" + Admission.checkDeviceId(deviceId);
        return new TlsIdentity(folder.resolve("ca.pem"), folder.resolve(name + ".pem"), folder.resolve(name + ".key"));
    }

    private static void refuseToReplace(Path folder, String name) {
        for (String ending : List.of(".pem", ".key")) {
            Path file = folder.resolve(name + ending);
            if (Files.exists(file)) {
                throw new UserException(file + ": is there already, and devices may depend on it; choose another"
                        + " folder or say --force.");
            }
        }
    }

    private static void write(Path folder, String name, CertificateAuthority.Pair pair) {
        try {
            AtomicFiles.writeSecret(folder.resolve(name + ".key"), pair.keyPem());
            AtomicFiles.writeString(folder.resolve(name + ".pem"), pair.certificatePem());
        } catch (IOException failure) {
            throw new UserException(
                    folder + ": cannot write " + name + ".pem and " + name + ".key: " + failure.getMessage(), failure);
        }
    }
}
