package io.splittune.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.cli.scenario.Scenario;
import io.splittune.cli.scenario.ScenarioWriter;
import io.splittune.simulation.report.DeviceDecision;
import io.splittune.simulation.report.MemoryAtCut;
import io.splittune.simulation.report.ReportData;
import io.splittune.simulation.report.RoundPoint;
import io.splittune.simulation.report.SchemeRun;
import io.splittune.wireless.MemoryBytes;
import io.splittune.wireless.MemoryModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Turns what runs have left in their folders into {@code report.html} with its plots. */
final class RunReport {
    private final Scenario scenario;
    private final CostModel costs;
    private final List<SchemeRun> runs = new ArrayList<>();

    /**
     * Begins a report.
     *
     * @param scenario that all its runs have in common
     */
    RunReport(Scenario scenario) throws IOException {
        this.scenario = scenario;
        this.costs = CostModel.of(scenario);
    }

    /**
     * Adds a run.
     *
     * @param scheme its name
     * @param folder with its {@code metrics.jsonl}
     * @param summary of the run
     */
    void add(String scheme, Path folder, ObjectNode summary) throws IOException {
        List<RoundPoint> rounds = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve(RunDirectory.METRICS))) {
            rounds.add(point(Json.parse(line)));
        }
        runs.add(new SchemeRun(scheme, number(summary, "initialAccuracy"), rounds));
    }

    /**
     * Writes the page and its plots.
     *
     * @param folder of all runs
     * @return remarks on what could not be drawn
     */
    List<String> write(Path folder) throws IOException {
        ReportData data = new ReportData(
                scenario.name(),
                ScenarioWriter.toYaml(scenario),
                OptionalDouble.empty(),
                runs,
                memory(),
                List.of(),
                List.of(),
                List.of(
                        "Training, accuracy and bytes are real; seconds and joules are those of the scenario's hardware and "
                                + "network, computed from the bytes that were sent."));
        return new io.splittune.simulation.report.Report().write(folder, data).notes();
    }

    private List<MemoryAtCut> memory() {
        List<MemoryAtCut> memory = new ArrayList<>();
        MemoryModel model = new MemoryModel(costs.tuning());
        for (int cut = 1; cut < costs.tuning().model().layers(); cut++) {
            MemoryBytes bytes = model.device(cut);
            Map<String, Double> parts = new LinkedHashMap<>();
            parts.put("Input", bytes.input());
            parts.put("Model", bytes.model());
            parts.put("Optimizer", bytes.optimizer());
            parts.put("Gradients", bytes.gradients());
            parts.put("Activations", bytes.activations());
            memory.add(new MemoryAtCut(cut, parts));
        }
        return memory;
    }

    private static RoundPoint point(JsonNode line) {
        Map<String, Double> phases = new LinkedHashMap<>();
        line.path("phaseSeconds").properties().forEach(phase -> phases.put(phase.getKey(), amount(phase.getValue())));
        List<DeviceDecision> devices = new ArrayList<>();
        line.path("devices").forEach(device -> devices.add(decision(device)));
        return new RoundPoint(
                line.path("round").asInt(),
                number(line, "loss"),
                number(line, "testLoss"),
                number(line, "accuracy"),
                line.path("bytesUp").asLong(),
                line.path("bytesDown").asLong(),
                number(line, "virtualSeconds"),
                number(line, "wallSeconds"),
                number(line, "energyJoules"),
                phases,
                devices);
    }

    private static DeviceDecision decision(JsonNode device) {
        return new DeviceDecision(
                device.path("id").asText(),
                device.path("cut").asInt(),
                device.path("keep").asDouble(),
                device.path("levels").isInt()
                        ? OptionalInt.of(device.path("levels").asInt())
                        : OptionalInt.empty(),
                number(device, "bandwidthHz"),
                number(device, "delaySeconds"),
                device.path("dropped").asBoolean());
    }

    private static double number(JsonNode object, String key) {
        return amount(object.path(key));
    }

    /** What is not finite is null in JSON. */
    private static double amount(JsonNode value) {
        return value.isNumber() ? value.asDouble() : Double.NaN;
    }
}
