package io.splittune.simulation;

import io.splittune.core.RandomStreams;
import io.splittune.wireless.Channel;
import io.splittune.wireless.LinkState;
import io.splittune.wireless.PhaseSeconds;
import java.util.ArrayList;
import java.util.List;

/** The rounds of one simulated scheme, each on its own: any thread may run any of them in any order. */
final class SimulatedRounds {
    private final MonteCarlo.Setting setting;
    private final SchemeCosts costs;
    private final BandwidthShares shares;
    private final SimulatedScheme.Allocations allocations;
    private final List<DeviceLoad> firstLoads = new ArrayList<>();
    private final List<DeviceLoad> laterLoads = new ArrayList<>();

    /** What is kept of a round. */
    record Totals(double seconds, double joules, PhaseSeconds phases, PhaseBytes bytes, int participants) {}

    SimulatedRounds(MonteCarlo.Setting setting, SimulatedScheme scheme, RandomStreams streams) {
        this.setting = setting;
        this.costs = new SchemeCosts(scheme.scheme(), setting.fleet(), setting.options(), streams);
        this.shares = new BandwidthShares(setting.fleet());
        this.allocations = scheme.allocations();
        for (int n = 0; n < setting.fleet().devices().size(); n++) {
            DeviceSetting device = scheme.settings().get(n);
            double iterations = setting.iterations().get(n);
            firstLoads.add(setting.loads().of(scheme.scheme(), device, iterations, true));
            laterLoads.add(setting.loads().of(scheme.scheme(), device, iterations, false));
        }
    }

    /** Returns the round in which each device can first take part, and so gets what is sent once. */
    int[] firstRounds(Channel channel) {
        int[] first = new int[firstLoads.size()];
        for (int n = 0; n < first.length; n++) {
            first[n] = 1;
            while (first[n] <= setting.rounds() && channel.state(n, first[n]).isOutage()) {
                first[n]++;
            }
        }
        return first;
    }

    Totals run(Channel channel, int[] firstRounds, int realization, int round) {
        int count = firstLoads.size();
        List<LinkState> links = new ArrayList<>(count);
        List<DeviceLoad> loads = new ArrayList<>(count);
        for (int n = 0; n < count; n++) {
            links.add(channel.state(n, round));
            DeviceLoad due = round == firstRounds[n] ? firstLoads.get(n) : laterLoads.get(n);
            loads.add(round < firstRounds[n] ? DeviceLoad.NONE : due);
        }
        double[] bandwidths = shares.of(loads, links, allocations.of(realization, round));
        RoundCost cost = costs.round(loads, links, bandwidths, realization, round);
        return new Totals(
                cost.virtualSeconds(), cost.energy().total(), cost.phases(), cost.bytes(), cost.participants());
    }
}
