package io.splittune.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.luben.zstd.Zstd;
import io.splittune.codec.ActivationCodec;
import io.splittune.codec.CodecReport;
import io.splittune.codec.Coder;
import io.splittune.codec.Compression;
import io.splittune.core.RandomStreams;
import io.splittune.core.RandomStreams.Purpose;
import io.splittune.core.Ticker;
import io.splittune.simulation.report.Axis;
import io.splittune.simulation.report.Cell;
import io.splittune.simulation.report.Chart;
import io.splittune.simulation.report.Csv;
import io.splittune.simulation.report.LineChart;
import io.splittune.simulation.report.Plots;
import io.splittune.simulation.report.Table;
import io.splittune.simulation.report.WrittenFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * All tensors of a file under many settings: ratio, error and speed, beside empirical entropies and a general compressor.
 *
 * <p>zstd gets the tensor in fp32, and what {@link Coder#RAW} packs: positions, levels and signs at fixed width.
 */
final class CodecSweep {
    private static final List<Double> KEEPS = List.of(0.05, 0.1, 0.2, 0.4, 1.0);
    private static final List<Integer> LEVELS = List.of(1, 3, 7, 15, 255);
    private static final int CHARTED_LEVELS = 7;
    private static final int ZSTD_LEVEL = 19;
    private static final double MEGA = 1e6;

    private final List<TensorValues> tensors;
    private final boolean sharedMask;
    private final RandomStreams streams;
    private final ActivationCodec codec = new ActivationCodec();

    /**
     * One setting.
     *
     * @param zstdBytes of what the raw coder packs, all tensors together
     */
    record Point(double keep, int levels, Coder coder, CodecReport report, double zstdBytes) {
        private double ratioOf(double bytes) {
            return report.rawBytes() / bytes;
        }
    }

    /**
     * Takes what is to be measured.
     *
     * @param tensors at least one
     * @param sharedMask whether the receiver knows the positions
     * @param streams of the quantiser
     */
    CodecSweep(List<TensorValues> tensors, boolean sharedMask, RandomStreams streams) {
        this.tensors = List.copyOf(tensors);
        this.sharedMask = sharedMask;
        this.streams = streams;
    }

    /** Measures every setting. */
    List<Point> run() {
        List<Point> points = new ArrayList<>();
        for (double keep : KEEPS) {
            for (int levels : LEVELS) {
                double zstd = packedBytes(new Compression.Quantised(keep, levels, Coder.RAW));
                for (Coder coder : Coder.values()) {
                    CodecReport report = measure(new Compression.Quantised(keep, levels, coder));
                    points.add(new Point(keep, levels, coder, report, zstd));
                }
            }
        }
        return points;
    }

    private CodecReport measure(Compression compression) {
        List<CodecReport> reports = new ArrayList<>();
        for (TensorValues tensor : tensors) {
            reports.add(codec.analyse(
                    tensor.values(),
                    tensor.shape(),
                    compression,
                    sharedMask,
                    streams.stream(Purpose.QUANTISER, reports.size()),
                    Ticker.system()));
        }
        return CodecCommand.total(reports);
    }

    private double packedBytes(Compression.Quantised raw) {
        double bytes = 0;
        int index = 0;
        for (TensorValues tensor : tensors) {
            var random = streams.stream(Purpose.QUANTISER, index++);
            var own = codec.encode(tensor.values(), tensor.shape(), raw, random);
            byte[] frame = sharedMask
                    ? codec.encodeOnMask(tensor.values(), tensor.shape(), own.mask(), raw, random)
                            .frame()
                    : own.frame();
            bytes += Zstd.compress(frame, ZSTD_LEVEL).length;
        }
        return bytes;
    }

    /** Returns how far zstd alone compresses the tensors as they are. */
    double zstdRatio() {
        double raw = 0;
        double compressed = 0;
        for (TensorValues tensor : tensors) {
            ByteBuffer bytes =
                    ByteBuffer.allocate(Float.BYTES * tensor.values().length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(tensor.values());
            raw += bytes.capacity();
            compressed += Zstd.compress(bytes.array(), ZSTD_LEVEL).length;
        }
        return raw / compressed;
    }

    /** Returns the points as a table. */
    static Table table(List<Point> points) {
        List<List<Cell>> rows = new ArrayList<>();
        for (Point point : points) {
            CodecReport report = point.report();
            rows.add(List.of(
                    Cell.number(point.keep()),
                    Cell.number(point.levels()),
                    Cell.text(name(point.coder())),
                    Cell.number((double) report.encodedBytes()),
                    Cell.number(report.ratio()),
                    Cell.number(point.ratioOf(report.entropyBoundBytes())),
                    Cell.number(point.ratioOf(report.channelBoundBytes())),
                    Cell.number(point.ratioOf(point.zstdBytes())),
                    Cell.number(report.meanSquaredError()),
                    Cell.number(report.encodeBytesPerSecond() / MEGA),
                    Cell.number(report.decodeBytesPerSecond() / MEGA)));
        }
        List<String> columns = List.of(
                "kept fraction",
                "levels",
                "coder",
                "encoded (bytes)",
                "ratio",
                "ratio at the entropy of all elements",
                "ratio at the entropy per channel",
                "ratio of zstd on packed values",
                "mean squared error",
                "encode (MB/s)",
                "decode (MB/s)");
        return new Table("codec-sweep", "Codec sweep", columns, rows);
    }

    /** Returns the points in words. */
    static String text(List<Point> points, double zstdRatio) {
        StringBuilder text = new StringBuilder(String.format(
                "%6s %6s %-9s %9s %9s %9s %9s %11s %8s %8s%n",
                "keep", "levels", "coder", "ratio", "entropy", "channels", "zstd", "MSE", "enc MB/s", "dec MB/s"));
        for (Point point : points) {
            CodecReport report = point.report();
            text.append(String.format(
                    Locale.ROOT,
                    "%6.2f %6d %-9s %8.2fx %8.2fx %8.2fx %8.2fx %11.4g %8.0f %8.0f%n",
                    point.keep(),
                    point.levels(),
                    name(point.coder()),
                    report.ratio(),
                    point.ratioOf(report.entropyBoundBytes()),
                    point.ratioOf(report.channelBoundBytes()),
                    point.ratioOf(point.zstdBytes()),
                    report.meanSquaredError(),
                    report.encodeBytesPerSecond() / MEGA,
                    report.decodeBytesPerSecond() / MEGA));
        }
        text.append(String.format(
                Locale.ROOT,
                "entropy, channels: ratio at the empirical entropy of all elements, and per channel; zstd: -%d on the"
                        + " packed values, %.2fx on the tensor itself",
                ZSTD_LEVEL,
                zstdRatio));
        return text.toString();
    }

    /** Returns the points for machines. */
    static ObjectNode json(List<Point> points, double zstdRatio) {
        ObjectNode json = Json.object();
        Json.put(json, "zstdRatio", zstdRatio);
        ArrayNode rows = json.putArray("points");
        for (Point point : points) {
            ObjectNode row = rows.addObject();
            row.put("keep", point.keep()).put("levels", point.levels()).put("coder", name(point.coder()));
            row.put("encodedBytes", point.report().encodedBytes());
            Json.put(row, "ratio", point.report().ratio());
            Json.put(row, "entropyRatio", point.ratioOf(point.report().entropyBoundBytes()));
            Json.put(row, "channelEntropyRatio", point.ratioOf(point.report().channelBoundBytes()));
            Json.put(row, "zstdPackedRatio", point.ratioOf(point.zstdBytes()));
            Json.put(row, "meanSquaredError", point.report().meanSquaredError());
            Json.put(row, "encodeBytesPerSecond", point.report().encodeBytesPerSecond());
            Json.put(row, "decodeBytesPerSecond", point.report().decodeBytesPerSecond());
        }
        return json;
    }

    /**
     * Writes the table, and the charts of ratio and speed at seven levels.
     *
     * @param folder made when missing
     */
    static WrittenFiles write(List<Point> points, Path folder) throws IOException {
        Files.createDirectories(folder);
        Table table = table(points);
        Csv.write(folder.resolve(table.id() + ".csv"), table);
        List<Point> charted = points.stream()
                .filter(point -> point.levels() == CHARTED_LEVELS)
                .toList();
        List<LineChart.Line> ratios = lines(charted, "", point -> point.report().ratio());
        ratios.add(line(
                charted,
                Coder.RAW,
                "entropy of all elements",
                point -> point.ratioOf(point.report().entropyBoundBytes())));
        ratios.add(line(
                charted,
                Coder.RAW,
                "entropy per channel",
                point -> point.ratioOf(point.report().channelBoundBytes())));
        ratios.add(line(charted, Coder.RAW, "zstd on packed values", point -> point.ratioOf(point.zstdBytes())));
        List<LineChart.Line> speeds =
                lines(charted, " encode", point -> point.report().encodeBytesPerSecond() / MEGA);
        speeds.addAll(lines(charted, " decode", point -> point.report().decodeBytesPerSecond() / MEGA));
        Axis keep = Axis.of("kept fraction", "");
        List<Chart> charts = List.of(
                new LineChart(
                        "codec-ratio",
                        "Compression ratio at 7 levels",
                        "Raw bytes over encoded bytes, by kept fraction, of each coder, beside entropies and zstd.",
                        keep,
                        Axis.of("ratio", ""),
                        ratios),
                new LineChart(
                        "codec-speed",
                        "Speed at 7 levels",
                        "Raw megabytes per second of encoding and decoding on one core, by kept fraction.",
                        keep,
                        Axis.of("speed", "MB/s"),
                        speeds));
        return new Plots().write(folder, charts);
    }

    private static List<LineChart.Line> lines(List<Point> points, String suffix, ToDoubleFunction<Point> value) {
        List<LineChart.Line> lines = new ArrayList<>();
        for (Coder coder : Coder.values()) {
            lines.add(line(points, coder, name(coder) + suffix, value));
        }
        return lines;
    }

    private static LineChart.Line line(List<Point> points, Coder coder, String name, ToDoubleFunction<Point> value) {
        List<Point> own =
                points.stream().filter(point -> point.coder() == coder).toList();
        return LineChart.Line.joined(
                name,
                own.stream().mapToDouble(Point::keep).toArray(),
                own.stream().mapToDouble(value).toArray());
    }

    private static String name(Coder coder) {
        return coder.name().toLowerCase(Locale.ROOT);
    }
}
