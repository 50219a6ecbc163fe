package io.splittune.tensor;

import java.util.function.Supplier;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.TensorArrayRefOptional;

/**
 * Reverse-mode differentiation as libtorch records it.
 *
 * <p>A backward pass adds to the gradients of the leaves that {@linkplain Tensor#requiresGrad(boolean) require} them
 * and frees what the graph had saved, so each graph can be walked once.
 */
public final class Autograd {
    private Autograd() {}

    /**
     * Adds the gradients of a scalar.
     *
     * @param loss one element, the result of a recorded operation
     * @throws IllegalArgumentException if the loss has more than one element
     * @throws IllegalStateException if nothing was recorded, or the graph was walked before
     */
    public static void backward(Tensor loss) {
        Native.run("backward", () -> loss.handle().backward(), loss);
    }

    /**
     * Adds the gradients of a scalar whose gradient with respect to {@code output} is given: the half of a split model
     * that does not see the loss.
     *
     * @param output the result of a recorded operation
     * @param outputGradient of the same shape and type
     * @throws IllegalArgumentException if the shapes differ
     * @throws IllegalStateException if nothing was recorded, or the graph was walked before
     */
    public static void backward(Tensor output, Tensor outputGradient) {
        Native.run(
                "backward",
                () -> output.handle()
                        .backward(outputGradient.handle(), new BoolOptional(), false, new TensorArrayRefOptional()),
                output,
                outputGradient);
    }

    /** Restores the recording mode of its thread. */
    public static final class Guard implements AutoCloseable {
        private final boolean before;

        private Guard(boolean before) {
            this.before = before;
        }

        @Override
        public void close() {
            Native.run("gradMode", () -> GradMode.set_enabled(before));
        }
    }

    /** Stops the recording of operations on this thread until the guard is closed. */
    public static Guard noGrad() {
        return mode(false);
    }

    /** Records operations on this thread until the guard is closed, also inside {@link #noGrad()}. */
    public static Guard withGrad() {
        return mode(true);
    }

    private static Guard mode(boolean enabled) {
        return Native.value("gradMode", () -> {
            Guard guard = new Guard(GradMode.is_enabled());
            GradMode.set_enabled(enabled);
            return guard;
        });
    }

    /** Runs the body without recording its operations. */
    @SuppressWarnings("try")
    public static <T> T noGrad(Supplier<T> body) {
        try (Guard guard = noGrad()) {
            return body.get();
        }
    }

    /** Says whether operations of this thread are recorded. */
    public static boolean isRecording() {
        return Native.value("isRecording", GradMode::is_enabled);
    }
}
