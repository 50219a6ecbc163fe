package io.splittune.simulation.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;

/** Runs that never were, with numbers of the size that real ones have. */
final class InventedRuns {
    private static final String[] PHASES = {"ED", "CC", "IT", "SC", "GT", "DU", "LT"};
    private static final double[] SPLIT_SECONDS = {0.4, 31, 22, 9, 20, 44, 0.6};

    private InventedRuns() {}

    /** Returns a comparison of seven schemes. */
    static ReportData comparison(int rounds, int devices) {
        List<SchemeRun> runs = List.of(
                run("sft", rounds, devices, 1, 0.18, 74),
                run("sft-uncompressed", rounds, devices, 2.6, 0.2, 75),
                run("sl", rounds, devices, 5.1, 0.24, 75.5),
                run("sfl", rounds, devices, 2.7, 0.2, 74.6),
                run("fl", rounds, devices, 9.4, 0.21, 76),
                run("fl-lora", rounds, devices, 3.2, 0.16, 73.5),
                run("local", rounds, devices, 1.4, 0.3, 51));
        return data(runs, memory(11));
    }

    static ReportData data(List<SchemeRun> runs, List<MemoryAtCut> memory) {
        return new ReportData(
                "cifar100-sft: seven schemes",
                "name: cifar100-sft\nseed: 1\nmodel:\n  checkpoint: builtin:vit-mini  # <b>\n",
                OptionalDouble.empty(),
                runs,
                memory,
                List.of(),
                List.of(),
                List.of("Server clock and kappa are fitted to the paper's four headline minutes."));
    }

    static SchemeRun run(String scheme, int rounds, int devices, double slow, double speed, double best) {
        Random random = new Random(scheme.hashCode());
        List<RoundPoint> points = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            double accuracy = (1 + (best - 1) * (1 - Math.exp(-speed * round)) + random.nextGaussian() * 0.7) / 100;
            Map<String, Double> phases = new LinkedHashMap<>();
            double seconds = 0;
            for (int i = 0; i < PHASES.length; i++) {
                phases.put(PHASES[i], SPLIT_SECONDS[i] * slow * (0.9 + 0.2 * random.nextDouble()));
                seconds += phases.get(PHASES[i]);
            }
            points.add(new RoundPoint(
                    round,
                    4.6 * Math.exp(-speed * round) + 0.9,
                    4.6 * Math.exp(-speed * round) + 1.1,
                    Math.max(0, Math.min(1, accuracy)),
                    (long) (4.1e8 * slow),
                    (long) (3.7e8 * slow),
                    seconds,
                    21.5,
                    2_400 * slow,
                    phases,
                    decisions(devices, random)));
        }
        return new SchemeRun(scheme, 0.01, points);
    }

    static List<MemoryAtCut> memory(int blocks) {
        List<MemoryAtCut> memory = new ArrayList<>();
        for (int cut = 1; cut <= blocks; cut++) {
            Map<String, Double> parts = new LinkedHashMap<>();
            parts.put("Input", 3.9e7);
            parts.put("Model", 2.9e7 * cut + 2.5e6);
            parts.put("Optimizer", 1.2e6 * cut);
            parts.put("Gradients", 1.2e6 * cut);
            parts.put("Activations", 4.6e8 * cut);
            memory.add(new MemoryAtCut(cut, parts));
        }
        return memory;
    }

    private static List<DeviceDecision> decisions(int devices, Random random) {
        List<DeviceDecision> decisions = new ArrayList<>();
        for (int device = 1; device <= devices; device++) {
            decisions.add(new DeviceDecision(
                    "device-" + device,
                    3 + device % 3,
                    0.2,
                    OptionalInt.of(7),
                    30e6 / devices * (0.6 + 0.8 * random.nextDouble()),
                    100 + 30 * random.nextDouble(),
                    random.nextInt(20) == 0));
        }
        return decisions;
    }
}
