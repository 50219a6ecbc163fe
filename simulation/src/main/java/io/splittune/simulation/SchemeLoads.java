package io.splittune.simulation;

import static io.splittune.core.Check.positive;
import static io.splittune.core.Check.require;

import io.splittune.training.Scheme;
import io.splittune.wireless.Formulas;
import io.splittune.wireless.Workload;

/**
 * What each scheme asks of a device in a round, by formula: operations and bytes of {@link Workload}, put together as
 * {@link io.splittune.wireless.SchemeDelay} describes the schemes. Immutable and thread-safe.
 */
public final class SchemeLoads {
    private final Workload workload;
    private final double sampleBytes;
    private final boolean fullTuning;

    /**
     * Takes the formulas, with adapters trained on frozen weights where the scheme says nothing else.
     *
     * @param workload operations and bytes of a mini-batch; not the paper's printed ones, which mix bits and bytes
     * @param sampleBytes of a raw sample, which {@code central} uploads; positive
     */
    public SchemeLoads(Workload workload, double sampleBytes) {
        this(workload, sampleBytes, false);
    }

    /**
     * Takes the formulas.
     *
     * @param workload operations and bytes of a mini-batch; not the paper's printed ones, which mix bits and bytes
     * @param sampleBytes of a raw sample, which {@code central} uploads; positive
     * @param fullTuning whether {@code sflam} trains all weights on both sides, and so averages them
     */
    public SchemeLoads(Workload workload, double sampleBytes, boolean fullTuning) {
        require(workload.setup().formulas() == Formulas.OURS, "formulas (PRINTED) have no mini-batches to simulate.");
        this.workload = workload;
        this.sampleBytes = positive(sampleBytes, "sampleBytes");
        this.fullTuning = fullTuning;
    }

    /** Returns the formulas. */
    public Workload workload() {
        return workload;
    }

    /** Returns the bytes of a raw sample. */
    public double sampleBytes() {
        return sampleBytes;
    }

    /** Returns whether a scheme has no frozen weights. */
    boolean trainsAllWeights(Scheme scheme) {
        return scheme == Scheme.FL || (scheme == Scheme.SFLAM && fullTuning);
    }

    /**
     * Returns a device's load.
     *
     * @param scheme any; its bytes are uncompressed unless it compresses
     * @param setting cut and ratios; read as far as the scheme has them
     * @param iterations mini-batches of the round, positive; a fraction stands for a last one that is not full
     * @param firstRound whether what is sent once is sent now: frozen weights, or central's data
     */
    public DeviceLoad of(Scheme scheme, DeviceSetting setting, double iterations, boolean firstRound) {
        positive(iterations, "iterations");
        return switch (scheme) {
            case SFT, CARD -> split(setting, iterations, firstRound);
            case SFLAM -> fullTuning ? embedding(setting, iterations) : split(setting, iterations, firstRound);
            case SL, SFL -> split(DeviceSetting.uncompressed(setting.cut()), iterations, firstRound);
            case FL ->
                whole(workload.modelBytes(), workload.fullTuningBackwardFlops(), workload.modelBytes(), iterations);
            case FL_LORA ->
                whole(
                        workload.adapterBytes() + (firstRound ? workload.modelBytes() : 0),
                        workload.fullBackwardFlops(),
                        workload.adapterBytes(),
                        iterations);
            case LOCAL ->
                whole(
                        firstRound ? workload.adapterBytes() + workload.modelBytes() : 0,
                        workload.fullBackwardFlops(),
                        0,
                        iterations);
            case CENTRAL -> central(iterations, firstRound);
        };
    }

    private DeviceLoad split(DeviceSetting setting, double iterations, boolean firstRound) {
        int cut = setting.cut();
        double frame = iterations * workload.activationBytes();
        return new DeviceLoad(
                iterations * workload.deviceForwardFlops(cut),
                iterations * (workload.serverForwardFlops(cut) + workload.serverBackwardFlops(cut)),
                iterations * workload.deviceBackwardFlops(cut),
                new PhaseBytes(
                        firstRound ? workload.deviceModelBytes(cut) : workload.deviceAdapterBytes(cut),
                        setting.activationRatio() * frame,
                        setting.gradientRatio() * frame,
                        workload.deviceAdapterBytes(cut)),
                batches(iterations));
    }

    /** The embedding alone is on the device, and trained: one pass for its gradients, as nothing is below it. */
    private DeviceLoad embedding(DeviceSetting setting, double iterations) {
        DeviceLoad frozen = split(setting, iterations, false);
        double weights = workload.deviceModelBytes(0) - workload.deviceAdapterBytes(0);
        PhaseBytes bytes =
                new PhaseBytes(weights, frozen.bytes().it(), frozen.bytes().gt(), weights);
        return new DeviceLoad(
                frozen.deviceForwardFlops(),
                frozen.serverFlops(),
                frozen.deviceForwardFlops(),
                bytes,
                frozen.batches());
    }

    private DeviceLoad whole(long downBytes, double backwardFlops, long upBytes, double iterations) {
        return new DeviceLoad(
                iterations * workload.fullForwardFlops(),
                0,
                iterations * backwardFlops,
                new PhaseBytes(downBytes, 0, 0, upBytes),
                batches(iterations));
    }

    private DeviceLoad central(double iterations, boolean firstRound) {
        double samples = iterations * workload.setup().batchSize();
        return new DeviceLoad(
                0,
                iterations * (workload.fullForwardFlops() + workload.fullBackwardFlops()),
                0,
                new PhaseBytes(0, firstRound ? samples * sampleBytes : 0, 0, 0),
                batches(iterations));
    }

    private static int batches(double iterations) {
        return (int) Math.ceil(iterations);
    }
}
