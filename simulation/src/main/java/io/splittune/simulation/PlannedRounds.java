package io.splittune.simulation;

import io.splittune.core.RandomStreams;
import io.splittune.planner.DevicePlan;
import io.splittune.training.Scheme;
import io.splittune.wireless.Channel;
import io.splittune.wireless.LinkState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rounds of a scheme that a planner decides, one after another: what a device holds depends on its earlier cuts. */
final class PlannedRounds {
    private final MonteCarlo.Setting setting;
    private final Scheme scheme;
    private final SimulatedScheme.Planned decisions;
    private final SchemeCosts costs;

    PlannedRounds(MonteCarlo.Setting setting, Scheme scheme, SimulatedScheme.Planned decisions, RandomStreams streams) {
        this.setting = setting;
        this.scheme = scheme;
        this.decisions = decisions;
        this.costs = new SchemeCosts(scheme, setting.fleet(), setting.options(), streams);
    }

    /** Runs all rounds of a realization. */
    List<RoundTotals> run(Channel channel, int realization) {
        RoundPlans plans = decisions.plans().apply(realization);
        HeldWeights held = new HeldWeights(
                scheme, setting.loads(), setting.fleet().devices().size());
        List<RoundTotals> totals = new ArrayList<>(setting.rounds());
        for (int round = 1; round <= setting.rounds(); round++) {
            List<Optional<DevicePlan>> decided = plans.plans(round);
            List<LinkState> links = new ArrayList<>(decided.size());
            List<DeviceLoad> loads = new ArrayList<>(decided.size());
            for (int n = 0; n < decided.size(); n++) {
                links.add(channel.state(n, round));
                loads.add(load(n, decided.get(n), held));
            }
            RoundCost cost = costs.round(loads, plans.resources(round, loads, links), realization, round);
            for (int n = 0; n < decided.size(); n++) {
                if (cost.devices().get(n).participated()) {
                    held.holds(n, decided.get(n).orElseThrow().cut());
                }
            }
            totals.add(RoundTotals.of(cost));
        }
        return totals;
    }

    private DeviceLoad load(int n, Optional<DevicePlan> plan, HeldWeights held) {
        if (plan.isEmpty()) {
            return DeviceLoad.NONE;
        }
        DevicePlan device = plan.get();
        DeviceSetting decided = new DeviceSetting(
                device.cut(),
                device.compression().activationRatio(),
                device.compression().gradientRatio());
        DeviceLoad load =
                setting.loads().of(scheme, decided, setting.iterations().get(n), false);
        PhaseBytes sent = load.bytes();
        return new DeviceLoad(
                load.deviceForwardFlops(),
                load.serverFlops(),
                load.deviceBackwardFlops(),
                new PhaseBytes(sent.ed() + held.missingBytes(n, device.cut()), sent.it(), sent.gt(), sent.lt()),
                load.batches());
    }
}
