package io.splittune.planner;

import io.splittune.core.Check;
import io.splittune.wireless.PhaseSeconds;
import io.splittune.wireless.RoundEnergy;
import io.splittune.wireless.SplitBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Powers, bits and blocks of a round. Where no device can take part, there are no participants.
 *
 * @param planner who made it
 * @param participants in the problem's order, each with a block of its own
 * @param leftOut all other devices, with the reason
 * @param efficiency U, the objective
 * @param steps how block coordinate descent went; empty for planners without
 */
public record SflamPlan(
        String planner,
        List<SflamParticipant> participants,
        List<LeftOut> leftOut,
        double efficiency,
        List<BcdStep> steps) {
    /** Copies and checks. */
    public SflamPlan {
        participants = List.copyOf(participants);
        leftOut = List.copyOf(leftOut);
        steps = List.copyOf(steps);
        long blocks = participants.stream()
                .mapToInt(SflamParticipant::block)
                .distinct()
                .count();
        Check.require(blocks == participants.size(), "participants (%s) must not share blocks.", participants.size());
    }

    /** Returns E, eq. (18). */
    public double joules() {
        return participants.stream().mapToDouble(SflamParticipant::joules).sum();
    }

    /** Returns the mean energy of a participant; 0 without any. */
    public double meanJoules() {
        return participants.stream()
                .mapToDouble(SflamParticipant::joules)
                .average()
                .orElse(0);
    }

    /** Returns the mean bits of a participant; 0 without any. */
    public double meanBits() {
        return participants.stream().mapToInt(SflamParticipant::bits).average().orElse(0);
    }

    /** Returns the seconds of the slowest participant; 0 without any. */
    public double delaySeconds() {
        return participants.stream()
                .mapToDouble(SflamParticipant::delaySeconds)
                .max()
                .orElse(0);
    }

    /** The plan in the form of the other planners, as {@link SflamPlanner#plan} describes it. */
    Plan toPlan(SflamProblem problem, double lowerBoundSeconds) {
        List<DevicePlan> devices = new ArrayList<>(participants.size());
        for (SflamParticipant part : participants) {
            PhaseSeconds phases =
                    new PhaseSeconds(0, part.computeSeconds(), part.uploadSeconds(), part.serverSeconds(), 0, 0, 0);
            devices.add(new DevicePlan(
                    part.id(),
                    0,
                    compression(problem.batch(), part.bits()),
                    problem.blockWidthHz(),
                    part.powerWatts(),
                    OptionalInt.of(part.block()),
                    problem.server().clockHz(),
                    phases,
                    part.delaySeconds(),
                    problem.batch().activationBits() / Byte.SIZE,
                    new RoundEnergy(part.computeJoules(), part.uploadJoules(), 0, 0)));
        }
        return new Plan(planner, devices, delaySeconds(), lowerBoundSeconds, joules(), leftOut);
    }

    private static CompressionOption compression(SplitBatch batch, int bits) {
        if (bits == SplitBatch.UNQUANTISED) {
            return CompressionOption.uncompressed();
        }
        return new CompressionOption(1, (1 << bits) - 1, batch.sentBits(bits) / batch.activationBits(), 1, 1);
    }
}
