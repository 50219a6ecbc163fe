package io.splittune.wireless;

import io.splittune.core.Check;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rounds of SFT and of the schemes it is compared with, in closed form.
 *
 * <p>SFT gives no formulas for the others; these follow its text and reproduce its minutes. In schemes with {@code
 * bandwidthsHz} there is one entry per device, the share of the band it sends over. Immutable and thread-safe.
 */
public final class SchemeDelay {
    private final RoundDelay delay;
    private final Workload workload;

    /**
     * Takes what the devices share.
     *
     * @param delay costs of a split round
     */
    public SchemeDelay(RoundDelay delay) {
        this.delay = delay;
        this.workload = delay.workload();
    }

    /**
     * SFT, compressed or not (ratios 1): devices in parallel, the slowest ends the round, eq. (19).
     *
     * @param sites the devices
     * @param decisions one per device
     * @param firstRound whether the frozen half is sent too
     */
    public SchemeRound sft(List<DeviceSite> sites, List<SplitDecision> decisions, boolean firstRound) {
        checkSize(sites, decisions, "decisions");
        List<PhaseSeconds> phases = IntStream.range(0, sites.size())
                .mapToObj(n -> delay.phases(sites.get(n), decisions.get(n), firstRound))
                .toList();
        return SchemeRound.parallel(
                phases, decisions.stream().map(SplitDecision::bandwidthHz).toList());
    }

    /**
     * SplitFed: a split round without compression.
     *
     * @param sites the devices
     * @param cut l of all
     * @param bandwidthsHz shares of the band
     * @param firstRound whether the frozen half is sent too
     */
    public SchemeRound splitFed(List<DeviceSite> sites, int cut, List<Double> bandwidthsHz, boolean firstRound) {
        checkSize(sites, bandwidthsHz, "bandwidthsHz");
        return sft(
                sites,
                bandwidthsHz.stream().map(b -> new SplitDecision(cut, 1, 1, b)).toList(),
                firstRound);
    }

    /**
     * Split learning: one device after another, each over the whole band and without compression; the adapter goes up
     * to the server and down to the next device. The round takes the sum.
     *
     * @param sites the devices
     * @param cut l of all
     * @param firstRound whether the frozen half is sent too
     */
    public SchemeRound splitLearning(List<DeviceSite> sites, int cut, boolean firstRound) {
        List<Double> whole = Collections.nCopies(sites.size(), delay.totalBandwidthHz());
        SchemeRound alone = splitFed(sites, cut, whole, firstRound);
        double sum = alone.devices().stream().mapToDouble(PhaseSeconds::total).sum();
        return new SchemeRound(alone.devices(), whole, sum);
    }

    /**
     * CARD: one device after another, each over the whole band, with its own cut, compression and server clock; the round
     * takes the sum. Eq. (7) to (10): adapters cross once down and once up, tensors in every mini-batch.
     *
     * @param sites the devices
     * @param decisions one per device; their bandwidths are not read
     * @param serverClocksHz the server's clock while it works for each device, positive
     * @param firstRound whether the frozen half is sent too, which CARD takes as done
     */
    public SchemeRound card(
            List<DeviceSite> sites, List<SplitDecision> decisions, List<Double> serverClocksHz, boolean firstRound) {
        checkSize(sites, decisions, "decisions");
        checkSize(sites, serverClocksHz, "serverClocksHz");
        double band = delay.totalBandwidthHz();
        List<PhaseSeconds> phases = new ArrayList<>();
        double sum = 0;
        for (int n = 0; n < sites.size(); n++) {
            SplitDecision decision = decisions.get(n);
            SplitDecision alone =
                    new SplitDecision(decision.cut(), decision.activationRatio(), decision.gradientRatio(), band);
            PhaseSeconds device = delay.withServerClock(serverClocksHz.get(n)).phases(sites.get(n), alone, firstRound);
            phases.add(device);
            sum += device.total();
        }
        return new SchemeRound(phases, Collections.nCopies(sites.size(), band), sum);
    }

    /**
     * Federated learning with full tuning: the whole model is broadcast and sent back in every round.
     *
     * @param sites the devices
     * @param bandwidthsHz shares of the band
     */
    public SchemeRound federated(List<DeviceSite> sites, List<Double> bandwidthsHz) {
        double backward = workload.fullTuningBackwardFlops();
        return whole(sites, bandwidthsHz, workload.modelBytes(), backward, workload.modelBytes());
    }

