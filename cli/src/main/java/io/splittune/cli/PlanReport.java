package io.splittune.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.planner.DevicePlan;
import io.splittune.planner.Infeasible;
import io.splittune.planner.Plan;
import io.splittune.planner.PlanResult;
import io.splittune.wireless.PhaseSeconds;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A planner's answer, for machines and for people. An answer that there is no plan has the same keys. */
final class PlanReport {
    private static final double MEBIBYTE = 1 << 20;
    private static final double MEGAHERTZ = 1e6;
    private static final double GIGAHERTZ = 1e9;
    private static final String PHASE_COLUMN = " %8.8s";

    private PlanReport() {}

    static Report of(PlanResult result, double solveMillis) {
        return result instanceof Plan plan
                ? new Report(json(plan, solveMillis), text(plan, solveMillis))
                : refusal((Infeasible) result, solveMillis);
    }

    /** Returns the phases by the paper's names, in their order. */
    static Map<String, Double> phases(PhaseSeconds seconds) {
        Map<String, Double> phases = new LinkedHashMap<>();
        phases.put("ED", seconds.ed());
        phases.put("CC", seconds.cc());
        phases.put("IT", seconds.it());
        phases.put("SC", seconds.sc());
        phases.put("GT", seconds.gt());
        phases.put("DU", seconds.du());
        phases.put("LT", seconds.lt());
        return phases;
    }

    private static ObjectNode json(Plan plan, double solveMillis) {
        ObjectNode json = Json.object();
        json.put("planner", plan.planner()).put("feasible", true).putNull("reason");
        Json.put(json, "delaySeconds", plan.delaySeconds());
        Json.put(json, "lowerBoundSeconds", plan.lowerBoundSeconds());
        Json.put(json, "relativeGap", plan.relativeGap());
        Json.put(json, "energyJoules", plan.energyJoules());
        Json.put(json, "solveMillis", solveMillis);
        ArrayNode devices = json.putArray("devices");
        plan.devices().forEach(device -> put(devices.addObject(), device));
        ArrayNode leftOut = json.putArray("leftOut");
        plan.leftOut()
                .forEach(device -> leftOut.addObject().put("id", device.id()).put("reason", device.reason()));
        return json;
    }

    private static void put(ObjectNode json, DevicePlan device) {
        json.put("id", device.id())
                .put("cut", device.cut())
                .put("keep", device.compression().keep())
                .put("levels", device.compression().levels());
        Json.put(json, "activationRatio", device.compression().activationRatio());
        Json.put(json, "gradientRatio", device.compression().gradientRatio());
        Json.put(json, "bandwidthHz", device.bandwidthHz());
        Json.put(json, "powerWatts", device.powerWatts());
        if (device.resourceBlock().isPresent()) {
            json.put("resourceBlock", device.resourceBlock().getAsInt());
        } else {
            json.putNull("resourceBlock");
        }
        Json.put(json, "serverClockHz", device.serverClockHz());
        Json.put(json, "delaySeconds", device.delaySeconds());
        Json.put(json, "energyJoules", device.energy().total());
        Json.put(json, "memoryBytes", Math.ceil(device.memoryBytes()));
        ObjectNode phases = json.putObject("phaseSeconds");
        phases(device.phases()).forEach((name, seconds) -> Json.put(phases, name, seconds));
    }

    private static Report refusal(Infeasible answer, double solveMillis) {
        ObjectNode json = Json.object();
        json.put("planner", answer.planner()).put("feasible", false).put("reason", answer.reason());
        json.put("constraint", answer.constraint().name().toLowerCase(Locale.ROOT));
        Json.put(json, "required", answer.required());
        Json.put(json, "available", answer.available());
        json.putNull("delaySeconds")
                .putNull("lowerBoundSeconds")
                .putNull("relativeGap")
                .putNull("energyJoules");
        Json.put(json, "solveMillis", solveMillis);
        json.putArray("devices");
        json.putArray("leftOut");
        return new Report(json, "planner " + answer.planner() + ": no plan is feasible; " + answer.reason());
    }

    /** Where resource blocks are given away, the round is as long as it may be, and the bound says nothing of the objective. */
    private static String bound(Plan plan) {
        boolean givesBlocks = plan.devices().stream()
                .anyMatch(device -> device.resourceBlock().isPresent());
        return givesBlocks
                ? ""
                : String.format(
                        Locale.ROOT,
                        " (lower bound %.2f s, gap %.2f %%)",
                        plan.lowerBoundSeconds(),
                        100 * plan.relativeGap());
    }

    private static String text(Plan plan, double solveMillis) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "planner %s: round of %.2f s%s, %.1f J, solved in %.1f ms%n%n",
                plan.planner(),
                plan.delaySeconds(),
                bound(plan),
                plan.energyJoules(),
                solveMillis));
        text.append(String.format(
                "%-12s %3s %5s %6s %9s %7s %7s %9s %10s %9s",
                "device", "cut", "keep", "levels", "MHz", "W", "GHz", "MiB", "J", "seconds"));
        phases(PhaseSeconds.ZERO).keySet().forEach(name -> text.append(String.format(PHASE_COLUMN, name)));
        for (DevicePlan device : plan.devices()) {
            text.append(String.format(
                    Locale.ROOT,
                    "%n%-12s %3d %5.3g %6s %9.4f %7.4g %7.4g %9.1f %10.1f %9.2f",
                    device.id(),
                    device.cut(),
                    device.compression().keep(),
                    device.compression().levels() == 0
                            ? "-"
                            : device.compression().levels(),
                    device.bandwidthHz() / MEGAHERTZ,
                    device.powerWatts(),
                    device.serverClockHz() / GIGAHERTZ,
                    device.memoryBytes() / MEBIBYTE,
                    device.energy().total(),
                    device.delaySeconds()));
            text.append(phases(device.phases()).values().stream()
                    .map(seconds -> String.format(PHASE_COLUMN, String.format(Locale.ROOT, "%.4g", seconds)))
                    .collect(Collectors.joining()));
        }
        plan.leftOut()
                .forEach(device -> text.append(String.format("%nleft out: %s: %s", device.id(), device.reason())));
        return text.toString();
    }
}
