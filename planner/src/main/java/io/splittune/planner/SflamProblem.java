package io.splittune.planner;

import io.splittune.core.Check;
import io.splittune.wireless.BlockGains;
import io.splittune.wireless.EdgeServer;
import io.splittune.wireless.SplitBatch;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What SFLAM decides in a round: powers, bits and resource blocks, problem P, eq. (22). Any number of blocks may meet
 * any number of devices; the paper assumes fewer blocks.
 *
 * @param devices at least one, with distinct ids
 * @param server where everything behind the embedding runs; its energy is not modelled
 * @param batch operations and bits of a mini-batch
 * @param gains one row per device; at least one block
 * @param round whose gains count, not negative
 * @param blockWidthHz B, positive
 * @param limits deadline and bits
 * @param goal the objective
 */
public record SflamProblem(
        List<SflamDevice> devices,
        EdgeServer server,
        SplitBatch batch,
        BlockGains gains,
        int round,
        double blockWidthHz,
        SflamLimits limits,
        SflamGoal goal) {
    /** Checks and copies. */
    public SflamProblem {
        devices = List.copyOf(devices);
        Check.require(!devices.isEmpty(), "A plan needs at least one device.");
        Set<String> ids = new HashSet<>();
        for (SflamDevice device : devices) {
            Check.require(ids.add(device.id()), "The device id '%s' stands twice.", device.id());
        }
        Check.require(
                gains.devices() == devices.size(),
                "gains have %s rows for %s devices.",
                gains.devices(),
                devices.size());
        Check.require(gains.blocks() > 0, "There are %s resource blocks; a plan needs at least one.", gains.blocks());
        Check.notNegative(round, "round");
        Check.positive(blockWidthHz, "blockWidthHz");
    }

    /** Returns the same problem under other limits. */
    public SflamProblem with(SflamLimits other) {
        return new SflamProblem(devices, server, batch, gains, round, blockWidthHz, other, goal);
    }

    /** Returns the same problem with another objective. */
    public SflamProblem with(SflamGoal other) {
        return new SflamProblem(devices, server, batch, gains, round, blockWidthHz, limits, other);
    }

    /** Returns the same problem in another round. */
    public SflamProblem inRound(int other) {
        return new SflamProblem(devices, server, batch, gains, other, blockWidthHz, limits, goal);
    }

    /**
     * Returns the same problem for some of its devices.
     *
     * @param indices of at least one, distinct
     */
    public SflamProblem ofDevices(List<Integer> indices) {
        return new SflamProblem(
                indices.stream().map(devices::get).toList(),
                server,
                batch,
                new SomeGains(gains, List.copyOf(indices)),
                round,
                blockWidthHz,
                limits,
                goal);
    }

    /** Gains of some devices. */
    private record SomeGains(BlockGains all, List<Integer> indices) implements BlockGains {
        @Override
        public int devices() {
            return indices.size();
        }

        @Override
        public int blocks() {
            return all.blocks();
        }

        @Override
        public double gainToNoise(int deviceIndex, int block, int round) {
            return all.gainToNoise(indices.get(deviceIndex), block, round);
        }
    }
}
