package io.splittune.training;

import io.splittune.core.Ticker;
import io.splittune.model.HalfRange;
import io.splittune.transport.CutLink;
import io.splittune.transport.CutListener;
import io.splittune.transport.Message;
import io.splittune.transport.TransportException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/**
 * Lets devices in, during the whole run: one thread waits at the listener, each newcomer is welcomed on a thread of its
 * own, since it may need its weights. A device that comes back takes its old place.
 */
final class Roster implements AutoCloseable {
    private static final Duration ACCEPT_SLICE = Duration.ofMillis(500);

    private final RunParties parties;
    private final WeightDistribution weights;
    private final List<Integer> held;
    private final CutListener door;
    private final RunListener listener;
    private final Duration patience;
    private final Ticker ticker;
    private final ExecutorService threads;
    private final List<DeviceSlot> slots = new ArrayList<>();
    private final Object arrival = new Object();
    private volatile boolean closed;

    /**
     * Makes a place for every device.
     *
     * @param parties who may come, and what they are told
     * @param weights how they get their half
     * @param held blocks whose weights each device holds, which are those that it is sent
     * @param door where they arrive
     * @param listener hears who comes and who is turned away
     * @param patience how long a newcomer may be silent
     * @param ticker measures waiting
     * @param threads for the door and each newcomer
     */
    Roster(
            RunParties parties,
            WeightDistribution weights,
            List<Integer> held,
            CutListener door,
            RunListener listener,
            Duration patience,
            Ticker ticker,
            ExecutorService threads) {
        this.parties = parties;
        this.weights = weights;
        this.held = List.copyOf(held);
        this.door = door;
        this.listener = listener;
        this.patience = patience;
        this.ticker = ticker;
        this.threads = threads;
        for (int i = 0; i < parties.deviceIds().size(); i++) {
            slots.add(new DeviceSlot(i, parties.deviceIds().get(i)));
        }
    }

    List<DeviceSlot> slots() {
        return slots;
    }

    void open() {
        threads.execute(this::acceptLoop);
    }

    /** Waits until the given number of devices is there. Returns whether they are. */
    boolean await(int count, Duration timeout) {
        long start = ticker.nanos();
        synchronized (arrival) {
            while (present() < count) {
                long left = timeout.minus(ticker.since(start)).toMillis();
                if (left <= 0 || closed) {
                    return false;
                }
                try {
                    arrival.wait(left);
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    return false;
                }
            }
        }
        return true;
    }

    long present() {
        return slots.stream().filter(slot -> slot.link().isPresent()).count();
    }

    private void acceptLoop() {
        while (!closed) {
            try {
                CutLink link = door.accept(ACCEPT_SLICE);
                threads.execute(() -> welcome(link));
            } catch (TransportException nobody) {
                if (nobody.kind() != TransportException.Kind.TIMEOUT) {
                    stopWaiting();
                    return;
                }
            }
        }
    }

    /** Nobody can come any more. */
    private void stopWaiting() {
        closed = true;
        synchronized (arrival) {
            arrival.notifyAll();
        }
    }

    private void welcome(CutLink link) {
        try {
            Message.Hello hello = link.receive(Message.Hello.class, patience);
            int index = parties.deviceIds().indexOf(hello.deviceId());
            if (index < 0) {
                link.send(new Message.Rejected(
                        "device " + hello.deviceId() + " is not part of this run, whose devices are "
                                + String.join(", ", parties.deviceIds()) + "."));
                link.close();
                return;
            }
            long samples = handOver(link, index);
            slots.get(index).attach(link, samples);
            listener.onJoin(hello.deviceId(), index);
            synchronized (arrival) {
                arrival.notifyAll();
            }
        } catch (IOException failed) {
            listener.onRefused(link.peer(), String.valueOf(failed.getMessage()));
            link.close();
        }
    }

    /** Gives a device what it lacks of its weights, and returns how many samples it has. */
    private long handOver(CutLink link, int index) throws IOException {
        HalfRange range = HalfRange.device(held.get(index));
        String hash = weights.hash(range);
        long bytes = hash.isEmpty() ? 0 : weights.weights(range).bytes();
        link.send(new Message.Welcome(index, parties.configuration(), hash, bytes));
        Message.WeightsRequest request = link.receive(Message.WeightsRequest.class, patience);
        if (request.send()) {
            link.send(new Message.Weights(weights.weights(range)));
        }
        return request.samples();
    }

    /** Says goodbye to everybody and closes all places; the listener stays with its owner. */
    void dismiss(String reason) {
        for (DeviceSlot slot : slots) {
            Optional<CutLink> link = slot.link();
            if (link.isPresent()) {
                try {
                    link.get().send(new Message.Goodbye(reason));
                } catch (TransportException gone) {
                    listener.onRefused(slot.id(), String.valueOf(gone.getMessage()));
                }
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        slots.forEach(DeviceSlot::close);
    }
}
