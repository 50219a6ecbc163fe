package io.splittune.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import io.splittune.core.Ticker;
import io.splittune.tensor.AttentionKernel;
import io.splittune.tensor.DType;
import io.splittune.tensor.Torch;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;

@Command(
        name = "doctor",
        description = "Check this machine: JDK, native libraries, threads, GPU, memory, disk, speed.",
        footer = {"", "Example:", "  splittune doctor --json"})
final class DoctorCommand extends AbstractCommand {
    // A ViT-B/16's fc1 for two images: the largest product of a training step.
    private static final long TOKENS = 197;
    private static final long ROWS = 2 * TOKENS;
    private static final long INNER = 768;
    private static final long COLUMNS = 3072;
    private static final double MEASURE_SECONDS = 0.5;
    private static final double GIB = 1 << 30;

    @Override
    Report execute() throws IOException {
        ObjectNode json = Json.object();
        StringBuilder text = new StringBuilder();
        describeMachine(json, text);
        try {
            describeTorch(json, text);
            json.put("healthy", true);
            text.append("Everything that training needs works.");
        } catch (LinkageError e) {
            throw new IllegalStateException(
                    "libtorch cannot be loaded on " + System.getProperty("os.name") + " "
                            + System.getProperty("os.arch")
                            + ": " + e.getMessage()
                            + "; it has to be a 64-bit Linux, macOS or Windows with 400 MB free in "
                            + System.getProperty("user.home"),
                    e);
        }
        return new Report(json, text.toString());
    }

    private static void describeMachine(ObjectNode json, StringBuilder text) throws IOException {
        String java = Runtime.version().toString();
        String vendor = System.getProperty("java.vendor", "");
        line(text, "SplitTune", Version.current());
        line(text, "JDK", java + " (" + vendor + "), " + System.getProperty("java.home"));
        String platform = System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                + System.getProperty("os.arch");
        line(text, "platform", platform);
        json.put("version", Version.current()).put("jdk", java).put("jdkVendor", vendor);
        json.put("javaHome", System.getProperty("java.home")).put("platform", platform);

        int processors = Runtime.getRuntime().availableProcessors();
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long memoryBytes = system.getTotalMemorySize();
        long freeBytes = system.getFreeMemorySize();
        long heapBytes = Runtime.getRuntime().maxMemory();
        Path folder = Path.of("").toAbsolutePath();
        long diskBytes = Files.getFileStore(folder).getUsableSpace();
        line(text, "processors", String.valueOf(processors));
        line(text, "memory", gib(memoryBytes) + ", " + gib(freeBytes) + " free; Java heap up to " + gib(heapBytes));
        line(text, "disk", gib(diskBytes) + " free in " + folder);
        json.put("processors", processors).put("memoryBytes", memoryBytes).put("freeMemoryBytes", freeBytes);
        json.put("heapBytes", heapBytes).put("freeDiskBytes", diskBytes);
    }

    private static void describeTorch(ObjectNode json, StringBuilder text) {
        boolean cuda = Torch.cudaAvailable();
        line(text, "libtorch", Torch.version() + ", " + Torch.intraOpThreads() + " threads, device " + Torch.device());
        line(text, "GPU", cuda ? Torch.cudaDevices() + " CUDA device(s)" : "none that this build of libtorch sees");
        json.put("torch", Torch.version())
                .put("threads", Torch.intraOpThreads())
                .put("device", Torch.device());
        json.put("cudaAvailable", cuda).put("cudaDevices", cuda ? Torch.cudaDevices() : 0);

        double fp32 = flopsPerSecond(DType.FP32) / 1e9;
        double bf16 = flopsPerSecond(DType.BF16) / 1e9;
        line(text, "speed", String.format(Locale.ROOT, "fp32 %.0f GFLOP/s, bf16 %.0f GFLOP/s", fp32, bf16));
        json.put("gigaflopsFp32", fp32).put("gigaflopsBf16", bf16);
        String attentionFp32 = kernel(DType.FP32);
        String attentionBf16 = kernel(DType.BF16);
        line(text, "attention", "fp32 " + attentionFp32 + ", bf16 " + attentionBf16 + " (the faster one, measured)");
        json.put("attentionFp32", attentionFp32).put("attentionBf16", attentionBf16);
        String better = bf16 > 1.2 * fp32 ? "bf16" : "fp32";
        line(text, "advice", "model.precision: " + better + " is the faster one here");
        json.put("fasterPrecision", better);
    }

    private static double flopsPerSecond(DType type) {
        return Torch.measureMatmulFlopsPerSecond(type, ROWS, INNER, COLUMNS, MEASURE_SECONDS, Ticker.system());
    }

    private static String kernel(DType type) {
        return AttentionKernel.fastest(type, TOKENS).name().toLowerCase(Locale.ROOT);
    }

    private static String gib(long bytes) {
        return String.format(Locale.ROOT, "%.1f GiB", bytes / GIB);
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(String.format("%-11s %s%n", name, value));
    }
}
