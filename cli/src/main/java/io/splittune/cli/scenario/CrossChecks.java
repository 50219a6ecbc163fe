package io.splittune.cli.scenario;

import io.splittune.codec.Compression;
import io.splittune.codec.Compression.Points;

/** What no single key can say: keys that need or exclude one another. */
final class CrossChecks {
    private static final double URBAN_NEAREST_METRES = 10;
    private static final double URBAN_FARTHEST_METRES = 5000;

    private final Yaml root;

    /**
     * Makes the checks.
     *
     * @param root what was read, for the places in messages
     */
    CrossChecks(Yaml root) {
        this.root = root;
    }

    void check(Scenario scenario) {
        checkModel(scenario.model());
        checkData(scenario.data());
        CutSetting cut = scenario.split().cut();
        int count = scenario.devices().count();
        require(
                cut.cuts().size() <= 1 || cut.cuts().size() == count,
                "split.cut",
                "read a list of " + cut.cuts().size() + ", expected one cut for each of the " + count
                        + " devices (devices.count)");
        LoraSection lora = scenario.lora();
        require(
                !(lora.trainHead().orElse(true) && lora.targets().contains("head")),
                "lora.targets",
                "read 'head' while lora.trainHead is true; the head is trained as a whole or by an adapter, not both");
        checkCompression(scenario.compression());
        checkPlanner(scenario.planner());
        checkNetwork(scenario.network());
        checkChannel(scenario.network().channel());
        scenario.devices().list().ifPresent(list -> {
            for (int i = 0; i < list.size(); i++) {
                checkDevice(scenario, list.get(i), "devices.list." + i, "devices.list[" + i + "]");
            }
        });
        require(
                scenario.simulation().dropoutProbability() == 0
                        || scenario.simulation().deadlineSeconds().isPresent(),
                "simulation.dropoutProbability",
                "needs simulation.deadlineSeconds: nobody hears of a lost device, so a round would never end");
    }

    private void checkCompression(CompressionSection compression) {
        require(
                compression.cache().isEmpty()
                        || compression.activations().section().isPresent(),
                "compression.cache",
                "needs compression.activations with keep and levels: uncompressed, they leave nothing out to remember");
        compression.activations().section().ifPresent(stream -> {
            checkPoints(stream.points(), stream.levels(), "compression.activations.levels");
            compression
                    .cache()
                    .ifPresent(cache ->
                            checkPoints(stream.points(), cache.firstLevels(), "compression.cache.firstLevels"));
        });
        compression
                .gradients()
                .section()
                .ifPresent(stream -> checkPoints(stream.points(), stream.levels(), "compression.gradients.levels"));
    }

    private void checkPoints(Points points, int levels, String path) {
        int most = Compression.Quantised.MAX_FITTED_LEVELS;
        require(
                points == Points.UNIFORM || levels <= most,
                path,
                "read " + levels + ", expected at most " + most + " with points: fitted");
    }

    private void checkPlanner(PlannerSection planner) {
        require(
                planner.minBits() <= planner.maxBits(),
                "planner.minBits",
                "read " + planner.minBits() + ", which is more than planner.maxBits (" + planner.maxBits() + ")");
    }

    private void checkNetwork(NetworkSection network) {
        require(
                network.minBandwidthPerDeviceHz() <= network.maxBandwidthPerDeviceHz(),
                "network.minBandwidthPerDeviceHz",
                "read " + network.minBandwidthPerDeviceHz() + ", which is more than network.maxBandwidthPerDeviceHz ("
                        + network.maxBandwidthPerDeviceHz() + ")");
    }

    private void checkChannel(ChannelSection channel) {
        require(
                channel.kind() != ChannelSection.Kind.TRACE || channel.file().isPresent(),
                "network.channel.file",
                "missing; kind trace needs it");
        channel.distanceMetres()
                .ifPresent(metres -> checkDistance(
                        channel, metres, "network.channel.distanceMetres", "network.channel.distanceMetres"));
    }

