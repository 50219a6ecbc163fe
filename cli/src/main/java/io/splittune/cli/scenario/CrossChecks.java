package io.splittune.cli.scenario;

/** What no single key can say: keys that need or exclude one another. */
final class CrossChecks {
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
                !(lora.trainHead() && lora.targets().contains("head")),
                "lora.targets",
                "read 'head' while lora.trainHead is true; the head is trained as a whole or by an adapter, not both");
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
        require(
                model.classes().isEmpty() || model.shape().isPresent(),
                "model.classes",
                "only goes with model.shape; a checkpoint's head gets the classes of the data");
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
            if (!(node instanceof Yaml.Mapping mapping)) {
                break;
            }
            Yaml below = mapping.entries().get(name);
            if (below == null) {
                break;
            }
            node = below;
        }
        return node.place();
    }
}
