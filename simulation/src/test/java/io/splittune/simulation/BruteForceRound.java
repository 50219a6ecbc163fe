package io.splittune.simulation;

import java.util.ArrayList;
import java.util.List;

/** The queued round once more, as a plain list of events that is searched for its earliest entry at every step. */
final class BruteForceRound {
    private enum Kind {
        COMPUTED,
        ARRIVED,
        SERVED,
        RETURNED
    }

    private record Event(double time, Kind kind, int device, int part) {}

    private BruteForceRound() {}

    static double[] delaySeconds(List<StageSeconds> devices, int parts) {
        int count = devices.size();
        List<Event> events = new ArrayList<>();
        List<Event> line = new ArrayList<>();
        boolean serverBusy = false;
        double[] uplinkFree = new double[count];
        double[] downlinkFree = new double[count];
        int[] batches = new int[count];
        double[] done = new double[count];
        for (int n = 0; n < count; n++) {
            start(events, devices.get(n), n, devices.get(n).ed(), parts, 0, done);
        }
        while (!events.isEmpty()) {
            Event event = earliest(events);
            events.remove(event);
            int n = event.device;
            StageSeconds s = devices.get(n);
            switch (event.kind) {
                case COMPUTED -> {
                    uplinkFree[n] = Math.max(event.time, uplinkFree[n]) + s.it() / parts;
                    events.add(new Event(uplinkFree[n], Kind.ARRIVED, n, event.part));
                }
                case ARRIVED -> line.add(event);
                case SERVED -> {
                    serverBusy = false;
                    downlinkFree[n] = Math.max(event.time, downlinkFree[n]) + s.gt() / parts;
                    events.add(new Event(downlinkFree[n], Kind.RETURNED, n, event.part));
                }
                case RETURNED -> {
                    if (event.part == parts - 1) {
                        batches[n]++;
                        start(events, s, n, event.time + s.du(), parts, batches[n], done);
                    }
                }
            }
            if (!serverBusy && !line.isEmpty()) {
                Event job = line.remove(0);
                serverBusy = true;
                double end = event.time + devices.get(job.device).sc() / parts;
                events.add(new Event(end, Kind.SERVED, job.device, job.part));
            }
        }
        return done;
    }

    private static void start(
            List<Event> events, StageSeconds s, int n, double time, int parts, int batch, double[] done) {
        if (batch == s.iterations()) {
            done[n] = time + s.lt();
            return;
        }
        for (int part = 0; part < parts; part++) {
            events.add(new Event(time + (part + 1) * s.cc() / parts, Kind.COMPUTED, n, part));
        }
    }

    private static Event earliest(List<Event> events) {
        Event first = events.get(0);
        for (Event event : events) {
            if (event.time < first.time
                    || (event.time == first.time && event.device < first.device)
                    || (event.time == first.time && event.device == first.device && event.part < first.part)) {
                first = event;
            }
        }
        return first;
    }
}