    private void checkDistance(ChannelSection channel, Span metres, String place, String path) {
        boolean urban = channel.model().orElse(ChannelSection.Model.LOG_DISTANCE) != ChannelSection.Model.LOG_DISTANCE;
        if (urban && (metres.low() < URBAN_NEAREST_METRES || metres.high() > URBAN_FARTHEST_METRES)) {
            throw Problem.at(
                    place(place), path, "read " + metres.toYaml() + "; TR 38.901 holds from 10 to 5000 metres");
        }
    }

    private void checkDevice(Scenario scenario, DeviceEntry device, String place, String path) {
        ChannelSection channel = scenario.network().channel();
        String noSnr = "does not go with network.channel, which has no SNR of its own; remove it";
        requireIn(device.snrDb().isEmpty() || channel.snrDb().isPresent(), place, path, "snrDb", noSnr);
        requireIn(device.serverSnrDb().isEmpty() || channel.snrDb().isPresent(), place, path, "serverSnrDb", noSnr);
        requireIn(
                device.distanceMetres().isEmpty() || channel.kind() == ChannelSection.Kind.PATHLOSS,
                place,
                path,
                "distanceMetres",
                "only goes with network.channel.kind pathloss; remove it");
        device.distanceMetres()
                .ifPresent(metres -> checkDistance(
                        channel, new Span(metres, metres), place + ".distanceMetres", path + ".distanceMetres"));
        requireIn(
                device.samples().isEmpty() || scenario.data().format().isEmpty(),
                place,
                path,
                "samples",
                "does not go with data.format; data.partition spreads the real samples");
        requireIn(
                device.maxBandwidthHz().orElse(Double.MAX_VALUE)
                        >= scenario.network().minBandwidthPerDeviceHz(),
                place,
                path,
                "maxBandwidthHz",
                "is less than network.minBandwidthPerDeviceHz ("
                        + scenario.network().minBandwidthPerDeviceHz() + ")");
    }

    private void requireIn(boolean holds, String place, String path, String key, String message) {
        if (!holds) {
            throw Problem.at(place(place + "." + key), path + "." + key, message);
        }
    }

    private void checkModel(ModelSection model) {
        require(
                model.checkpoint().isPresent() || model.shape().isPresent(),
                "model",
                "needs a checkpoint (builtin:vit-mini, or a folder), or a shape to plan without weights");
        require(
                model.checkpoint().isEmpty() || model.shape().isEmpty(),
                "model.shape",
                "given together with checkpoint; remove one of them");
    }

    private void checkData(DataSection data) {
        require(
                data.format().isPresent() || data.samplesPerDevice().isPresent(),
                "data",
                "needs a format with train and test, or samplesPerDevice to plan without data");
        if (data.format().isEmpty()) {
            require(data.train().isEmpty(), "data.train", "needs data.format");
            require(data.test().isEmpty(), "data.test", "needs data.format");
            return;
        }
        String format = data.format().get();
        boolean builtIn = format.startsWith("builtin:");
        require(builtIn || data.train().isPresent(), "data.train", "missing; format '" + format + "' needs it");
        require(builtIn || data.test().isPresent(), "data.test", "missing; format '" + format + "' needs it");
        require(
                !builtIn || data.train().isEmpty(),
                "data.train",
                "does not go with format '" + format + "'; remove it");
        require(!builtIn || data.test().isEmpty(), "data.test", "does not go with format '" + format + "'; remove it");
    }

    private void require(boolean holds, String path, String message) {
        if (!holds) {
            throw Problem.at(place(path), path, message);
        }
    }

    /** Finds where a key was read, or the nearest section above it. */
    private Yaml.Place place(String path) {
        Yaml node = root;
        for (String name : path.split("\\.", -1)) {
            Yaml below = null;
            if (node instanceof Yaml.Mapping mapping) {
                below = mapping.entries().get(name);
            } else if (node instanceof Yaml.Sequence list) {
                below = list.items().get(Integer.parseInt(name));
            }
            if (below == null) {
                break;
            }
            node = below;
        }
        return node.place();
    }
}
