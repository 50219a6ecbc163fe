package io.splittune.cli;

import io.splittune.cli.scenario.ChannelSection;
import io.splittune.cli.scenario.DeviceEntry;
import io.splittune.cli.scenario.Scenario;
import io.splittune.cli.scenario.Span;
import io.splittune.core.RandomStreams;
import io.splittune.core.RandomStreams.Purpose;
import io.splittune.core.UserException;
import io.splittune.wireless.BlockGains;
import io.splittune.wireless.Channel;
import io.splittune.wireless.CqiChannel;
import io.splittune.wireless.Device;
import io.splittune.wireless.FadingBlockGains;
import io.splittune.wireless.FixedBlockGains;
import io.splittune.wireless.FixedChannel;
import io.splittune.wireless.LineOfSight;
import io.splittune.wireless.LinkBudget;
import io.splittune.wireless.LogDistancePathLoss;
import io.splittune.wireless.PathLoss;
import io.splittune.wireless.PathLossChannel;
import io.splittune.wireless.Placement;
import io.splittune.wireless.RayleighChannel;
import io.splittune.wireless.SnrDb;
import io.splittune.wireless.TraceChannel;
import io.splittune.wireless.UrbanPathLoss;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Makes a scenario's channel. */
final class Channels {
    /** Keeps the draws of line of sight apart from those of the channels. */
    private static final long SIGHT = "sight".hashCode();

    /** A device held in the hand: the least height of TR 38.901. */
    private static final double DEVICE_HEIGHT_METRES = 1.5;

    private static final double HERTZ_PER_GIGAHERTZ = 1e9;
    private static final String FILE = "network.channel.file: ";

    private final Scenario scenario;
    private final ChannelSection section;
    private final List<Device> devices;

    /**
     * Takes the scenario.
     *
     * @param devices by index: their transmit powers
     */
    Channels(Scenario scenario, List<Device> devices) {
        this.scenario = scenario;
        this.section = scenario.network().channel();
        this.devices = devices;
    }

    /**
     * Draws a channel.
     *
     * @param streams where distances, shadowing, fading and indicators come from
     * @throws UserException when a trace is damaged or has too few devices
     */
    Channel open(RandomStreams streams) {
        return switch (section.kind()) {
            case FIXED -> new FixedChannel(snrs());
            case RAYLEIGH -> new RayleighChannel(snrs(), streams);
            case PATHLOSS -> pathLoss(streams);
            case CQI -> cqi(streams);
            case TRACE -> trace();
        };
    }

    /** Draws a channel anew, where there is something to draw. */
    Channel redraw(Channel former, RandomStreams streams) {
        boolean drawn = section.kind() != ChannelSection.Kind.FIXED && section.kind() != ChannelSection.Kind.TRACE;
        return drawn ? open(streams) : former;
    }

    /**
     * Checks that a recorded channel covers a run.
     *
     * @param rounds of the run
     * @throws UserException when it ends early
     */
    void requireRounds(Channel channel, int rounds) {
        if (section.kind() != ChannelSection.Kind.TRACE) {
            return;
        }
        try {
            for (int n = 0; n < devices.size(); n++) {
                channel.state(n, 1);
                channel.state(n, rounds);
            }
        } catch (UserException early) {
            throw new UserException(FILE + early.getMessage(), early);
        }
    }

    /**
     * Draws gains by resource block: each block fades by itself where the channel fades.
     *
     * @param blocks how many there are, of equal width
     * @param streams where distances, shadowing and fading come from
     * @throws UserException for a channel that says nothing of single blocks
     */
    BlockGains blockGains(int blocks, RandomStreams streams) {
        // A ratio that is given holds for whatever a device sends over. One that comes from distance is over the whole
        // band, where the same power meets as many times the noise of a block as there are blocks.
        boolean fades = section.kind() == ChannelSection.Kind.RAYLEIGH
                || section.fading().orElse(false);
        double overBand = section.kind() == ChannelSection.Kind.PATHLOSS ? blocks : 1;
        List<SnrDb> snrs = switch (section.kind()) {
            case FIXED, RAYLEIGH -> snrs();
            case PATHLOSS -> pathLossSnrs(streams);
            case CQI, TRACE ->
                throw new UserException("network.channel.kind: says nothing of single resource blocks, which"
                        + " SFLAM's planners give away; use fixed, rayleigh or pathloss");
        };
        List<Double> gains = new ArrayList<>(devices.size());
        for (int n = 0; n < devices.size(); n++) {
            gains.add(overBand * snrs.get(n).uplinkLinear() / devices.get(n).txPowerWatts());
        }
        return fades ? new FadingBlockGains(gains, blocks, streams) : flat(gains, blocks);
    }

    private static BlockGains flat(List<Double> gains, int blocks) {
        double[][] table = new double[gains.size()][blocks];
        for (int n = 0; n < table.length; n++) {
            Arrays.fill(table[n], gains.get(n));
        }
        return new FixedBlockGains(table);
    }

