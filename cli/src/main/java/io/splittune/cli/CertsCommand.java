package io.splittune.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.core.UserException;
import io.splittune.transport.DevelopmentCertificates;
import io.splittune.transport.TlsIdentity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "certs",
        description = "Make a development certificate authority with a server's and devices' certificates.",
        footer = {"", "Example:", "  splittune certs certs --devices 3 --host edge.example.org"})
final class CertsCommand extends AbstractCommand {
    private static final int MOST_DEVICES = 10_000;

    @Parameters(paramLabel = "DIR", description = "Folder for the files; made when missing.")
    @SuppressWarnings("NullAway.Init") // picocli requires it
    private Path folder;

    @Option(names = "--device", paramLabel = "ID", description = "Name of a device; may be given several times.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--devices", paramLabel = "N", description = "As --device device-1 ... --device device-N.")
    private int count;

    @Option(
            names = "--host",
            paramLabel = "NAME",
            description = "A name or address of the server, besides localhost; may be given several times.")
    private List<String> hosts = new ArrayList<>();

    @Option(names = "--days", paramLabel = "N", description = "Days of validity (default: ${DEFAULT-VALUE}).")
    private int days = 365;

    @Option(names = "--force", description = "Replace files that are there.")
    private boolean force;

    @Override
    Report execute() {
        if (count < 0 || count > MOST_DEVICES) {
            throw new UserException(
                    "--devices: read " + count + ", expected a whole number in [0, " + MOST_DEVICES + "]");
        }
        if (days < 1 || days > 36_500) {
            throw new UserException("--days: read " + days + ", expected a whole number in [1, 36500]");
        }
        Set<String> ids = new LinkedHashSet<>(names);
        for (int i = 1; i <= count; i++) {
            ids.add("device-" + i);
        }
        if (ids.isEmpty()) {
            throw new UserException("no device named; give --devices N or --device ID.");
        }
        try {
            DevelopmentCertificates.create(folder, hosts, List.copyOf(ids), Duration.ofDays(days), force);
        } catch (IllegalArgumentException e) {
            throw new UserException(String.valueOf(e.getMessage()), e); // the argument was the user's
        }
        return report(List.copyOf(ids));
    }

    private Report report(List<String> ids) {
        TlsIdentity server = DevelopmentCertificates.server(folder);
        StringBuilder text = new StringBuilder();
        text.append("server: ").append(server.certFile()).append('\n');
        ObjectNode json = Json.object();
        json.put("authority", server.caFile().toString());
        json.put("server", server.certFile().toString());
        ArrayNode devices = json.putArray("devices");
        for (String id : ids) {
            TlsIdentity device = DevelopmentCertificates.device(folder, id);
            devices.addObject()
                    .put("id", id)
                    .put("certificate", device.certFile().toString());
            text.append(id).append(": ").append(device.certFile()).append('\n');
        }
        json.put("days", days);
        text.append("Valid for ")
                .append(days)
                .append(" days. A device needs ca.pem and its own two files; keep ca.key here.");
        return new Report(json, text.toString());
    }
}
