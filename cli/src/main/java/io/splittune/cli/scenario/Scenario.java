package io.splittune.cli.scenario;

import java.util.List;

/**
 * A whole scenario, with every default filled in and every path absolute.
 *
 * @param name of the run
 * @param seed root of all random streams
 * @param model what is fine-tuned
 * @param data on what
 * @param lora the trained adapters
 * @param training the training itself
 * @param split where the model is cut
 * @param compression of what crosses the cut
 * @param network between devices and server
 * @param devices the devices
 * @param server the edge server
 * @param costs how costs are counted
 * @param planner who decides what is {@code auto}
 * @param simulation virtual time
 */
public record Scenario(
        @Key(value = "Name of the run.", byDefault = "run") String name,

        @Key(value = "Root of all random numbers.", byDefault = "1")
        long seed,

        @Key("The model.") ModelSection model,
        @Key("The data.") DataSection data,

        @Key(value = "The trained adapters.", byDefault = "{}")
        LoraSection lora,

        @Key(value = "The training itself.", byDefault = "{}")
        TrainingSection training,

        @Key(value = "The split of the model.", byDefault = "{}")
        SplitSection split,

        @Key(
                value =
                        "Compression of what crosses the cut: none, bf16, auto, or activations and gradients; one that is "
                                + "left out is not compressed.",
                byDefault = "none")
        CompressionSection compression,

        @Key(value = "The wireless network, in virtual time.", byDefault = "{}")
        NetworkSection network,

        @Key(value = "The devices.", byDefault = "{}") DevicesSection devices,
        @Key(value = "The edge server.", byDefault = "{}") ServerSection server,

        @Key(value = "How costs are counted.", byDefault = "{}")
        CostsSection costs,

        @Key(value = "Who decides what is auto.", byDefault = "{}")
        PlannerSection planner,

        @Key(value = "Virtual time.", byDefault = "{}") SimulationSection simulation) {
    /** Returns this scenario with other adapters. */
    public Scenario withLora(LoraSection adapters) {
        return new Scenario(
                name,
                seed,
                model,
                data,
                adapters,
                training,
                split,
                compression,
                network,
                devices,
                server,
                costs,
                planner,
                simulation);
    }

    /** Returns this scenario with one cut per device in place of what it says of the split. */
    public Scenario withCuts(List<Integer> cuts) {
        SplitSection planned = new SplitSection(new CutSetting(cuts));
        return new Scenario(
                name,
                seed,
                model,
                data,
                lora,
                training,
                planned,
                compression,
                network,
                devices,
                server,
                costs,
                planner,
                simulation);
    }
}