    /**
     * Federated learning of LoRA: adapters go down and up, the frozen model goes down once.
     *
     * <p>Slip: SFT's Table III counts full tuning under "FL", its text and minutes have LoRA; this is the one of the
     * minutes.
     *
     * @param sites the devices
     * @param bandwidthsHz shares of the band
     * @param firstRound whether the frozen model is sent too
     */
    public SchemeRound federatedLora(List<DeviceSite> sites, List<Double> bandwidthsHz, boolean firstRound) {
        long down = workload.adapterBytes() + (firstRound ? workload.modelBytes() : 0);
        return whole(sites, bandwidthsHz, down, workload.fullBackwardFlops(), workload.adapterBytes());
    }

    /**
     * Local training: each device tunes LoRA alone; only the model is broadcast, once.
     *
     * @param sites the devices
     * @param firstRound whether the model is sent
     */
    public SchemeRound local(List<DeviceSite> sites, boolean firstRound) {
        long down = firstRound ? workload.modelBytes() + workload.adapterBytes() : 0;
        List<Double> equal = Collections.nCopies(sites.size(), delay.totalBandwidthHz() / Math.max(1, sites.size()));
        return whole(sites, equal, down, workload.fullBackwardFlops(), 0);
    }

    /**
     * Centralised training: the raw samples go up once, in the first round, and the server tunes LoRA on all of them.
     * The round takes the slowest upload and then the sum of the server's work.
     *
     * @param sites the devices
     * @param bandwidthsHz shares of the band
     * @param sampleBytes of a raw sample, such as 3 x 224 x 224 for 8-bit pixels, positive
     * @param firstRound whether the data are sent
     */
    public SchemeRound central(
            List<DeviceSite> sites, List<Double> bandwidthsHz, double sampleBytes, boolean firstRound) {
        checkSize(sites, bandwidthsHz, "bandwidthsHz");
        Check.positive(sampleBytes, "sampleBytes");
        double flops = workload.fullForwardFlops() + workload.fullBackwardFlops();
        List<PhaseSeconds> phases = new ArrayList<>();
        double upload = 0;
        double compute = 0;
        for (int n = 0; n < sites.size(); n++) {
            DeviceSite site = sites.get(n);
            double samples = site.iterations() * workload.setup().batchSize();
            double bits = firstRound ? samples * sampleBytes * workload.bitsPerByte() : 0;
            double it =
                    RoundDelay.seconds(bits, bandwidthsHz.get(n) * site.link().uplinkBitsPerHz());
            double sc = site.iterations() * flops / delay.server().flopsPerSecond();
            phases.add(new PhaseSeconds(0, 0, it, sc, 0, 0, 0));
            upload = Math.max(upload, it);
            compute += sc;
        }
        return new SchemeRound(phases, bandwidthsHz, upload + compute);
    }

    private SchemeRound whole(
            List<DeviceSite> sites, List<Double> bandwidthsHz, long downBytes, double backwardFlops, long upBytes) {
        checkSize(sites, bandwidthsHz, "bandwidthsHz");
        List<PhaseSeconds> phases = new ArrayList<>();
        for (int n = 0; n < sites.size(); n++) {
            DeviceSite site = sites.get(n);
            double bandwidthHz = Check.positive(bandwidthsHz.get(n), "bandwidthHz");
            LinkState link = site.link();
            double speed = site.hardware().flopsPerSecond();
            phases.add(new PhaseSeconds(
                    RoundDelay.seconds(delay.bits(downBytes), delay.totalBandwidthHz() * link.downlinkBitsPerHz()),
                    site.iterations() * workload.fullForwardFlops() / speed,
                    0,
                    0,
                    0,
                    site.iterations() * backwardFlops / speed,
                    RoundDelay.seconds(delay.bits(upBytes), bandwidthHz * link.uplinkBitsPerHz())));
        }
        return SchemeRound.parallel(phases, bandwidthsHz);
    }

    private static void checkSize(List<DeviceSite> sites, List<?> others, String name) {
        Check.require(
                sites.size() == others.size(),
                "%s (%s entries) must have one per device (%s).",
                name,
                others.size(),
                sites.size());
    }
}
