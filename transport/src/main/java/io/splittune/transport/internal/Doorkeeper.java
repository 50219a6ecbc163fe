package io.splittune.transport.internal;

import io.splittune.transport.Admission;
import io.splittune.transport.CutLink;
import io.splittune.transport.Message;
import io.splittune.transport.TransportException;
import io.splittune.transport.TransportException.Kind;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Checks the first message of every link of one listener, and keeps one link per device: a device that connects again
 * replaces its former link, which may be long dead. Thread-safe.
 */
public final class Doorkeeper {
    private final Admission admission;
    private final Map<String, CutLink> links = new HashMap<>();

    /**
     * Opens the door.
     *
     * @param admission whom to let in
     */
    public Doorkeeper(Admission admission) {
        this.admission = admission;
    }

    /**
     * Checks the first message of a link; tells the device and closes the link when it is not let in.
     *
     * @param link the server's end
     * @param first what was received first
     * @param certifiedId the id that the device's certificate proves, if there is one
     * @return the device's id
     * @throws TransportException PROTOCOL, VERSION, AUTHENTICATION or REFUSED
     */
    public String admit(CutLink link, Message first, Optional<String> certifiedId) throws TransportException {
        if (!(first instanceof Message.Hello hello)) {
            String reason = "the first message must be HELLO, not " + first.kind() + ".";
            refuse(link, new Message.Rejected(Kind.PROTOCOL, reason));
            throw new TransportException(Kind.PROTOCOL, link.peer() + ": " + reason);
        }
        Optional<Message.Rejected> objection = admission.objection(hello, certifiedId);
        if (objection.isPresent()) {
            refuse(link, objection.get());
            throw new TransportException(
                    objection.get().cause(),
                    link.peer() + " was turned away: " + objection.get().reason());
        }
        CutLink former;
        synchronized (links) {
            former = links.put(hello.deviceId(), link);
        }
        if (former != null) {
            former.close();
        }
        return hello.deviceId();
    }

    /** Forgets a link that ended. */
    public void forget(String deviceId, CutLink link) {
        synchronized (links) {
            links.remove(deviceId, link);
        }
    }

    private static void refuse(CutLink link, Message.Rejected rejected) {
        try (link) {
            link.send(rejected);
        } catch (TransportException gone) {
            // It cannot be told; it is turned away all the same.
            return;
        }
    }
}
