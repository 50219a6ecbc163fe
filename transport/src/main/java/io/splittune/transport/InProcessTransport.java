package io.splittune.transport;

import io.splittune.transport.TransportException.Kind;
import io.splittune.transport.internal.Doorkeeper;
import io.splittune.transport.internal.Pipe;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Links between threads of one process, with the meaning of network links: bounded queues, deadlines, ends. Payloads are
 * handed over by reference and must not be changed by either side. Thread-safe.
 */
public final class InProcessTransport implements AutoCloseable {
    /** A few messages may wait, so that both sides can work at once; more would only hold memory. */
    private static final int QUEUED_MESSAGES = 8;

    private static final int WAITING_DEVICES = 4096;

    private final LinkOptions options;
    private final Doorkeeper doorkeeper;
    private final Pipe<InProcessLink> arrivals = new Pipe<>(WAITING_DEVICES);
    private final List<InProcessLink> serverEnds = new CopyOnWriteArrayList<>();
    private final CutListener listener = new Listener();

    /** Lets every device in, with the default limits. */
    public InProcessTransport() {
        this(Admission.any(), LinkOptions.DEFAULT);
    }

    /**
     * Opens a meeting point.
     *
     * @param admission whom to let in
     * @param options limits of both ends
     */
    public InProcessTransport(Admission admission, LinkOptions options) {
        this.options = options;
        this.doorkeeper = new Doorkeeper(admission);
    }

    /** Returns the server's end. */
    public CutListener listener() {
        return listener;
    }

    /**
     * Connects a device.
     *
     * @return the device's end of a new link
     * @throws TransportException CLOSED when the listener is closed
     */
    public CutLink connect() throws TransportException {
        Pipe<Message> up = new Pipe<>(QUEUED_MESSAGES);
        Pipe<Message> down = new Pipe<>(QUEUED_MESSAGES);
        InProcessLink serverEnd = InProcessLink.ofServer(options, down, up, doorkeeper, serverEnds::remove);
        serverEnds.add(serverEnd);
        try {
            arrivals.put(serverEnd, options.stallTimeout(), "the connection");
        } catch (TransportException refused) {
            serverEnds.remove(serverEnd);
            throw refused;
        }
        return InProcessLink.ofDevice(options, up, down);
    }

    @Override
    public void close() {
        listener.close();
    }

    private final class Listener implements CutListener {
        @Override
        public CutLink accept(Duration timeout) throws TransportException {
            return arrivals.take(timeout, "a device");
        }

        @Override
        public int port() {
            return 0;
        }

        @Override
        public void close() {
            arrivals.end(new TransportException(Kind.CLOSED, "The listener is closed."));
            arrivals.clear();
            serverEnds.forEach(InProcessLink::close);
        }
    }
}
