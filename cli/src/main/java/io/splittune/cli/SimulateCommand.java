package io.splittune.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.cli.scenario.Scenario;
import io.splittune.simulation.Distribution;
import io.splittune.simulation.MonteCarlo;
import io.splittune.simulation.SchemeStatistics;
import io.splittune.simulation.SimulatedScheme;
import io.splittune.training.Scheme;
import io.splittune.wireless.ServerPower;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "simulate",
        description =
                "Simulate the time, energy and bytes of whole trainings over many draws of the channel, without training.",
        footer = {
            "",
            "training.scheme may be a list; simulation.realizations says how often each is repeated.",
            "",
            "Example:",
            "  splittune simulate examples/simulate.yaml --set simulation.realizations=20"
        })
final class SimulateCommand extends AbstractCommand {
    @Mixin
    private ScenarioOptions scenarioOptions = new ScenarioOptions();

    @Override
    Report execute() throws IOException {
        Scenario scenario = scenarioOptions.read();
        List<Scheme> schemes = scenario.training().scheme().names().stream()
                .map(Settings::scheme)
                .toList();
        CostModel costs = CostModel.of(scenario);
        Simulating simulating = new Simulating(costs);
        int rounds = scenario.training().rounds();
        costs.requireRounds(costs.channel(0), rounds);
        MonteCarlo monteCarlo = new MonteCarlo(
                new MonteCarlo.Setting(
                        simulating.fleet(),
                        simulating.loads(),
                        costs.iterations(),
                        costs::channel,
                        simulating.options(),
                        rounds,
                        scenario.simulation().realizations()),
                costs.streams());
        List<SchemeStatistics> results = new ArrayList<>();
        for (Scheme scheme : schemes) {
            results.add(
                    monteCarlo.run(new SimulatedScheme(scheme.key(), scheme, decisions(costs, simulating, scheme))));
        }
        ServerPower.warning(costs.fleet().server()).ifPresent(err()::println);
        return report(scenario, results);
    }

    private static SimulatedScheme.Decisions decisions(CostModel costs, Simulating simulating, Scheme scheme) {
        SchemePlanning planning = new SchemePlanning(costs, scheme);
        return scheme.isSplit() && planning.plans()
                ? new SimulatedScheme.Planned(planning::rounds)
                : new SimulatedScheme.Fixed(
                        simulating.settings(scheme),
                        simulating.allocations(Settings.planner(costs.scenario(), scheme)));
    }

    private static Report report(Scenario scenario, List<SchemeStatistics> results) {
        ObjectNode json = Json.object();
        json.put("rounds", scenario.training().rounds())
                .put("realizations", scenario.simulation().realizations());
        put(json, results.get(0));
        ObjectNode byScheme = json.putObject("byScheme");
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%d rounds, %d realizations; seconds and bytes of all rounds%n%n%-10s %12s %12s %12s %12s %10s %10s %8s",
                scenario.training().rounds(),
                scenario.simulation().realizations(),
                "scheme",
                "mean s",
                "p50 s",
                "p95 s",
                "mean J",
                "up",
                "down",
                "devices"));
        for (SchemeStatistics result : results) {
            put(byScheme.putObject(result.name()), result);
            text.append(String.format(
                    Locale.ROOT,
                    "%n%-10s %12.1f %12.1f %12.1f %12.1f %10s %10s %8.2f",
                    result.name(),
                    result.delaySeconds().mean(),
                    result.delaySeconds().p50(),
                    result.delaySeconds().p95(),
                    result.energyJoules().mean(),
                    ProgressView.bytes((long) result.bytes().up()),
                    ProgressView.bytes((long) result.bytes().down()),
                    result.participants()));
        }
        return new Report(json, text.toString());
    }

    private static void put(ObjectNode json, SchemeStatistics result) {
        put(json.putObject("delaySeconds"), result.delaySeconds());
        put(json.putObject("energyJoules"), result.energyJoules());
        Json.put(json, "bytes", Math.rint(result.bytes().up() + result.bytes().down()));
        Json.put(json, "bytesUp", Math.rint(result.bytes().up()));
        Json.put(json, "bytesDown", Math.rint(result.bytes().down()));
        Json.put(json, "participants", result.participants());
        ObjectNode phases = json.putObject("phaseSeconds");
        PlanReport.phases(result.phaseSeconds()).forEach((name, seconds) -> Json.put(phases, name, seconds));
    }

    private static void put(ObjectNode json, Distribution distribution) {
        Json.put(json, "mean", distribution.mean());
        Json.put(json, "p50", distribution.p50());
        Json.put(json, "p95", distribution.p95());
    }
}
