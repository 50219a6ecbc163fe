package io.splittune.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.codec.ActivationCodec;
import io.splittune.codec.CodecReport;
import io.splittune.codec.Coder;
import io.splittune.codec.Compression;
import io.splittune.core.RandomStreams;
import io.splittune.core.RandomStreams.Purpose;
import io.splittune.core.Ticker;
import io.splittune.core.UserException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "codec",
        description = "Compress a tensor file and print ratio, entropy bound, error and speed.",
        footer = {
            "",
            "Examples:",
            "  splittune codec activations.npy --keep 0.2 --levels 7 --coder golomb",
            "  splittune codec activations.npy --sweep --out sweep"
        })
final class CodecCommand extends AbstractCommand {
    @Parameters(paramLabel = "FILE", description = "A .npy (float32, float16) or .safetensors file.")
    @SuppressWarnings("NullAway.Init") // picocli requires it
    private Path file;

    @Option(names = "--tensor", paramLabel = "NAME", description = "Only this tensor of a .safetensors file.")
    private @Nullable String tensor;

    @Option(names = "--keep", paramLabel = "R", description = "Kept fraction of the elements, in (0, 1].")
    private @Nullable Double keep;

    @Option(
            names = "--levels",
            paramLabel = "E",
            description = "Number of quantisation intervals, 1 to 65535; 2^q - 1 for q bits.")
    private @Nullable Integer levels;

    @Option(
            names = "--coder",
            paramLabel = "C",
            description = "Lossless stage: raw, golomb or adaptive (default: adaptive).")
    private Coder coder = Coder.ADAPTIVE;

