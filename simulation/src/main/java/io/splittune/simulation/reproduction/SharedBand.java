package io.splittune.simulation.reproduction;

import io.splittune.planner.BandwidthAllocation;
import io.splittune.planner.BandwidthDemand;
import io.splittune.planner.EqualBandwidth;
import io.splittune.wireless.DeviceSite;
import io.splittune.wireless.PhaseSeconds;
import io.splittune.wireless.RoundDelay;
import io.splittune.wireless.SchemeDelay;
import io.splittune.wireless.SchemeRound;
import io.splittune.wireless.SftSetting;
import io.splittune.wireless.SplitDecision;
import io.splittune.wireless.Workload;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Rounds of devices that share a band in the paper's setting: ViT-B/16, cut after block 5, one server. Immutable. */
final class SharedBand {
    /** So small a least share that it binds nowhere. */
    static final double LEAST_HZ = 1;

    private final List<DeviceSite> sites;
    private final RoundDelay delay;
    private final SchemeDelay schemes;

    SharedBand(List<DeviceSite> sites, double totalBandwidthHz) {
        this.sites = List.copyOf(sites);
        this.delay = new RoundDelay(
                new Workload(SftSetting.tuning(SftSetting.CLASSES)), SftSetting.server(), totalBandwidthHz);
        this.schemes = new SchemeDelay(delay);
    }

    RoundDelay delay() {
        return delay;
    }

    /** Returns a round of SFT; both ratios 1 for no compression. */
    SchemeRound sft(double activationRatio, double gradientRatio, BandwidthAllocation allocation, boolean first) {
        BandwidthDemand demand = demand(activationRatio, gradientRatio, first);
        double[] shares = allocation.allocate(demand);
        List<SplitDecision> decisions = Arrays.stream(shares)
                .mapToObj(hz -> new SplitDecision(SftSetting.CUT, activationRatio, gradientRatio, hz))
                .toList();
        return schemes.sft(sites, decisions, first);
    }

    private BandwidthDemand demand(double activationRatio, double gradientRatio, boolean first) {
        double[] fixed = sites.stream()
                .mapToDouble(site -> delay.fixedSeconds(site, SftSetting.CUT, first))
                .toArray();
        double[] work = sites.stream()
                .mapToDouble(site -> delay.bandwidthWork(site, SftSetting.CUT, activationRatio, gradientRatio))
                .toArray();
        double[] caps = new double[sites.size()];
        Arrays.fill(caps, delay.totalBandwidthHz());
        return new BandwidthDemand(fixed, work, LEAST_HZ, caps, delay.totalBandwidthHz());
    }

    SchemeRound federatedLora(boolean first) {
        double share = delay.totalBandwidthHz() / sites.size();
        return schemes.federatedLora(
                sites, IntStream.range(0, sites.size()).mapToObj(n -> share).toList(), first);
    }

    SchemeRound splitLearning(boolean first) {
        return schemes.splitLearning(sites, SftSetting.CUT, first);
    }

    /** Returns the longest computing of a device in a round, CC and DU. */
    double slowestComputeSeconds() {
        return sft(1, 1, new EqualBandwidth(), false).devices().stream()
                .mapToDouble(PhaseSeconds::deviceCompute)
                .max()
                .orElseThrow();
    }
}
