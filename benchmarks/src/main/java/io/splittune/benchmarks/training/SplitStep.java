package io.splittune.benchmarks.training;

import io.splittune.codec.AdapterCompression;
import io.splittune.codec.FloatFormat;
import io.splittune.core.RandomStreams;
import io.splittune.core.Ticker;
import io.splittune.model.Checkpoint;
import io.splittune.model.HalfRange;
import io.splittune.model.LlamaConfig;
import io.splittune.model.LoraConfig;
import io.splittune.model.LoraTarget;
import io.splittune.model.ModelConfig;
import io.splittune.model.Precision;
import io.splittune.model.Tokenizer;
import io.splittune.model.TokenizerOfBytes;
import io.splittune.model.TransformerHalf;
import io.splittune.model.VitConfig;
import io.splittune.training.ComputeGate;
import io.splittune.training.CutCompression;
import io.splittune.training.DeviceData;
import io.splittune.training.DeviceDecision;
import io.splittune.training.DeviceEnvironment;
import io.splittune.training.DeviceTask;
import io.splittune.training.DeviceWorker;
import io.splittune.training.FrozenModel;
import io.splittune.training.HalfSource;
import io.splittune.training.OptimizerConfig;
import io.splittune.training.OptimizerStates;
import io.splittune.training.RoundPolicy;
import io.splittune.training.RunListener;
import io.splittune.training.RunParties;
import io.splittune.training.RunStore;
import io.splittune.training.Scheme;
import io.splittune.training.TestSet;
import io.splittune.training.TrainingConfig;
import io.splittune.training.TrainingServer;
import io.splittune.training.Tuning;
import io.splittune.training.UnsplitRun;
import io.splittune.training.WeightDistribution;
import io.splittune.training.data.Augmentation;
import io.splittune.training.data.Batches;
import io.splittune.training.data.DataFormat;
import io.splittune.training.data.Dataset;
import io.splittune.training.data.ImageBatches;
import io.splittune.training.data.ImageTransform;
import io.splittune.training.data.Normalisation;
import io.splittune.training.data.RawImage;
import io.splittune.training.data.Split;
import io.splittune.training.data.TextDataset;
import io.splittune.training.data.TextOptions;
import io.splittune.training.data.TokenBatches;
import io.splittune.transport.Admission;
import io.splittune.transport.Blob;
import io.splittune.transport.CutLink;
import io.splittune.transport.DevelopmentCertificates;
import io.splittune.transport.LinkOptions;
import io.splittune.transport.grpc.GrpcDialer;
import io.splittune.transport.grpc.GrpcListener;
import io.splittune.transport.grpc.GrpcSecurity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Compares a split step (device half, codec, loopback gRPC over mutual TLS, server half, no compression) with the unsplit
 * LoRA step, turn by turn in one process, and prints both medians and their ratio.
 *
 * <p>Arguments: {@code [model vit-b16] [batch 64] [microBatch 8] [cut 5] [steps 3] [turns 3] [precision BF16]}; the model is
 * {@code vit-b16} with random weights, or the folder of a language model, which then reads rows of 512 tokens.
 */
public final class SplitStep {
    private static final int IMAGE = 224;
    private static final int CLASSES = 200;
    private static final int DEPTH = 12;
    private static final int ROW_TOKENS = 512;
    /** A built-in text has some 70 bytes, each a token. */
    private static final int TEXTS_PER_ROW = 8;

    private static final String DEVICE = "device-1";

    private final TrainingConfig config;
    private final FrozenModel model;
    private final DeviceData data;
    private final TestSet testSet;
    private final int cut;
    private final int depth;
    private final ComputeGate gate = new ComputeGate(1);