    @Option(names = "--shared-mask", description = "The receiver knows the kept positions; the frame carries none.")
    private boolean sharedMask;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of the quantiser (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(
            names = "--sweep",
            description = "Measure many settings of kept fraction, levels and coder, beside entropies and zstd.")
    private boolean sweep;

    @Option(names = "--out", paramLabel = "DIR", description = "With --sweep: write the table and its charts here.")
    private @Nullable Path out;

    private record Measured(String name, CodecReport report) {}

    @Override
    Report execute() throws IOException {
        if (sweep) {
            return sweep();
        }
        if (out != null) {
            throw new UserException("--out: only goes with --sweep");
        }
        if (keep == null || levels == null) {
            throw new UserException((keep == null ? "--keep" : "--levels") + ": missing; give both, or --sweep");
        }
        return measure(keep, levels);
    }

    private Report sweep() throws IOException {
        if (keep != null || levels != null) {
            throw new UserException("--sweep: goes over kept fractions and levels; remove --keep and --levels");
        }
        List<TensorValues> tensors = new ArrayList<>();
        TensorFile.forEach(file, Optional.ofNullable(tensor), tensors::add);
        CodecSweep measured = new CodecSweep(tensors, sharedMask, new RandomStreams(seed));
        List<CodecSweep.Point> points;
        try {
            points = measured.run();
        } catch (IllegalArgumentException e) {
            throw new UserException(file + ": " + e.getMessage(), e); // a NaN, say
        }
        double zstd = measured.zstdRatio();
        if (out != null) {
            CodecSweep.write(points, out).notes().forEach(err()::println);
        }
        return new Report(CodecSweep.json(points, zstd), CodecSweep.text(points, zstd));
    }

    private Report measure(double keep, int levels) {
        if (!(keep > 0 && keep <= 1)) {
            throw new UserException("--keep: read " + keep + ", expected a number in (0, 1]");
        }
        if (levels < 1 || levels > Compression.MAX_LEVELS) {
            throw new UserException(
                    "--levels: read " + levels + ", expected a whole number in [1, " + Compression.MAX_LEVELS + "]");
        }
        Compression compression = new Compression.Quantised(keep, levels, coder);
        RandomStreams streams = new RandomStreams(seed);
        ActivationCodec codec = new ActivationCodec();
        List<Measured> tensors = new ArrayList<>();
        TensorFile.forEach(file, Optional.ofNullable(tensor), values -> {
            try {
                tensors.add(new Measured(
                        values.name(),
                        codec.analyse(
                                values.values(),
                                values.shape(),
                                compression,
                                sharedMask,
                                streams.stream(Purpose.QUANTISER, tensors.size()),
                                Ticker.system())));
            } catch (IllegalArgumentException e) {
                throw new UserException(file + ": " + values.name() + ": " + e.getMessage(), e); // a NaN, say
            }
        });
        return report(tensors, keep, levels);
    }

    private Report report(List<Measured> tensors, double keep, int levels) {
        CodecReport total = total(tensors.stream().map(Measured::report).toList());
        ObjectNode json = json(total, keep, levels);
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%-32s %12s %12s %7s %12s %10s %10s%n",
                "tensor",
                "raw bytes",
                "encoded",
                "ratio",
                "bound",
                "MSE",
                "max error"));
        tensors.forEach(tensor -> text.append(row(tensor.name(), tensor.report())));
        if (tensors.size() > 1) {
            text.append(row("all " + tensors.size(), total));
            ArrayNode each = json.putArray("tensors");
            tensors.forEach(
                    tensor -> each.add(json(tensor.report(), keep, levels).put("name", tensor.name())));
        }
        text.append(String.format(
                Locale.ROOT,
                "encode %.0f MB/s, decode %.0f MB/s (fp32 side); keep %s, %d levels, %s%s",
                total.encodeBytesPerSecond() / 1e6,
                total.decodeBytesPerSecond() / 1e6,
                keep,
                levels,
                coder.name().toLowerCase(Locale.ROOT),
                sharedMask ? ", shared mask" : ""));
        return new Report(json, text.toString());
    }

    private static String row(String name, CodecReport report) {
        return String.format(
                Locale.ROOT,
                "%-32s %12d %12d %6.2fx %12.0f %10.3g %10.3g%n",
                name,
                report.rawBytes(),
                report.encodedBytes(),
                report.ratio(),
                report.entropyBoundBytes(),
                report.meanSquaredError(),
                report.maxAbsoluteError());
    }

    private ObjectNode json(CodecReport report, double keep, int levels) {
        ObjectNode json = Json.object();
        json.put("elements", report.elements());
        json.put("rawBytes", report.rawBytes());
        json.put("encodedBytes", report.encodedBytes());
        Json.put(json, "ratio", report.ratio());
        Json.put(json, "entropyBoundBytes", report.entropyBoundBytes());
        Json.put(json, "channelBoundBytes", report.channelBoundBytes());
        json.put("keep", keep);
        json.put("levels", levels);
        json.put("coder", coder.name().toLowerCase(Locale.ROOT));
        Json.put(json, "meanSquaredError", report.meanSquaredError());
        Json.put(json, "maxAbsoluteError", report.maxAbsoluteError());
        Json.put(json, "encodeBytesPerSecond", report.encodeBytesPerSecond());
        Json.put(json, "decodeBytesPerSecond", report.decodeBytesPerSecond());
        json.put("sharedMask", sharedMask);
        return json;
    }

    /** Adds the tensors up: sizes and times add, the squared error is weighted by elements. */
    static CodecReport total(List<CodecReport> reports) {
        long elements = 0;
        long rawBytes = 0;
        long encodedBytes = 0;
        double boundBytes = 0;
        double channelBoundBytes = 0;
        double squaredError = 0;
        double maxError = 0;
        double encodeSeconds = 0;
        double decodeSeconds = 0;
        for (CodecReport report : reports) {
            elements += report.elements();
            rawBytes += report.rawBytes();
            encodedBytes += report.encodedBytes();
            boundBytes += report.entropyBoundBytes();
            channelBoundBytes += report.channelBoundBytes();
            squaredError += report.meanSquaredError() * report.elements();
            maxError = Math.max(maxError, report.maxAbsoluteError());
            encodeSeconds += report.rawBytes() / report.encodeBytesPerSecond();
            decodeSeconds += report.rawBytes() / report.decodeBytesPerSecond();
        }
        return new CodecReport(
                elements,
                rawBytes,
                encodedBytes,
                boundBytes,
                channelBoundBytes,
                squaredError / elements,
                maxError,
                rawBytes / encodeSeconds,
                rawBytes / decodeSeconds);
    }
}
