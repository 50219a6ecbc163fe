package io.splittune.planner;

import io.splittune.wireless.DeviceSite;
import io.splittune.wireless.EnergyModel;
import io.splittune.wireless.MemoryModel;
import io.splittune.wireless.PhaseSeconds;
import io.splittune.wireless.RoundDelay;
import io.splittune.wireless.SplitDecision;
import io.splittune.wireless.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** The cost models of the module wireless, applied to the devices of a problem. Immutable. */
final class RoundCosts implements BandwidthLimits {
    private final Problem problem;
    private final List<DeviceSite> sites;
    private final RoundDelay delay;
    private final EnergyModel energy;
    private final double[] memoryBytesByCut;
    private final double[] capsHz;

    RoundCosts(Problem problem) {
        this.problem = problem;
        this.sites = problem.devices().stream().map(PlannedDevice::site).toList();
        this.delay = new RoundDelay(new Workload(problem.tuning()), problem.server(), problem.totalBandwidthHz());
        this.energy = new EnergyModel(problem.server(), problem.totalBandwidthHz());
        this.capsHz = problem.devices().stream()
                .mapToDouble(PlannedDevice::maxBandwidthHz)
                .toArray();
        MemoryModel memory = new MemoryModel(problem.tuning());
        this.memoryBytesByCut = new double[problem.tuning().model().layers() + 1];
        for (int cut = 0; cut < memoryBytesByCut.length; cut++) {
            memoryBytesByCut[cut] = memory.requiredBytes(cut);
        }
    }

    Problem problem() {
        return problem;
    }

    @Override
    public double minimumHz() {
        return problem.minBandwidthPerDeviceHz();
    }

    @Override
    public double capHz(int device) {
        return Math.min(capsHz[device], problem.totalBandwidthHz());
    }

    @Override
    public double totalHz() {
        return problem.totalBandwidthHz();
    }

    int size() {
        return sites.size();
    }

    double memoryBytes(int cut) {
        return memoryBytesByCut[cut];
    }

    double memoryOfDevice(int device) {
        return sites.get(device).hardware().memoryBytes();
    }

    /** The allowed cuts that fit on a device. */
    List<Integer> cutsOf(int device) {
        return problem.cuts().stream()
                .filter(cut -> memoryBytes(cut) <= memoryOfDevice(device))
                .toList();
    }

    /** The allowed cuts that fit on every device. */
    List<Integer> commonCuts() {
        double least = sites.stream()
                .mapToDouble(site -> site.hardware().memoryBytes())
                .min()
                .orElseThrow();
        return problem.cuts().stream().filter(cut -> memoryBytes(cut) <= least).toList();
    }

    double fixedSeconds(int device, int cut) {
        return delay.fixedSeconds(sites.get(device), cut, problem.firstRound());
    }

    double workHzSeconds(int device, int cut, CompressionOption option) {
        return delay.bandwidthWork(sites.get(device), cut, option.activationRatio(), option.gradientRatio());
    }

    /** What the devices gain from bandwidth with one choice for all. */
    BandwidthDemand demand(Choice forAll) {
        return demands(forAll.cut(), List.of(forAll.compression())).get(0);
    }

    /** What the devices gain from bandwidth when each has its own choice. */
    BandwidthDemand demand(List<Choice> choices) {
        double[] fixed = new double[size()];
        double[] work = new double[size()];
        for (int n = 0; n < size(); n++) {
            Choice choice = choices.get(n);
            fixed[n] = fixedSeconds(n, choice.cut());
            work[n] = workHzSeconds(n, choice.cut(), choice.compression());
        }
        return new BandwidthDemand(fixed, work, minimumHz(), capsHz, totalHz());
    }

    /** What the devices gain from bandwidth at a common cut, for each compression in turn. */
    List<BandwidthDemand> demands(int cut, List<CompressionOption> options) {
        double[] fixed = new double[size()];
        for (int n = 0; n < size(); n++) {
            fixed[n] = fixedSeconds(n, cut);
        }
        List<BandwidthDemand> demands = new ArrayList<>(options.size());
        double[] work = new double[size()];
        for (CompressionOption option : options) {
            for (int n = 0; n < size(); n++) {
                work[n] = workHzSeconds(n, cut, option);
            }
            demands.add(new BandwidthDemand(fixed, work, minimumHz(), capsHz, totalHz()));
        }
        return demands;
    }

    /**
     * A device's round over a share of the band, with the server at its own clock.
     *
     * @param firstRound whether the frozen half is sent too, whatever the problem's round is
     */
    PhaseSeconds phases(int device, Choice choice, double bandwidthHz, boolean firstRound) {
        return delay.phases(sites.get(device), decision(choice, bandwidthHz), firstRound);
    }

    private static SplitDecision decision(Choice choice, double bandwidthHz) {
        CompressionOption compression = choice.compression();
        return new SplitDecision(choice.cut(), compression.activationRatio(), compression.gradientRatio(), bandwidthHz);
    }

    DevicePlan devicePlan(int device, Choice choice, double bandwidthHz) {
        return devicePlan(device, choice, bandwidthHz, problem.server().clockHz());
    }

    /** The prediction for a device for which the server runs at a clock of its own. */
    DevicePlan devicePlan(int device, Choice choice, double bandwidthHz, double serverClockHz) {
        DeviceSite site = sites.get(device);
        RoundDelay clocked = serverClockHz == problem.server().clockHz() ? delay : delay.withServerClock(serverClockHz);
        PhaseSeconds phases = clocked.phases(site, decision(choice, bandwidthHz), problem.firstRound());
        return new DevicePlan(
                problem.devices().get(device).id(),
                choice.cut(),
                choice.compression(),
                bandwidthHz,
                site.hardware().txPowerWatts(),
                OptionalInt.empty(),
                serverClockHz,
                phases,
                phases.total(),
                memoryBytes(choice.cut()),
                energy.of(site.hardware(), bandwidthHz, site.hardware().txPowerWatts(), serverClockHz, phases));
    }
}
