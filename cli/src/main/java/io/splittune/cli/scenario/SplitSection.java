package io.splittune.cli.scenario;

/**
 * The split of the model.
 *
 * @param cut blocks on the device
 */
public record SplitSection(
        @Key(
                value = "Blocks on the device; auto: the planner decides; a list: one for each device.",
                byDefault = "1",
                min = 0)
        CutSetting cut) {}
