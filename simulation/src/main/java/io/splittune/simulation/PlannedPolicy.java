package io.splittune.simulation;

import io.splittune.codec.Coder;
import io.splittune.codec.Compression;
import io.splittune.codec.FloatFormat;
import io.splittune.core.Check;
import io.splittune.core.RandomStreams;
import io.splittune.core.RandomStreams.Purpose;
import io.splittune.core.UserException;
import io.splittune.planner.CompressionOption;
import io.splittune.planner.DevicePlan;
import io.splittune.planner.Infeasible;
import io.splittune.planner.Plan;
import io.splittune.planner.PlanResult;
import io.splittune.planner.PlannedDevice;
import io.splittune.planner.Planner;
import io.splittune.planner.Planners;
import io.splittune.planner.Problem;
import io.splittune.training.CutCompression;
import io.splittune.training.DeviceDecision;
import io.splittune.wireless.Channel;
import io.splittune.wireless.LinkState;
import io.splittune.wireless.MemoryModel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * Decisions of a planner, round by round: cut and compression every R rounds, bandwidth and the server's clock in every
 * round from that round's channel. SFT section VI-B; CARD decides everything anew in every round, which is R = 1.
 *
 * <p>A device whose link carries nothing stays out of the round. So do, in a round too slow for a deadline, those with the
 * worst links, one after another until the others make it. A device that was out when cuts were planned gets its own with
 * its first link, at which the others keep theirs. When a later plan of cuts fails, the former one stays.
 *
 * <p>A round's decisions depend on the arguments and the round alone: asked for an earlier or a much later round, as by a
 * resumed run, the policy plans again from round 1. Thread-safe.
 */
public final class PlannedPolicy implements RoundPlans {
    private final Problem base;
    private final Channel channel;
    private final Options options;
    private final RandomStreams streams;
    private final Function<RandomStreams, Planner> planners;
    /** Cut and compression of every device that has had one, by id. */
    private final Map<String, DevicePlan> configured = new LinkedHashMap<>();

    private List<Optional<DevicePlan>> current = List.of();
    private int currentRound;

    /**
     * How to plan.
     *
     * @param planner its name, one of {@link Planners#names()}
     * @param replanEvery R, rounds from one plan of cuts and compressions to the next, at least 1
     * @param rounds of the run
     * @param coder lossless stage of what is compressed
     * @param shareMask whether gradient frames reuse the activation's positions
     * @param uncompressed wire format of what is not compressed
     */
    public record Options(
            String planner, int replanEvery, int rounds, Coder coder, boolean shareMask, FloatFormat uncompressed) {
        /** Validates. */
        public Options {
            Objects.requireNonNull(planner, "planner");
            Check.positive(replanEvery, "replanEvery");
            Check.positive(rounds, "rounds");
            Objects.requireNonNull(coder, "coder");
            Objects.requireNonNull(uncompressed, "uncompressed");
        }
    }

    /**
     * Plans the first round.
     *
     * @param base devices and limits; its links and first-round flag are not read
     * @param channel gives the links; device n is the problem's n-th
     * @param options how to plan
     * @param streams where a random planner draws from
     * @throws UserException with the planner's reason if there is no plan for the first round, or its name is unknown
     */
    public PlannedPolicy(Problem base, Channel channel, Options options, RandomStreams streams) {
        this(base, channel, options, streams, round -> Planners.named(options.planner(), round));
    }

    /**
     * Plans the first round with a planner that has settings of its own, such as {@link io.splittune.planner.CardPlanner}.
     *
     * @param base devices and limits; its links and first-round flag are not read
     * @param channel gives the links; device n is the problem's n-th
     * @param options how to plan; the planner's name is for messages alone
     * @param streams where a random planner draws from
     * @param planners makes the planner of a round from the streams of that round
     * @throws UserException with the planner's reason if there is no plan for the first round
     */
    public PlannedPolicy(
            Problem base,
            Channel channel,
            Options options,
            RandomStreams streams,
            Function<RandomStreams, Planner> planners) {
        this.planners = planners;
        this.base = base;
        this.channel = channel;
        this.options = options;
        this.streams = streams;
        advanceTo(1);
    }

    @Override
    public List<DeviceDecision> decide(int round) {
        List<DeviceDecision> decisions = new ArrayList<>();
        for (Optional<DevicePlan> plan : plans(round)) {
            decisions.add(plan.map(device -> new DeviceDecision(device.cut(), compression(device.compression()), true))
                    .orElseGet(this::idle));
        }
        return decisions;
    }

