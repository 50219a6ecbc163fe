package io.splittune.simulation;

import io.splittune.core.Check;
import io.splittune.core.RandomStreams;
import io.splittune.training.DeviceRound;
import io.splittune.training.RoundRecord;
import io.splittune.training.Scheme;
import io.splittune.training.Traffic;
import io.splittune.wireless.Channel;
import io.splittune.wireless.LinkState;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Gives a real round of training the time and the energy that it would take on the scenario's hardware and network: bytes
 * as they were sent, operations by formula.
 *
 * <p>What training in one process does not send is added: a device's frozen weights when it first needs them (in fp32 or
 * whatever {@code valueBytes} says), and for {@code central} all raw samples in its first round. A device whose link carries
 * nothing in the round costs nothing, although it was trained: let {@link PlannedPolicy} leave it out.
 *
 * <p>Remembers which weights each device holds, so rounds are costed once each, in their order, by one thread; a resumed
 * run first says what its devices {@link #holds hold}.
 */
public final class VirtualClock {
    private final Scheme scheme;
    private final Setting setting;
    private final ResourcePlan plan;
    private final SchemeCosts costs;
    private final HeldWeights held;
    private boolean dataUploaded;

    /**
     * The scenario's part.
     *
     * @param fleet hardware and band
     * @param channel links by round
     * @param loads formulas of the model that is trained; their batch size is the training's
     * @param samples of each device's data set, by index: what {@code central} uploads
     */
    public record Setting(Fleet fleet, Channel channel, SchemeLoads loads, List<Integer> samples) {
        /**
         * Copies and validates.
         *
         * @throws IllegalArgumentException if there is not one data set per device
         */
        public Setting {
            Objects.requireNonNull(channel, "channel");
            Objects.requireNonNull(loads, "loads");
            samples = List.copyOf(samples);
            Check.require(
                    samples.size() == fleet.devices().size(),
                    "samples (%s) must have one entry per device (%s).",
                    samples.size(),
                    fleet.devices().size());
        }
    }

    /**
     * Starts before the first round.
     *
     * @param scheme of the run
     * @param setting hardware, network and model
     * @param plan what each device gets: band, power, server clock
     * @param options queue, overlap, jitter and stragglers
     * @param streams where jitter and stragglers come from
     * @throws IllegalArgumentException if devices are to drop out or be cut off: the training has happened with them
     */
    public VirtualClock(
            Scheme scheme, Setting setting, ResourcePlan plan, EventOptions options, RandomStreams streams) {
        Check.require(
                !Double.isFinite(options.disturbance().deadlineSeconds()),
                "A virtual clock cannot drop devices out of a training that has happened with them.");
        this.scheme = scheme;
        this.setting = setting;
        this.plan = Objects.requireNonNull(plan, "plan");
        this.costs = new SchemeCosts(scheme, setting.fleet(), options, streams);
        this.held = new HeldWeights(
                scheme, setting.loads(), setting.fleet().devices().size());
    }

    /**
     * Notes weights that a device got in a round before a run was resumed.
     *
     * @param deviceIndex from 0
     * @param cut blocks that it had then; those of fewer than before change nothing
     */
    public void holds(int deviceIndex, int cut) {
        held.holds(deviceIndex, cut);
        dataUploaded = true;
    }

    /**
     * Costs a round.
     *
     * @param record what happened in it; for {@code central} one learner, else one entry per device
     * @return seconds, joules, phases and bytes by device
     * @throws IllegalArgumentException if the record is of another number of devices
     */
    public RoundCost cost(RoundRecord record) {
        int count = setting.fleet().devices().size();
        int learners = scheme == Scheme.CENTRAL ? 1 : count;
        Check.require(
                record.devices().size() == learners,
                "The round has %s learners, %s were expected.",
                record.devices().size(),
                learners);
        List<LinkState> links = new ArrayList<>(count);
        List<DeviceLoad> loads = new ArrayList<>(count);
        for (int n = 0; n < count; n++) {
            links.add(setting.channel().state(n, record.round()));
            loads.add(
                    scheme == Scheme.CENTRAL
                            ? central(n, record.devices().get(0))
                            : load(n, record.devices().get(n)));
        }
        dataUploaded = true;
        RoundResources resources = plan.resources(record.round(), loads, links);
        RoundCost cost = costs.round(loads, resources, 0, record.round());
        remember(record, cost);
        return cost;
    }

    /** All of a round's samples are seen as often as the one learner saw them. */
    private DeviceLoad central(int n, DeviceRound learner) {
        long samples = setting.samples().get(n);
        if (samples == 0) {
            return DeviceLoad.NONE;
        }
        double share = (double) samples / learner.samples();
        DeviceSetting unsplit = DeviceSetting.uncompressed(0);
        DeviceLoad computed = setting.loads().of(scheme, unsplit, share * iterations(learner), false);
        double uploaded = dataUploaded ? 0 : samples * setting.loads().sampleBytes();
        return new DeviceLoad(0, computed.serverFlops(), 0, new PhaseBytes(0, uploaded, 0, 0), computed.batches());
    }

    private DeviceLoad load(int n, DeviceRound device) {
        double iterations = iterations(device);
        if (iterations == 0) {
            return DeviceLoad.NONE; // Idle, or gone before its first mini-batch.
        }
        DeviceLoad formula = setting.loads().of(scheme, DeviceSetting.uncompressed(device.cut()), iterations, false);
        Traffic sent = device.traffic();
        PhaseBytes bytes = new PhaseBytes(
                sent.modelBytesDown() + held.missingBytes(n, device.cut()),
                sent.activationFrameBytes(),
                sent.gradientFrameBytes(),
                sent.modelBytesUp());
        return new DeviceLoad(
                formula.deviceForwardFlops(),
                formula.serverFlops(),
                formula.deviceBackwardFlops(),
                bytes,
                Math.toIntExact(device.steps()));
    }

    /** Returns the mini-batches, the last of each epoch counted by its samples. */
    private double iterations(DeviceRound device) {
        if (device.samples() == 0) {
            return device.steps();
        }
        int batch = setting.loads().workload().setup().batchSize();
        double stepsOfEpoch = Math.ceil((double) device.samples() / batch);
        return device.steps() / stepsOfEpoch * device.samples() / batch;
    }

    private void remember(RoundRecord record, RoundCost cost) {
        if (scheme == Scheme.CENTRAL) {
            return;
        }
        for (int n = 0; n < cost.devices().size(); n++) {
            if (cost.devices().get(n).participated()) {
                held.holds(n, record.devices().get(n).cut());
            }
        }
    }
}
