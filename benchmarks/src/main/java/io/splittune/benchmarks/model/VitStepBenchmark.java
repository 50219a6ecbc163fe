package io.splittune.benchmarks.model;

import io.splittune.core.RandomStreams;
import io.splittune.model.AdapterSet;
import io.splittune.model.ForwardMode;
import io.splittune.model.HalfRange;
import io.splittune.model.LoraConfig;
import io.splittune.model.LoraTarget;
import io.splittune.model.ModelConfig;
import io.splittune.model.Optimizer;
import io.splittune.model.Precision;
import io.splittune.model.TransformerHalf;
import io.splittune.model.VitConfig;
import io.splittune.tensor.Autograd;
import io.splittune.tensor.Ops;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.Tensors;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * A LoRA training step of ViT-B/16 at 224 x 224 with random weights: forward, loss, backward, SGD with momentum.
 *
 * <p>The counter {@code gigaflops} is GFLOP/s. A step counts as twice the forward work of its blocks,
 * {@code 2 blocks (24 B T D^2 + 4 B T^2 D)}: with frozen weights the backward pass needs the gradients of activations
 * alone. Embedding, head and adapters are not counted.
 *
 * <p>Run alone, with {@code OMP_WAIT_POLICY=PASSIVE} where cores are shared, for example
 * {@code java -cp ... io.splittune.benchmarks.model.VitStepBenchmark -p batch=8 -p precision=BF16 -f 1}.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 4)
@Fork(3)
public class VitStepBenchmark {
    private static final int IMAGE = 224;
    private static final int WIDTH = 768;
    private static final int CLASSES = 100;

    /** Work done. */
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    @State(Scope.Thread)
    public static class Work {
        /** Thousands of millions of floating point operations; read by the harness after an iteration. */
        public double gigaflops;
    }

    /** A model, its adapters and a batch. */
    @State(Scope.Benchmark)
    public static class Training {
        /** Images of a step. */
        @Param("8")
        public int batch = 8;

        /** Blocks of the model. */
        @Param("12")
        public int blocks = 12;

        /** Rank of the adapters. */
        @Param("16")
        public int rank = 16;

        /** Element type of weights and activations. */
        @Param({"BF16", "FP32"})
        public Precision precision = Precision.BF16;

        private final RandomStreams streams = new RandomStreams(1);
        private double gigaflopsPerStep;
        private float[] pixels = new float[0];
        private int[] labels = new int[0];
        private AutoCloseable close = () -> {};
        private Runnable step = () -> {};

        /** Makes the model. */
        @Setup
        public void prepare() {
            ModelConfig config = new VitConfig(
                    IMAGE,
                    16,
                    3,
                    WIDTH,
                    blocks,
                    12,
                    3072,
                    CLASSES,
                    1e-6,
                    true,
                    List.of(0.5, 0.5, 0.5),
                    List.of(0.5, 0.5, 0.5),
                    List.of());
            TransformerHalf model = TransformerHalf.random(config, HalfRange.whole(blocks), precision, streams);
            EnumSet<LoraTarget> targets = EnumSet.of(LoraTarget.QKV, LoraTarget.PROJ, LoraTarget.FC1, LoraTarget.FC2);
            AdapterSet adapters = AdapterSet.create(model, new LoraConfig(rank, rank, 0, targets, true), streams);
            Optimizer optimizer = Optimizer.sgd(adapters, 0.9, 0);
            Random random = new Random(1);
            pixels = new float[batch * 3 * IMAGE * IMAGE];
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = (float) random.nextGaussian();
            }
            labels = random.ints(batch, 0, CLASSES).toArray();
            double tokens = config.tokens();
            gigaflopsPerStep = 2e-9 * blocks * batch * (24 * tokens * WIDTH * WIDTH + 4 * tokens * tokens * WIDTH);
            step = () -> train(model, adapters, optimizer);
            close = () -> {
                optimizer.close();
                adapters.close();
                model.close();
            };
        }

        @SuppressWarnings("try")
        private void train(TransformerHalf model, AdapterSet adapters, Optimizer optimizer) {
            try (TensorScope scope = TensorScope.open("step")) {
                Tensor images = Tensors.of(pixels, batch, 3, IMAGE, IMAGE);
                Tensor logits = model.forward(images, adapters, ForwardMode.train(0));
                Autograd.backward(Ops.crossEntropy(logits, Tensors.ofInts(labels), Ops.Reduction.MEAN));
                optimizer.step(1e-3);
                adapters.clearGradients();
            }
        }

        /** Frees the model. */
        @TearDown
        public void close() throws Exception {
            close.close();
        }
    }

    /** One step. */
    @Benchmark
    public void step(Training training, Work work) {
        training.step.run();
        work.gigaflops += training.gigaflopsPerStep;
    }

    /**
     * Runs this benchmark alone.
     *
     * @param args options of JMH
     */
    public static void main(String[] args) throws RunnerException, CommandLineOptionException {
        new Runner(new OptionsBuilder()
                        .parent(new CommandLineOptions(args))
                        .include(VitStepBenchmark.class.getName())
                        .build())
                .run();
    }
}