    /** The greatest allowed cut that fits the device's memory; also announced for one that has no cut in round 1. */
    @Override
    public OptionalInt greatestCut(int device) {
        boolean fixed = options.replanEvery() >= options.rounds()
                && plans(1).get(device).isPresent();
        if (fixed || base.cuts().size() == 1) {
            return OptionalInt.empty();
        }
        MemoryModel memory = new MemoryModel(base.tuning());
        double bytes = base.devices().get(device).hardware().memoryBytes();
        return base.cuts().stream()
                .filter(cut -> memory.requiredBytes(cut) <= bytes)
                .mapToInt(Integer::intValue)
                .max();
    }

    @Override
    public RoundResources resources(int round, List<DeviceLoad> loads, List<LinkState> links) {
        return RoundResources.planned(plans(round), links, base.server().clockHz());
    }

    @Override
    public synchronized List<Optional<DevicePlan>> plans(int round) {
        Check.positive(round, "round");
        if (round < currentRound) {
            configured.clear();
            currentRound = 0;
        }
        advanceTo(round);
        return current;
    }

    private void advanceTo(int round) {
        while (currentRound < round) {
            currentRound++;
            current = next(currentRound);
        }
    }

    private List<Optional<DevicePlan>> next(int round) {
        Planner planner = planners.apply(new RandomStreams(streams.streamSeed(Purpose.PLANNER, round)));
        List<LinkState> links = new ArrayList<>();
        for (int n = 0; n < base.devices().size(); n++) {
            links.add(channel.state(n, round));
        }
        Problem all = base.inRound(links, round == 1);
        List<PlannedDevice> connected = all.devices().stream()
                .filter(device -> !device.link().isOutage())
                .toList();
        Map<String, DevicePlan> allocated = Map.of();
        if (!connected.isEmpty()) {
            configure(planner, all.withDevices(connected), round);
            allocated = allocate(planner, all, connected);
        }
        List<Optional<DevicePlan>> plans = new ArrayList<>();
        for (PlannedDevice device : base.devices()) {
            plans.add(Optional.ofNullable(allocated.get(device.id())));
        }
        return List.copyOf(plans);
    }

    /** Plans cuts and compressions if they are due, or if a device has none. */
    private void configure(Planner planner, Problem problem, int round) {
        boolean due = (round - 1) % options.replanEvery() == 0;
        boolean isNewcomer = problem.devices().stream().anyMatch(device -> !configured.containsKey(device.id()));
        if (!due && !isNewcomer) {
            return;
        }
        PlanResult result = planner.plan(problem);
        if (result instanceof Plan plan) {
            for (DevicePlan device : plan.devices()) {
                if (due) {
                    configured.put(device.id(), device);
                } else {
                    configured.putIfAbsent(device.id(), device);
                }
            }
        } else if (round == 1) {
            throw new UserException("planner " + options.planner() + ": " + ((Infeasible) result).reason());
        }
    }

    /** Divides the band among the connected devices that have a cut, fewer and fewer until they make the deadline. */
    private Map<String, DevicePlan> allocate(Planner planner, Problem all, List<PlannedDevice> connected) {
        List<PlannedDevice> candidates = new ArrayList<>(connected);
        candidates.removeIf(device -> !configured.containsKey(device.id()));
        Plan previous = new Plan(planner.name(), List.copyOf(configured.values()), 0, 0, 0);
        while (!candidates.isEmpty()) {
            if (planner.reallocate(all.withDevices(candidates), previous) instanceof Plan plan) {
                Map<String, DevicePlan> byId = new LinkedHashMap<>();
                plan.devices().forEach(device -> byId.put(device.id(), device));
                return byId;
            }
            candidates.remove(worst(candidates));
        }
        return Map.of();
    }

    private static PlannedDevice worst(List<PlannedDevice> devices) {
        return devices.stream()
                .min(Comparator.comparingDouble(device ->
                        Math.min(device.link().uplinkBitsPerHz(), device.link().downlinkBitsPerHz())))
                .orElseThrow();
    }

    private CutCompression compression(CompressionOption option) {
        if (option.levels() == 0) {
            return CutCompression.none(options.uncompressed());
        }
        Compression.Quantised quantised = new Compression.Quantised(option.keep(), option.levels(), options.coder());
        return new CutCompression(quantised, quantised, options.shareMask());
    }

    private DeviceDecision idle() {
        return new DeviceDecision(base.cuts().get(0), CutCompression.none(options.uncompressed()), false);
    }
}