    private SplitStep(FrozenModel model, Batches batches, int batch, int microBatch, int cut, int steps) {
        this.model = model;
        this.cut = cut;
        this.depth = model.config().depth();
        Set<LoraTarget> targets = Arrays.stream(LoraTarget.values())
                .filter(target -> target.inBlocks() && target.isOf(model.config()))
                .collect(Collectors.toSet());
        LoraConfig lora = new LoraConfig(16, 16, 0, targets, model.config().classes() > 0);
        OptimizerConfig optimizer = new OptimizerConfig(OptimizerConfig.Kind.SGD, 1e-4, 0.9, 0, 1);
        config = new TrainingConfig(
                Scheme.SFT,
                1,
                1,
                batch,
                microBatch,
                Optional.empty(),
                false,
                optimizer,
                Tuning.LORA,
                lora,
                new AdapterCompression.Lossless(),
                model.half(HalfRange.whole(depth)).precision(),
                1,
                Duration.ofMinutes(10));
        // One step more than is counted: the first step of a turn also warms up.
        data = new DeviceData(batches, IntStream.range(0, (steps + 1) * batch).toArray(), 0, batch);
        testSet = () -> batches.evaluation(new int[] {0}, 1);
    }

    private static FrozenModel vit(Precision precision) {
        List<Double> half = List.of(0.5, 0.5, 0.5);
        ModelConfig shape =
                new VitConfig(IMAGE, 16, 3, 768, DEPTH, 12, 3072, CLASSES, 1e-6, true, half, half, List.of());
        return FrozenModel.of(TransformerHalf.random(shape, HalfRange.whole(DEPTH), precision, new RandomStreams(1)));
    }

