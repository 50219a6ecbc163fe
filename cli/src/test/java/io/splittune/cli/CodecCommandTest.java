package io.splittune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.splittune.model.AdapterState;
import io.splittune.model.FloatArray;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodecCommandTest {
    @TempDir
    private Path folder;

    private Path npy(String type, String shape, byte[] values) throws Exception {
        String header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + shape + "), }";
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
        out.write(ByteBuffer.allocate(2)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) header.length())
                .array());
        out.write(header.getBytes(StandardCharsets.US_ASCII));
        out.write(values);
        return Files.write(folder.resolve("tensor.npy"), out.toByteArray());
    }

    private static byte[] floats(ByteOrder order, float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length).order(order);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return bytes.array();
    }

    private static Cli codec(Path file, Object... more) {
        Object[] all = Arrays.copyOf(new Object[] {"codec", file, "--keep", 0.5, "--levels", 7}, 6 + more.length);
        System.arraycopy(more, 0, all, 6, more.length);
        return Cli.run(all);
    }

    @Test
    void jsonHasTheKeysOfTheContract() throws Exception {
        Path file = npy("<f4", "2, 3", floats(ByteOrder.LITTLE_ENDIAN, 1, -2, 3, 4, 0.5f, 6));
        JsonNode json = codec(file, "--coder", "golomb", "--json").json();
        assertThat(json.fieldNames())
                .toIterable()
                .contains(
                        "elements",
                        "rawBytes",
                        "encodedBytes",
                        "ratio",
                        "entropyBoundBytes",
                        "keep",
                        "levels",
                        "coder",
                        "meanSquaredError",
                        "maxAbsoluteError",
                        "encodeBytesPerSecond",
                        "decodeBytesPerSecond");
        assertThat(json.path("elements").asInt()).isEqualTo(6);
        assertThat(json.path("rawBytes").asInt()).isEqualTo(24);
        assertThat(json.path("coder").asText()).isEqualTo("golomb");
        // A shared mask saves the positions.
        int shared = codec(file, "--coder", "golomb", "--shared-mask", "--json")
                .json()
                .path("encodedBytes")
                .asInt();
        assertThat(json.path("encodedBytes").asInt()).isGreaterThan(0);
        assertThat(shared).isGreaterThan(0);
    }

    @Test
    void bothByteOrdersAndHalfPrecisionAreRead() throws Exception {
        float[] values = {1, -2, 3.5f};
        assertThat(NpyFile.read(npy("<f4", "3,", floats(ByteOrder.LITTLE_ENDIAN, values)))
                        .values())
                .containsExactly(values);
        assertThat(NpyFile.read(npy(">f4", "3,", floats(ByteOrder.BIG_ENDIAN, values)))
                        .values())
                .containsExactly(values);
        assertThat(NpyFile.read(npy("<f2", "2,", new byte[] {0, 0x3C, 0, (byte) 0xC0}))
                        .values())
                .containsExactly(1, -2);
    }

    @Test
    void anyRankBecomesAtMostEightDimensions() throws Exception {
        assertThat(NpyFile.read(npy("<f4", "", floats(ByteOrder.LITTLE_ENDIAN, 7)))
                        .shape())
                .containsExactly(1);
        byte[] eight = floats(ByteOrder.LITTLE_ENDIAN, 1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(NpyFile.read(npy("<f4", "2, 2, 1, 1, 1, 1, 1, 1, 1, 2", eight))
                        .shape())
                .containsExactly(4, 1, 1, 1, 1, 1, 1, 2);
    }

    @Test
    void filesThatAreNotWhatTheySayAreRefused() throws Exception {
        byte[] three = floats(ByteOrder.LITTLE_ENDIAN, 1, 2, 3);
        assertThat(codec(npy("<f8", "3", three)).mistake()).contains("holds '<f8', expected float32");
        assertThat(codec(npy("<f4", "4", three)).mistake())
                .contains("holds 12 bytes of values where its shape needs 16");
        assertThat(codec(npy("<f4", "2", three)).mistake())
                .contains("holds 12 bytes of values where its shape needs 8");
        assertThat(codec(npy("<f4", "99999999999", three)).mistake()).contains("a size of '99999999999'");
        assertThat(codec(npy("<f4", "9999999999", three)).mistake()).contains("no or more than");
        assertThat(codec(npy("<f4", "65536, 65536, 65536, 65536", three)).mistake())
                .contains("no or more than");
        assertThat(codec(npy("<f4", "0", new byte[0])).mistake()).contains("no or more than");
        assertThat(codec(npy("|O", "3", three)).mistake()).contains("holds '|O'");
        float nan = Float.NaN;
        assertThat(codec(npy("<f4", "2", floats(ByteOrder.LITTLE_ENDIAN, 1, nan)))
                        .mistake())
                .contains("NaN");
        assertThat(codec(folder.resolve("none.npy")).mistake()).contains("no such file");
        assertThat(codec(folder.resolve("none.bin")).mistake()).contains("expected a .npy or .safetensors file");
        assertThat(codec(folder.resolve("none.npy"), "--tensor", "a").mistake()).contains("--tensor: does not go with");
        assertThat(codec(folder.resolve("none.npy"), "--keep", "x").mistake()).contains("--keep");
    }

    @Test
    void everyTruncationIsRefused() throws Exception {
        byte[] whole = Files.readAllBytes(npy("<f4", "3,", floats(ByteOrder.LITTLE_ENDIAN, 1, 2, 3)));
        Path cut = folder.resolve("cut.npy");
        for (int length = 0; length < whole.length; length++) {
            Files.write(cut, Arrays.copyOf(whole, length));
            assertThat(codec(cut).mistake()).contains("cut.npy: ");
        }
    }

    @Test
    void safetensorsAreMeasuredOneByOneAndTogether() throws Exception {
        Map<String, FloatArray> tensors = new LinkedHashMap<>();
        tensors.put("a", FloatArray.of(new float[] {1, 2, 3, 4}, 2, 2));
        tensors.put("b", FloatArray.of(new float[] {5, -6}, 2));
        Path file = Files.write(folder.resolve("t.safetensors"), new AdapterState(tensors).toBytes());
        JsonNode both = codec(file, "--json").json();
        assertThat(both.path("elements").asInt()).isEqualTo(6);
        assertThat(both.path("tensors").findValuesAsText("name")).containsExactly("a", "b");
        assertThat(codec(file, "--tensor", "b", "--json")
                        .json()
                        .path("elements")
                        .asInt())
                .isEqualTo(2);
        assertThat(codec(file, "--tensor", "c").mistake()).contains("--tensor: read 'c', expected one of a, b");
    }

    @Test
    void everyHalfFloatIsConvertedExactly() {
        for (int bits = 0; bits <= 0xFFFF; bits++) {
            int exponent = (bits >> 10) & 0x1F;
            int fraction = bits & 0x3FF;
            double magnitude = exponent == 0
                    ? fraction * Math.pow(2, -24)
                    : exponent == 31
                            ? (fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN)
                            : (1 + fraction / 1024.0) * Math.pow(2, exponent - 15);
            double expected = (bits & 0x8000) == 0 ? magnitude : -magnitude;
            float converted = HalfFloats.toFloat((short) bits);
            assertThat(Double.compare(converted, expected)).isZero();
            if (!Double.isNaN(expected)) {
                assertThat(Float.floatToRawIntBits(converted) >>> 31).isEqualTo(bits >>> 15);
            }
        }
    }

    @Test
    void aSweepGoesOverSettingsAndWritesTableAndCharts() throws Exception {
        float[] values = new float[4 * 6 * 8];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(i * i) * (1 + i % 8);
        }
        Path file = npy("<f4", "4, 6, 8", floats(ByteOrder.LITTLE_ENDIAN, values));
        Path out = folder.resolve("sweep");
        JsonNode json =
                Cli.run("codec", file, "--sweep", "--out", out, "--json").json();
        assertThat(json.path("points")).hasSize(5 * 5 * 3);
        assertThat(json.path("zstdRatio").asDouble()).isGreaterThan(0.5);
        for (JsonNode point : json.path("points")) {
            assertThat(point.path("ratio").asDouble()).isGreaterThan(0.5);
            assertThat(point.path("channelEntropyRatio").asDouble())
                    .isGreaterThanOrEqualTo(point.path("entropyRatio").asDouble());
        }
        assertThat(Files.readAllLines(out.resolve("codec-sweep.csv"))).hasSize(1 + 5 * 5 * 3);
        assertThat(out.resolve("codec-ratio.csv")).exists();
        assertThat(out.resolve("codec-speed.csv")).exists();
    }

    @Test
    void settingsAndASweepExcludeOneAnother() throws Exception {
        Path file = npy("<f4", "2", floats(ByteOrder.LITTLE_ENDIAN, 1, 2));
        assertThat(Cli.run("codec", file, "--sweep", "--keep", 0.5).err())
                .contains("--sweep: goes over kept fractions");
        assertThat(Cli.run("codec", file, "--levels", 7).err()).contains("--keep: missing; give both, or --sweep");
        assertThat(Cli.run("codec", file, "--keep", 0.5, "--levels", 7, "--out", folder)
                        .err())
                .contains("--out: only goes with --sweep");
    }
}
