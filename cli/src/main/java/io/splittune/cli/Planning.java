package io.splittune.cli;

import io.splittune.cli.scenario.CutSetting;
import io.splittune.cli.scenario.PlannerSection;
import io.splittune.cli.scenario.Scenario;
import io.splittune.core.RandomStreams;
import io.splittune.core.UserException;
import io.splittune.planner.CardBaseline;
import io.splittune.planner.CardJointPlanner;
import io.splittune.planner.CardOptions;
import io.splittune.planner.CardPlanner;
import io.splittune.planner.CompressionOption;
import io.splittune.planner.Constraint;
import io.splittune.planner.DevicePlan;
import io.splittune.planner.Infeasible;
import io.splittune.planner.Plan;
import io.splittune.planner.PlanResult;
import io.splittune.planner.PlannedDevice;
import io.splittune.planner.Planner;
import io.splittune.planner.Planners;
import io.splittune.planner.Problem;
import io.splittune.wireless.EdgeServer;
import io.splittune.wireless.MemoryModel;
import io.splittune.wireless.PhaseSeconds;
import io.splittune.wireless.RoundEnergy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** Lets a scenario's planner decide what the scenario leaves open. */
final class Planning {
    private static final double MEBIBYTE = 1 << 20;

    private final CutSetting cut;
    private final Planner planner;

    /**
     * Makes the planner.
     *
     * @param kind any but those that give resource blocks
     * @throws UserException when the scenario leaves it something that it cannot decide
     */
    Planning(Scenario scenario, PlannerSection.Kind kind, RandomStreams streams) {
        this.cut = scenario.split().cut();
        this.planner = planner(scenario, kind, streams);
        if (cut.cuts().size() > 1 && scenario.compression().auto()) {
            throw new UserException("compression: 'auto' does not go with a list of cuts (split.cut); give one cut, "
                    + "split.cut auto, or a compression");
        }
    }

    /** Makes a planner with the scenario's settings for it. */
    static Planner planner(Scenario scenario, PlannerSection.Kind kind, RandomStreams streams) {
        return switch (kind) {
            case CARD -> new CardPlanner(card(scenario));
            case CARD_JOINT -> new CardJointPlanner(card(scenario));
            case SERVER_ONLY -> new CardBaseline(CardBaseline.Cut.SERVER_ONLY, clock(scenario), card(scenario));
            case DEVICE_ONLY -> new CardBaseline(CardBaseline.Cut.DEVICE_ONLY, clock(scenario), card(scenario));
            default -> Planners.named(name(kind), streams);
        };
    }

    private static CardOptions card(Scenario scenario) {
        PlannerSection section = scenario.planner();
        return new CardOptions(
                section.weight(),
                scenario.server().clockHz().low(),
                section.extremes() == PlannerSection.Extremes.BOX
                        ? CardOptions.Extremes.BOX
                        : CardOptions.Extremes.CORNER);
    }

    private static CardBaseline.Clock clock(Scenario scenario) {
        return scenario.planner().baselineClock() == PlannerSection.BaselineClock.GREATEST
                ? CardBaseline.Clock.GREATEST
                : CardBaseline.Clock.AS_CARD;
    }

    /** Returns a planner's name as scenarios and {@link Planners} have it. */
    static String name(PlannerSection.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Decides cut, compression and bandwidth, as far as they are open.
     *
     * @param problem all devices, in order
     */
    PlanResult plan(Problem problem) {
        if (cut.cuts().size() <= 1) {
            return planner.plan(problem);
        }
        Optional<Infeasible> obstacle = memory(problem).or(() -> accuracy(problem));
        return obstacle.isPresent() ? obstacle.get() : planner.reallocate(problem, given(problem));
    }

    /** The scenario's own cuts in the form of a plan; only cuts and compression are read of it. */
    private Plan given(Problem problem) {
        CompressionOption compression = problem.compressions().options().get(0);
        EdgeServer server = problem.server();
        List<DevicePlan> devices = new ArrayList<>();
        for (int n = 0; n < problem.devices().size(); n++) {
            PlannedDevice device = problem.devices().get(n);
            devices.add(new DevicePlan(
                    device.id(),
                    cut.cutOf(n),
                    compression,
                    problem.minBandwidthPerDeviceHz(),
                    device.hardware().txPowerWatts(),
                    OptionalInt.empty(),
                    server.clockHz(),
                    PhaseSeconds.ZERO,
                    0,
                    0,
                    RoundEnergy.ZERO));
        }
        return new Plan(planner.name(), devices, 0, 0, 0);
    }

    private Optional<Infeasible> memory(Problem problem) {
        MemoryModel memory = new MemoryModel(problem.tuning());
        for (int n = 0; n < problem.devices().size(); n++) {
            double needed = memory.requiredBytes(cut.cutOf(n));
            double there = problem.devices().get(n).hardware().memoryBytes();
            if (needed > there) {
                return infeasible(
                        Constraint.MEMORY,
                        needed,
                        there,
                        "memory: device %s has %.2f MiB, its cut %d needs %.2f MiB, %.2f MiB more",
                        problem.devices().get(n).id(),
                        there / MEBIBYTE,
                        cut.cutOf(n),
                        needed / MEBIBYTE,
                        (needed - there) / MEBIBYTE);
            }
        }
        return Optional.empty();
    }

    private Optional<Infeasible> accuracy(Problem problem) {
        double reached = problem.compressions().mostAccurate().accuracy();
        double floor = problem.accuracyFloor();
        return reached >= floor
                ? Optional.empty()
                : infeasible(
                        Constraint.ACCURACY,
                        floor,
                        reached,
                        "accuracy: the floor %.6g is %.6g above the given compression's %.6g",
                        floor,
                        floor - reached,
                        reached);
    }

    private Optional<Infeasible> infeasible(
            Constraint constraint, double required, double available, String reason, Object... parts) {
        return Optional.of(new Infeasible(
                planner.name(), constraint, required, available, String.format(Locale.ROOT, reason, parts)));
    }
}
