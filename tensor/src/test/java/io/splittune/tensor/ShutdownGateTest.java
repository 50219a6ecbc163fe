package io.splittune.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

final class ShutdownGateTest {
    @Test
    void aShutGateAdmitsOnlyCallsInsideACall() throws InterruptedException {
        ShutdownGate gate = new ShutdownGate();
        gate.enter();
        Thread hook = new Thread(gate::shut);
        hook.start();
        while (CompletableFuture.supplyAsync(() -> passes(gate)).join()) {
            Thread.onSpinWait();
        }
        assertThat(hook.isAlive()).as("the hook waits for the call in progress").isTrue();
        assertThat(gate.tryEnter()).isTrue();
        gate.leave();
        gate.leave();
        hook.join();
        assertThat(gate.tryEnter()).isFalse();
        assertThatThrownBy(gate::enter)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("shutting down");
    }

    private static boolean passes(ShutdownGate gate) {
        boolean entered = gate.tryEnter();
        if (entered) {
            gate.leave();
        }
        return entered;
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "a process cannot be asked to end there, only killed")
    void aProcessThatIsToldToEndDuringANativeCallEndsWithoutACrash(@TempDir Path directory)
            throws IOException, InterruptedException {
        Process busy = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Busy.class.getName())
                .directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD) // newer JDKs warn there of native access
                .start();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(busy.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(output.readLine()).isEqualTo("busy");
            busy.toHandle().destroy(); // Process.destroy() would close the output
            assertThat(output.lines()).isEmpty();
        }
        assertThat(busy.waitFor()).isEqualTo(128 + 15);
        assertThat(directory).isEmptyDirectory();
    }

    /** Runs backward passes, each some thousand kernels in one native call, until it is killed. */
    static final class Busy {
        private Busy() {}

        public static void main(String[] arguments) {
            try (TensorScope model = TensorScope.open("busy")) {
                Tensor weight = Tensors.ones(DType.BF16, 256, 256);
                Tensor start = Tensors.ones(DType.BF16, 256, 256).requiresGrad(true);
                System.out.println("busy");
                while (!model.isSealed()) {
                    TensorScope.within("pass", () -> {
                        Tensor x = start;
                        for (int i = 0; i < 3000; i++) {
                            x = Ops.linear(x, weight);
                        }
                        Autograd.backward(x, start);
                        return x.shape();
                    });
                }
            }
        }
    }
}
