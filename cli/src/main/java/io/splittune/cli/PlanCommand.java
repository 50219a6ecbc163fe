package io.splittune.cli;

import io.splittune.cli.scenario.PlannerSection;
import io.splittune.cli.scenario.Scenario;
import io.splittune.cli.scenario.SchemeName;
import io.splittune.core.Ticker;
import io.splittune.core.UserException;
import io.splittune.planner.PlanResult;
import io.splittune.planner.Problem;
import io.splittune.planner.SflamProblem;
import io.splittune.wireless.Channel;
import io.splittune.wireless.ServerPower;
import java.io.IOException;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "plan",
        description = "Decide cut, compression and bandwidth for a round, without training.",
        footer = {
            "",
            "What the scenario gives is kept; split.cut auto and compression auto are decided. That no plan is feasible is",
            "an answer too, with exit code 0. Planner card decides by turns, sflam gives resource blocks to some devices.",
            "",
            "Example:",
            "  splittune plan examples/plan-vit-b16.yaml --set planner.kind=exact"
        })
final class PlanCommand extends AbstractCommand {
    private static final double NANOS_PER_MILLI = 1e6;

    @Mixin
    private ScenarioOptions scenarioOptions = new ScenarioOptions();

    @Option(
            names = "--round",
            paramLabel = "N",
            description = "Whose channel to plan for (default: 1, in which the devices also get their blocks).")
    private int round = 1;

    @Override
    Report execute() throws IOException {
        if (round < 1) {
            throw new UserException("--round: read " + round + ", expected a whole number >= 1");
        }
        Scenario scenario = scenarioOptions.read();
        CostModel costs = CostModel.of(scenario);
        SchemeName scheme = scenario.training().scheme().names().get(0);
        PlannerSection.Kind kind = scenario.planner().kindFor(scheme);
        Supplier<PlanResult> planner = kind.givesBlocks() ? blocks(costs, kind) : shares(costs, kind);
        long start = Ticker.system().nanos();
        PlanResult result = planner.get();
        double millis = (Ticker.system().nanos() - start) / NANOS_PER_MILLI;
        ServerPower.warning(costs.fleet().server()).ifPresent(err()::println);
        return PlanReport.of(result, millis);
    }

    /** Prepares a planner that gives resource blocks. */
    private Supplier<PlanResult> blocks(CostModel costs, PlannerSection.Kind kind) {
        BlockPlanning planning = new BlockPlanning(costs, kind);
        SflamProblem problem = planning.problem(0, round);
        return () -> planning.planner().plan(problem);
    }

    /** Prepares a planner that shares the band, or gives it all to one device after another. */
    private Supplier<PlanResult> shares(CostModel costs, PlannerSection.Kind kind) {
        Planning planning = new Planning(costs.scenario(), kind, costs.streams());
        Channel channel = costs.channel(0);
        costs.requireRounds(channel, round);
        Problem problem = costs.problem(channel, round);
        return () -> planning.plan(problem);
    }
}
