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
import io.splittune.planner.SflamPlanner;
import io.splittune.planner.SflamProblem;
import io.splittune.training.CutCompression;
import io.splittune.training.DeviceDecision;
import io.splittune.wireless.LinkState;
import io.splittune.wireless.Shannon;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;

/**
 * SFLAM round by round: who gets a resource block, with what power and how many bits, anew in every round from that round's
 * gains.
 *
 * <p>In each round some devices are drawn, each with the same chance, and the planner decides among them. Left to itself it
 * would serve those that need least energy, the same ones in every round, and never see the others' data.
 *
 * <p>A device sends over its block alone; it is answered over the same width at the rate of its downlink, which SFLAM does
 * not model. A round in which nobody can take part is one without training. Thread-safe.
 */
public final class BlockPolicy implements RoundPlans {
    /** Keeps the draws of candidates apart from those of a random planner. */
    private static final long CANDIDATES = "candidates".hashCode();

    private final RandomStreams streams;
    private final SflamProblem problem;
    private final SflamPlanner planner;
    private final Options options;
    private int plannedRound;
    private List<Optional<DevicePlan>> current = List.of();

    /**
     * What the plans leave open.
     *
     * @param candidates devices that are drawn in each round; as many as there are, or more, for all
     * @param coder lossless stage of what is quantised
     * @param gradients what the server answers with; SFLAM quantises activations alone
     * @param uncompressed wire format of activations that are not quantised
     * @param inverseProbability whether participants are averaged by SFLAM eq. (6), with each device's chance to be drawn and
     *     get a block
     */
    public record Options(
            int candidates, Coder coder, Compression gradients, FloatFormat uncompressed, boolean inverseProbability) {
        /** Validates. */
        public Options {
            Check.positive(candidates, "candidates");
            Objects.requireNonNull(coder, "coder");
            Objects.requireNonNull(gradients, "gradients");
            Objects.requireNonNull(uncompressed, "uncompressed");
        }
    }

    /**
     * Plans the first round.
     *
     * @param problem devices, gains and limits; its round is not read
     * @param planner SFLAM or one of its baselines
     * @param options what the plans leave open
     * @param streams where candidates are drawn from
     * @throws UserException with the planner's reason if nobody can take part in the first round
     */
    public BlockPolicy(SflamProblem problem, SflamPlanner planner, Options options, RandomStreams streams) {
        this.streams = streams;
        this.problem = problem;
        this.planner = planner;
        this.options = options;
        PlanResult first = plan(1);
        if (first instanceof Infeasible nobody) {
            throw new UserException("planner " + planner.name() + ": " + nobody.reason());
        }
        keep(1, first);
    }

    private PlanResult plan(int round) {
        return planner.plan(problem.inRound(round).ofDevices(candidates(round)));
    }

    private List<Integer> candidates(int round) {
        int count = problem.devices().size();
        List<Integer> all = new ArrayList<>(count);
        for (int n = 0; n < count; n++) {
            all.add(n);
        }
        if (options.candidates() >= count) {
            return all;
        }
        RandomGenerator random = streams.stream(Purpose.PLANNER, CANDIDATES, round);
        for (int n = 0; n < options.candidates(); n++) {
            Collections.swap(all, n, n + random.nextInt(count - n));
        }
        return all.subList(0, options.candidates()).stream().sorted().toList();
    }

    @Override
    public synchronized List<Optional<DevicePlan>> plans(int round) {
        Check.positive(round, "round");
        if (round != plannedRound) {
            keep(round, plan(round));
        }
        return current;
    }

    private void keep(int round, PlanResult result) {
        Map<String, DevicePlan> byId = new HashMap<>();
        if (result instanceof Plan plan) {
            plan.devices().forEach(device -> byId.put(device.id(), device));
        }
        current = problem.devices().stream()
                .map(device -> Optional.ofNullable(byId.get(device.id())))
                .toList();
        plannedRound = round;
    }

    @Override
    public List<DeviceDecision> decide(int round) {
        return plans(round).stream().map(this::decision).toList();
    }

    private DeviceDecision decision(Optional<DevicePlan> plan) {
        Compression activations = plan.map(DevicePlan::compression)
                .map(this::activations)
                .orElseGet(() -> new Compression.None(options.uncompressed()));
        CutCompression compression = new CutCompression(activations, options.gradients(), false);
        return new DeviceDecision(0, compression, plan.isPresent(), probability());
    }

    private Compression activations(CompressionOption option) {
        return option.levels() == 0
                ? new Compression.None(options.uncompressed())
                : new Compression.Quantised(1, option.levels(), options.coder());
    }

    private OptionalDouble probability() {
        if (!options.inverseProbability()) {
            return OptionalDouble.empty();
        }
        double served = Math.min(options.candidates(), problem.gains().blocks());
        return OptionalDouble.of(Math.min(1, served / problem.devices().size()));
    }

    @Override
    public RoundResources resources(int round, List<DeviceLoad> loads, List<LinkState> links) {
        List<Optional<DevicePlan>> plans = plans(round);
        List<LinkState> over = new ArrayList<>(links.size());
        for (int n = 0; n < links.size(); n++) {
            LinkState whole = links.get(n);
            int device = n;
            over.add(plans.get(n).map(plan -> link(device, plan, round, whole)).orElse(whole));
        }
        return RoundResources.planned(plans, over, problem.server().clockHz());
    }

    private LinkState link(int device, DevicePlan plan, int round, LinkState whole) {
        double gain = problem.gains().gainToNoise(device, plan.resourceBlock().orElseThrow(), round);
        return new LinkState(Shannon.bitsPerHz(plan.powerWatts() * gain), whole.downlinkBitsPerHz());
    }
}