    private static FrozenModel language(Path folder, Precision precision) {
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            LlamaConfig config = ((LlamaConfig) checkpoint.config()).withTokens(ROW_TOKENS);
            return FrozenModel.load(checkpoint, config, HalfRange.whole(config.depth()), precision);
        }
    }

    private static Batches images(int samples) {
        return new ImageBatches(
                new Grey(samples),
                new ImageTransform(IMAGE, Normalisation.half(), Augmentation.NONE),
                new RandomStreams(1));
    }

    /** Bytes stand for tokens of any vocabulary: time does not depend on which they are. */
    private static Batches texts(int samples) {
        try (Tokenizer bytes = TokenizerOfBytes.make()) {
            TextDataset rows = TextDataset.builtin(
                    DataFormat.TALES_SOURCE,
                    Split.TRAIN,
                    samples * TEXTS_PER_ROW,
                    bytes,
                    TextOptions.of(ROW_TOKENS).withPacking(true));
            return new TokenBatches(rows, new RandomStreams(1));
        }
    }

    /** Runs the comparison. */
    public static void main(String[] arguments) throws IOException {
        String name = arguments.length > 0 ? arguments[0] : "vit-b16";
        int batch = argument(arguments, 1, 64);
        int steps = argument(arguments, 4, 3);
        Precision precision = arguments.length > 6 ? Precision.valueOf(arguments[6]) : Precision.BF16;
        boolean vit = name.equals("vit-b16");
        SplitStep benchmark = new SplitStep(
                vit ? vit(precision) : language(Path.of(name), precision),
                vit ? images((steps + 1) * batch) : texts((steps + 1) * batch),
                batch,
                argument(arguments, 2, 8),
                argument(arguments, 3, 5),
                steps);
        List<Double> unsplit = new ArrayList<>();
        List<Double> split = new ArrayList<>();
        for (int turn = 0; turn < argument(arguments, 5, 3); turn++) {
            unsplit.addAll(benchmark.unsplit());
            split.addAll(benchmark.split());
        }
        System.out.printf(
                "%s, batch %d, %s: unsplit step %.2f s, split step %.2f s (medians), ratio %.3f; %.0f tokens/s split%n",
                name,
                batch,
                precision,
                median(unsplit),
                median(split),
                median(split) / median(unsplit),
                batch * benchmark.model.config().tokens() / median(split));
        benchmark.model.close();
    }

    private static int argument(String[] arguments, int index, int otherwise) {
        return arguments.length > index ? Integer.parseInt(arguments[index]) : otherwise;
    }

    private static double median(List<Double> seconds) {
        double[] sorted =
                seconds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private List<Double> unsplit() throws IOException {
        StepTimes times = new StepTimes();
        new UnsplitRun(config, model, testSet, times, Ticker.system()).run(Map.of(DEVICE, data));
        return times.seconds();
    }

    private List<Double> split() throws IOException {
        Path folder = Files.createTempDirectory("split-step");
        DevelopmentCertificates.create(folder, List.of("localhost"), List.of(DEVICE), Duration.ofDays(1), false);
        StepTimes times = new StepTimes();
        CutCompression none =
                CutCompression.none(config.precision() == Precision.BF16 ? FloatFormat.BF16 : FloatFormat.FP32);
        RoundPolicy policy = round -> List.of(new DeviceDecision(cut, none, true));
        RunParties parties = new RunParties(List.of(DEVICE), new byte[0]);
        TrainingServer server = new TrainingServer(
                config,
                parties,
                model,
                WeightDistribution.SHARED,
                policy,
                testSet,
                RunStore.NONE,
                new RunListener() {},
                gate,
                Ticker.system());
        try (GrpcListener door = GrpcListener.listen(
                "localhost",
                0,
                GrpcSecurity.mutualTls(DevelopmentCertificates.server(folder)),
                Admission.any(),
                LinkOptions.DEFAULT)) {
            CompletableFuture<Void> device = CompletableFuture.runAsync(
                    () -> device(folder, door.port(), times), task -> new Thread(task, DEVICE).start());
            server.run(door, Duration.ofMinutes(1));
            device.join();
        }
        return times.seconds();
    }

    private void device(Path certificates, int port, RunListener listener) {
        try (CutLink link = GrpcDialer.connect(
                "localhost",
                port,
                GrpcSecurity.mutualTls(DevelopmentCertificates.device(certificates, DEVICE)),
                LinkOptions.DEFAULT,
                Duration.ofSeconds(30))) {
            new DeviceWorker(
                            link,
                            new DeviceWorker.Identity(DEVICE, "", Duration.ofMinutes(10)),
                            new Shared(),
                            OptimizerStates.NONE,
                            gate,
                            listener,
                            Ticker.system())
                    .run();
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Times from one finished batch to the next. */
    private static final class StepTimes implements RunListener {
        private final List<Long> ends = new ArrayList<>();

        @Override
        public synchronized void onBatch(int round, int deviceIndex, int batch, int batches, double loss) {
            ends.add(Ticker.system().nanos());
        }

        synchronized List<Double> seconds() {
            List<Double> seconds = new ArrayList<>();
            for (int i = 1; i < ends.size(); i++) {
                seconds.add((ends.get(i) - ends.get(i - 1)) / 1e9);
            }
            return seconds;
        }
    }

    /** The device computes with the server's weights: what is compared is time. */
    private final class Shared implements DeviceEnvironment {
        @Override
        public DeviceTask prepare(byte[] configuration, int deviceIndex) {
            return new DeviceTask(config, data, cut);
        }

        @Override
        public Optional<HalfSource> ownWeights(int blocks, String weightsHash) {
            return Optional.of(FrozenModel.of(model.half(HalfRange.whole(depth))));
        }

        @Override
        public HalfSource receivedWeights(String weightsHash, Blob weights) {
            throw new IllegalStateException("Weights are shared.");
        }
    }

    /** Images that cost nothing to make. */
    private record Grey(int size) implements Dataset {
        private static final RawImage IMAGE_OF_ALL = RawImage.ofGrey(filled(new byte[IMAGE * IMAGE]), IMAGE, IMAGE);

        private static byte[] filled(byte[] pixels) {
            Arrays.fill(pixels, (byte) 100);
            return pixels;
        }

        @Override
        public int classes() {
            return CLASSES;
        }

        @Override
        public String className(int label) {
            return "class " + label;
        }

        @Override
        public int label(int index) {
            return index % CLASSES;
        }

        @Override
        public RawImage image(int index) {
            return IMAGE_OF_ALL;
        }

        @Override
        public int[] labels() {
            return IntStream.range(0, size).map(this::label).toArray();
        }

        @Override
        public void close() {}
    }
}
