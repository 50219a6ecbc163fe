package io.splittune.simulation;

import io.splittune.core.Check;
import io.splittune.core.RandomStreams;
import io.splittune.simulation.QueuedRound.JobListener;
import io.splittune.training.Scheme;
import io.splittune.wireless.EnergyModel;
import io.splittune.wireless.PhaseSeconds;
import io.splittune.wireless.RoundEnergy;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Seconds, joules and bytes of a round of any scheme, from its devices' loads, links, bandwidths, powers and server clocks.
 *
 * <p>sft, sfl, sflam: devices in parallel at one server. fl, fl-lora, local: devices in parallel, each alone. sl, card: one
 * device after another, each over the whole band. central: all data go up in parallel, then the server works through them; its devices
 * compute nothing. In local and central no server waits for a device in a round, so dropout and deadline do not apply.
 * Without queue, overlap and disturbance the seconds are those of {@link io.splittune.wireless.SchemeDelay}.
 *
 * <p>Immutable and thread-safe.
 */
public final class SchemeCosts {
    private final Scheme scheme;
    private final Fleet fleet;
    private final EnergyModel energy;
    private final EventRound events;

    /**
     * Prepares rounds.
     *
     * @param scheme how devices and server work together
     * @param fleet who computes
     * @param options queue, overlap and disturbances, as far as the scheme has them
     * @param streams where disturbances come from
     */
    public SchemeCosts(Scheme scheme, Fleet fleet, EventOptions options, RandomStreams streams) {
        this.scheme = Objects.requireNonNull(scheme, "scheme");
        this.fleet = Objects.requireNonNull(fleet, "fleet");
        this.energy = new EnergyModel(fleet.server(), fleet.totalBandwidthHz());
        this.events = new EventRound(applicable(scheme, options), streams);
    }

    private static EventOptions applicable(Scheme scheme, EventOptions options) {
        boolean together = scheme.isSplit() && !scheme.isSequential();
        EventOptions queued = together ? options : options.withQueue(ServerQueue.NONE);
        EventOptions overlapped = scheme.isSplit() ? queued : queued.withMicroBatches(1);
        Disturbance all = options.disturbance();
        return scheme.isSplit() || scheme.isFederated()
                ? overlapped
                : overlapped.withDisturbance(new Disturbance(
                        all.jitterSigma(),
                        all.stragglerProbability(),
                        all.stragglerSlowdown(),
                        0,
                        Double.POSITIVE_INFINITY));
    }

    /**
     * Costs one round.
     *
     * @param loads by device; {@link DeviceLoad#NONE} for one that stays out
     * @param resources by device; each that takes part has a positive bandwidth, not read by {@code sl} and {@code card}
     * @param realization keys the random draws
     * @param round keys the random draws
     * @return the costs; a device whose link does not carry what it has to send stays out
     * @throws IllegalArgumentException if the lists do not have one entry per device
     */
    public RoundCost round(List<DeviceLoad> loads, RoundResources resources, long realization, int round) {
        int count = fleet.devices().size();
        Check.require(
                loads.size() == count && resources.size() == count,
                "loads (%s) and resources (%s) must have one entry per device (%s).",
                loads.size(),
                resources.size(),
                count);
        StageTable table = new StageTable(count);
        boolean[] present = new boolean[count];
        for (int n = 0; n < count; n++) {
            present[n] = enter(table, n, loads.get(n), resources);
        }
        RoundOutcome outcome = events.run(table, realization, round, JobListener.NONE);
        List<DeviceCost> costs = new ArrayList<>(count);
        for (int n = 0; n < count; n++) {
            costs.add(present[n] ? deviceCost(table, outcome, n, loads.get(n), resources) : DeviceCost.IDLE);
        }
        return sum(costs, outcome);
    }

    /** Notes a device's stages; returns false for one that stays out, whose stages stay zero. */
    private boolean enter(StageTable table, int n, DeviceLoad load, RoundResources resources) {
        if (load.equals(DeviceLoad.NONE)) {
            return false;
        }
        double bandwidthHz = Check.positive(bandwidthHz(resources, n), "bandwidthHz");
        PhaseSeconds phases = load.phases(
                fleet.devices().get(n),
                resources.links().get(n),
                bandwidthHz,
                fleet.server().flopsPerSecond(resources.serverClocksHz()[n]),
                fleet.totalBandwidthHz());
        if (!Double.isFinite(phases.total())) {
            return false;
        }
        int batches = Math.max(1, load.batches());
        table.set(
                n,
                new StageSeconds(
                        phases.ed(),
                        phases.cc() / batches,
                        phases.it() / batches,
                        phases.sc() / batches,
                        phases.gt() / batches,
                        phases.du() / batches,
                        phases.lt(),
                        batches));
        return true;
    }

    /** One device after another has the whole band to itself. */
    private double bandwidthHz(RoundResources resources, int n) {
        return scheme.isSequential() ? fleet.totalBandwidthHz() : resources.bandwidthsHz()[n];
    }

    private DeviceCost deviceCost(
            StageTable table, RoundOutcome outcome, int n, DeviceLoad load, RoundResources resources) {
        int batches = outcome.batches[n];
        boolean finished = outcome.finished[n];
        PhaseSeconds worked = new PhaseSeconds(
                table.ed[n],
                batches * table.cc[n],
                batches * table.it[n],
                batches * table.sc[n],
                batches * table.gt[n],
                batches * table.du[n],
                finished ? table.lt[n] : 0);
        double bandwidthHz = bandwidthHz(resources, n);
        RoundEnergy joules = energy.of(
                fleet.devices().get(n),
                bandwidthHz,
                resources.txPowersWatts()[n],
                resources.serverClocksHz()[n],
                worked);
        PhaseBytes all = load.bytes();
        double share = (double) batches / table.iterations[n];
        PhaseBytes bytes = finished ? all : new PhaseBytes(all.ed(), share * all.it(), share * all.gt(), 0);
        PhaseSeconds wait = new PhaseSeconds(0, 0, 0, outcome.waitSeconds[n], 0, 0, 0);
        return new DeviceCost(bandwidthHz, outcome.delaySeconds[n], worked.plus(wait), joules, bytes, true, finished);
    }

    private RoundCost sum(List<DeviceCost> costs, RoundOutcome outcome) {
        RoundEnergy joules = RoundEnergy.ZERO;
        PhaseBytes bytes = PhaseBytes.ZERO;
        PhaseSeconds all = PhaseSeconds.ZERO;
        DeviceCost slowest = DeviceCost.IDLE;
        double turns = 0;
        for (DeviceCost cost : costs) {
            if (cost.participated()) {
                joules = joules.plus(cost.energy());
                bytes = bytes.plus(cost.bytes());
                all = all.plus(cost.phases());
                turns += cost.finished() ? cost.delaySeconds() : events.deadlineSeconds();
                slowest = cost.delaySeconds() > slowest.delaySeconds() ? cost : slowest;
            }
        }
        if (scheme == Scheme.CENTRAL) {
            double upload =
                    costs.stream().mapToDouble(cost -> cost.phases().it()).max().orElse(0);
            PhaseSeconds phases = new PhaseSeconds(0, 0, upload, all.sc(), 0, 0, 0);
            return new RoundCost(phases.total(), joules, phases, bytes, costs);
        }
        return scheme.isSequential()
                ? new RoundCost(turns, joules, all, bytes, costs)
                : new RoundCost(outcome.seconds(events.deadlineSeconds()), joules, slowest.phases(), bytes, costs);
    }
}
