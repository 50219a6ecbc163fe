package io.splittune.tensor;

import io.splittune.core.Check;
import io.splittune.core.Ticker;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.presets.openblas_nolapack;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch;

/** The native library of this process: its version, threads and device. */
public final class Torch {
    private static final String DEVICE = chooseDevice(System.getProperty("splittune.device", "cpu"));

    private static final Pattern VERSION = Pattern.compile("TORCH_VERSION=([^,\\s]+)");

    private Torch() {}

    private static String chooseDevice(String wanted) {
        String device = wanted.toLowerCase(Locale.ROOT);
        Check.require(
                device.equals("cpu") || device.equals("cuda"), "splittune.device (%s) must be cpu or cuda.", wanted);
        if (device.equals("cuda") && !cudaAvailable()) {
            throw new IllegalStateException("splittune.device is cuda, but libtorch finds no CUDA device. "
                    + "Maybe the build lacks -Pcuda or the driver is missing.");
        }
        return device;
    }

    /** Returns the version of libtorch, such as {@code 2.10.0}. */
    public static String version() {
        String config = Native.value("version", () -> torch.show_config().getString());
        Matcher matcher = VERSION.matcher(config);
        return matcher.find() ? matcher.group(1) : "unknown";
    }

    /** Returns where new tensors go: {@code cpu} or {@code cuda}, set for the process by {@code splittune.device}. */
    public static String device() {
        return DEVICE;
    }

    /** Says whether this build of libtorch sees a CUDA device. */
    public static boolean cudaAvailable() {
        return Native.value("cudaAvailable", torch::hasCUDA) && cudaDevices() > 0;
    }

    /** Returns the number of CUDA devices. */
    public static int cudaDevices() {
        return Native.value("cudaDevices", () -> (int) torch.getNumGPUs());
    }

    /** Returns how many threads one operation that this thread calls may use. */
    public static int intraOpThreads() {
        return Native.value("intraOpThreads", torch::get_num_threads);
    }

    /**
     * Sets how many threads one operation may use, for this thread and for threads that have not called libtorch yet.
     *
     * @param threads at least 1
     */
    public static void setIntraOpThreads(int threads) {
        Check.positive(threads, "threads");
        Native.run("setIntraOpThreads", () -> {
            torch.set_num_threads(threads);
            // libtorch leaves OpenBLAS's own pool as it is, whose threads would spin beside those of other callers.
            openblas_nolapack.blas_set_num_threads(threads);
        });
    }

    /**
     * Measures matrix products {@code (m, k) x (k, n)}.
     *
     * @param seconds how long to measure, after one warm-up product
     * @return floating point operations per second, a multiply-add counted as two
     */
    @SuppressWarnings("try")
    public static double measureMatmulFlopsPerSecond(
            DType dtype, long m, long k, long n, double seconds, Ticker ticker) {
        try (TensorScope scope = TensorScope.open("measureMatmul");
                Autograd.Guard guard = Autograd.noGrad()) {
            Tensor left = Tensors.normal(1, m, k).to(dtype);
            Tensor right = Tensors.normal(2, n, k).to(dtype);
            Ops.linear(left, right).release();
            long start = ticker.nanos();
            long products = 0;
            long elapsed;
            do {
                Ops.linear(left, right).release();
                products++;
                elapsed = ticker.nanos() - start;
            } while (elapsed < seconds * 1e9);
            return 2.0 * m * k * n * products / (elapsed / 1e9);
        }
    }

    /** Returns the memory of this process that is resident, in bytes: Java heap, native heap and libraries. */
    public static long residentBytes() {
        return Native.value("residentBytes", Pointer::physicalBytes);
    }

    /**
     * Gives freed native memory back to the operating system; the allocator otherwise keeps it for the next step.
     *
     * @return whether any was given back; always false where the C library cannot
     */
    public static boolean trimMemory() {
        return Native.value("trimMemory", Pointer::trimMemory);
    }

    static boolean isOnHost(org.bytedeco.pytorch.Tensor tensor) {
        return tensor.is_cpu();
    }

    /** Called inside a native call: moves a host tensor to the process's device. */
    static org.bytedeco.pytorch.Tensor place(org.bytedeco.pytorch.Tensor host) {
        return DEVICE.equals("cpu") ? host : host.to(new Device(DEVICE), host.scalar_type());
    }
}