    private List<SnrDb> snrs() {
        double up = section.snrDb().orElseThrow();
        double down = section.serverSnrDb().orElseThrow();
        List<SnrDb> snrs = new ArrayList<>(devices.size());
        for (int n = 0; n < devices.size(); n++) {
            Optional<DeviceEntry> own = DataSizes.entry(scenario, n);
            snrs.add(new SnrDb(
                    own.flatMap(DeviceEntry::snrDb).orElse(up),
                    own.flatMap(DeviceEntry::serverSnrDb).orElse(down)));
        }
        return snrs;
    }

    private Channel cqi(RandomStreams streams) {
        if (section.mean().isEmpty()) {
            return CqiChannel.over(new RayleighChannel(snrs(), streams));
        }
        double mean = section.mean().get();
        CqiChannel.Spread spread = new CqiChannel.Spread(
                mean, section.serverMean().orElse(mean), section.deviation().orElseThrow());
        return CqiChannel.drawn(Collections.nCopies(devices.size(), spread), streams);
    }

    private Channel trace() {
        TraceChannel trace;
        try {
            trace = TraceChannel.read(
                    Path.of(section.file().orElseThrow()), section.repeat().orElseThrow());
        } catch (UserException damaged) {
            throw new UserException(FILE + damaged.getMessage(), damaged);
        }
        if (trace.devices() < devices.size()) {
            throw new UserException(FILE + "has rows of " + trace.devices() + " devices, the scenario has "
                    + devices.size() + " (devices.count)");
        }
        return trace;
    }

    private Channel pathLoss(RandomStreams streams) {
        List<SnrDb> snrs = pathLossSnrs(streams);
        return section.fading().orElseThrow() ? new RayleighChannel(snrs, streams) : new FixedChannel(snrs);
    }

    private List<SnrDb> pathLossSnrs(RandomStreams streams) {
        LineOfSight sight = section.lineOfSight()
                .map(rule -> switch (rule) {
                    case DRAWN -> LineOfSight.DRAWN;
                    case ALWAYS -> LineOfSight.ALWAYS;
                    case NEVER -> LineOfSight.NEVER;
                })
                .orElse(LineOfSight.ALWAYS); // log-distance does not tell
        LinkBudget budget = new LinkBudget(
                scenario.network().bandwidthHz(),
                scenario.server().maxPowerWatts(),
                section.noiseDbmPerHz().orElseThrow(),
                section.noiseFigureDb().orElseThrow());
        List<Placement> placements = placements(streams);
        return section.shadowing().orElseThrow()
                ? new PathLossChannel(model(), placements, sight, budget, streams).snrsDb()
                : unshadowed(placements, sight, budget, streams);
    }

    private List<SnrDb> unshadowed(
            List<Placement> placements, LineOfSight rule, LinkBudget budget, RandomStreams streams) {
        PathLoss model = model();
        List<SnrDb> snrs = new ArrayList<>(placements.size());
        for (int n = 0; n < placements.size(); n++) {
            Placement place = placements.get(n);
            double metres = place.distanceMetres();
            double draw = streams.stream(Purpose.CHANNEL, SIGHT, n).nextDouble();
            boolean sees = switch (rule) {
                case DRAWN -> draw < model.lineOfSightProbability(metres);
                case ALWAYS -> true;
                case NEVER -> false;
            };
            double lossDb = model.medianDb(metres, sees);
            snrs.add(new SnrDb(
                    budget.snrDb(place.txPowerWatts(), lossDb), budget.snrDb(budget.serverTxPowerWatts(), lossDb)));
        }
        return snrs;
    }

    private List<Placement> placements(RandomStreams streams) {
        Span shared = section.distanceMetres().orElseThrow();
        List<Placement> placements = new ArrayList<>(devices.size());
        for (int n = 0; n < devices.size(); n++) {
            Span metres = DataSizes.entry(scenario, n)
                    .flatMap(DeviceEntry::distanceMetres)
                    .map(own -> new Span(own, own))
                    .orElse(shared);
            placements.add(Placement.drawn(
                    n, metres.low(), metres.high(), devices.get(n).txPowerWatts(), streams));
        }
        return placements;
    }

    private PathLoss model() {
        ChannelSection.Model model = section.model().orElseThrow();
        if (model == ChannelSection.Model.LOG_DISTANCE) {
            return new LogDistancePathLoss(
                    section.referenceDb().orElseThrow(),
                    section.referenceMetres().orElseThrow(),
                    section.exponent().orElseThrow(),
                    LogDistancePathLoss.MACRO_2GHZ.shadowingDb());
        }
        return new UrbanPathLoss(
                model == ChannelSection.Model.UMA ? UrbanPathLoss.Scenario.UMA : UrbanPathLoss.Scenario.UMI,
                section.carrierHz().orElseThrow() / HERTZ_PER_GIGAHERTZ,
                DEVICE_HEIGHT_METRES);
    }
}
