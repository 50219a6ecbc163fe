package io.splittune.simulation;

import io.splittune.core.RandomStreams;
import io.splittune.training.Scheme;
import io.splittune.wireless.Channel;
import io.splittune.wireless.LinkState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** The rounds of a scheme whose cuts are the same in all of them: any thread may run any of them in any order. */
final class FixedRounds {
    private final MonteCarlo.Setting setting;
    private final SchemeCosts costs;
    private final BandwidthShares shares;
    private final SimulatedScheme.Allocations allocations;
    private final double[] txPowersWatts;
    private final double[] serverClocksHz;
    private final List<DeviceLoad> firstLoads = new ArrayList<>();
    private final List<DeviceLoad> laterLoads = new ArrayList<>();

    FixedRounds(MonteCarlo.Setting setting, Scheme scheme, SimulatedScheme.Fixed decisions, RandomStreams streams) {
        this.setting = setting;
        this.costs = new SchemeCosts(scheme, setting.fleet(), setting.options(), streams);
        this.shares = new BandwidthShares(setting.fleet());
        this.allocations = decisions.allocations();
        RoundResources own = ownResources(setting.fleet());
        this.txPowersWatts = own.txPowersWatts();
        this.serverClocksHz = own.serverClocksHz();
        for (int n = 0; n < setting.fleet().devices().size(); n++) {
            DeviceSetting device = decisions.settings().get(n);
            double iterations = setting.iterations().get(n);
            firstLoads.add(setting.loads().of(scheme, device, iterations, true));
            laterLoads.add(setting.loads().of(scheme, device, iterations, false));
        }
    }

    /** Powers and clocks are the same in all rounds: made once, as there may be many thousands of rounds. */
    private static RoundResources ownResources(Fleet fleet) {
        int count = fleet.devices().size();
        return RoundResources.of(fleet, Collections.nCopies(count, new LinkState(0, 0)), new double[count]);
    }

    /** Runs all rounds of a realization, on all cores. */
    List<RoundTotals> run(Channel channel, int realization) {
        int[] firstRounds = firstRounds(channel);
        RoundTotals[] totals = new RoundTotals[setting.rounds()];
        IntStream.rangeClosed(1, setting.rounds())
                .parallel()
                .forEach(round -> totals[round - 1] = run(channel, firstRounds, realization, round));
        return Arrays.asList(totals);
    }

    /** Returns the round in which each device can first take part, and so gets what is sent once. */
    private int[] firstRounds(Channel channel) {
        int[] first = new int[firstLoads.size()];
        for (int n = 0; n < first.length; n++) {
            first[n] = 1;
            while (first[n] <= setting.rounds() && channel.state(n, first[n]).isOutage()) {
                first[n]++;
            }
        }
        return first;
    }

    private RoundTotals run(Channel channel, int[] firstRounds, int realization, int round) {
        int count = firstLoads.size();
        List<LinkState> links = new ArrayList<>(count);
        List<DeviceLoad> loads = new ArrayList<>(count);
        for (int n = 0; n < count; n++) {
            links.add(channel.state(n, round));
            DeviceLoad due = round == firstRounds[n] ? firstLoads.get(n) : laterLoads.get(n);
            loads.add(round < firstRounds[n] ? DeviceLoad.NONE : due);
        }
        double[] bandwidths = shares.of(loads, links, allocations.of(realization, round));
        RoundResources resources = new RoundResources(links, bandwidths, txPowersWatts, serverClocksHz);
        return RoundTotals.of(costs.round(loads, resources, realization, round));
    }
}
