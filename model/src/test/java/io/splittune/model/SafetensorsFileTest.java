package io.splittune.model;

import static io.splittune.model.GoldenFiles.assertUserError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.core.UserException;
import io.splittune.testkit.Property;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsFileTest {
    @TempDir
    private Path folder;

    @Test
    void readsWhatSafetensorsItselfWrote() {
        try (SafetensorsFile file = SafetensorsFile.open(GoldenFiles.path("forward.safetensors"))) {
            assertThat(file.names()).contains("pixels", "labels", "timm.logits");
            assertThat(file.shape("pixels")).containsExactly(4, 3, 16, 16);
            assertThat(file.type("labels")).isEqualTo(SafetensorsType.I64);
            ByteBuffer labels = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
            file.read("labels", 0, labels);
            assertThat(List.of(labels.getLong(0), labels.getLong(8), labels.getLong(16), labels.getLong(24)))
                    .containsExactly(3L, 0L, 4L, 1L);
        }
    }

    @Test
    void aReadTouchesTheAskedBytesOnly() throws IOException {
        Path path = write(Map.of("a", FloatArray.of(new float[] {1, 2, 3}, 3)));
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertThat(file.bytesRead()).isZero();
            ByteBuffer one = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
            file.read("a", 4, one);
            assertThat(one.getFloat(0)).isEqualTo(2);
            assertThat(file.bytesRead()).isEqualTo(4);
            assertThatThrownBy(() -> file.read("a", 9, ByteBuffer.allocate(4)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Bytes 9 to 13 of a");
            assertThatThrownBy(() -> file.read("b", 0, ByteBuffer.allocate(1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no tensor b");
        }
    }

    @Test
    void aMissingFileIsNamed() {
        assertUserError(() -> SafetensorsFile.open(folder.resolve("no.safetensors")), "no.safetensors: there is no");
    }

    @Test
    void aFileCutAnywhereIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(GoldenFiles.path("lora-logits.safetensors"));
        for (int length = 0; length < whole.length; length++) {
            Path cut = Files.write(folder.resolve("cut.safetensors"), Arrays.copyOf(whole, length));
            assertUserError(() -> SafetensorsFile.open(cut), "cut.safetensors: ");
        }
    }

    @Test
    void aFileWithMoreBytesThanTensorsIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(GoldenFiles.path("lora-logits.safetensors"));
        Path longer = Files.write(folder.resolve("x"), Arrays.copyOf(whole, whole.length + 3));
        assertUserError(() -> SafetensorsFile.open(longer), "3 bytes follow the last tensor");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{",
                "{}}",
                "{\"a\":3}",
                "{\"a\":{}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[\"2\"],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":2,\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F33\",\"shape\":[2],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":7,\"shape\":[2],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"extra\":1}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,2],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904],\"data_offsets\":[0,0]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
                        + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
                        + "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}}",
                "{\"__metadata__\":{\"x\":1},\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}"
            })
    void aHostileHeaderIsRefused(String header) throws IOException {
        Path file = Files.write(folder.resolve("hostile"), GoldenFiles.file(header, 8));
        assertUserError(() -> SafetensorsFile.open(file), "hostile: ");
        assertUserError(() -> AdapterState.fromBytes(GoldenFiles.file(header, 8), "peer"), "peer: ");
    }

    @Test
    void theSameHeaderWithoutADefectIsRead() throws IOException {
        String header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}   ";
        assertThat(AdapterState.fromBytes(GoldenFiles.file(header, 8), "peer").get("a"))
                .isEqualTo(FloatArray.zeros(2));
    }

    @Test
    void anAbsurdHeaderLengthIsRefusedBeforeAnythingIsAllocated() throws IOException {
        for (long length : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 0, 1, 17 << 20, 100}) {
            ByteBuffer bytes = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
            Path file = Files.write(folder.resolve("x"), bytes.putLong(length).array());
            assertUserError(() -> SafetensorsFile.open(file), "declares a header of " + Long.toUnsignedString(length));
        }
    }

    @Test
    void hostileNamesDoNotBreakTheLine() throws IOException {
        String name = "a\\n\\u001b[31m" + "x".repeat(5000);
        Path file = Files.write(folder.resolve("x"), GoldenFiles.file("{\"" + name + "\":3}", 0));
        assertUserError(() -> SafetensorsFile.open(file), "damaged");
    }

    @Test
    void flippedBytesEndInAUserErrorOrInAReadableFile() throws IOException {
        Map<String, FloatArray> tensors = new LinkedHashMap<>();
        tensors.put("blocks.0.attn.qkv.lora_A", FloatArray.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
        tensors.put("empty", FloatArray.zeros(0, 4));
        tensors.put("number", FloatArray.of(new float[] {7}));
        byte[] whole = GoldenFiles.file(tensors);
        Property.forAll(3000, random -> {
            byte[] bytes = whole.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            readAll(bytes);
        });
    }

    @Test
    void randomJsonEndsInAUserErrorOrInAReadableFile() {
        String[] words = {
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"a\"",
            "\"dtype\"",
            "\"shape\"",
            "\"data_offsets\"",
            "\"F32\"",
            "0",
            "8",
            "2",
            "-1",
            "9223372036854775807",
            "null",
            "true",
            "1e9",
            "\"__metadata__\"",
            "\\",
            "\u0000"
        };
        Property.forAll(3000, random -> {
            StringBuilder header = new StringBuilder("{\"a\":{");
            for (int i = random.nextInt(20); i >= 0; i--) {
                header.append(words[random.nextInt(words.length)]);
            }
            readAll(GoldenFiles.file(header.toString(), random.nextInt(3) * 4));
        });
    }

    @Test
    void randomShapesAndTypesSurviveWritingAndReading() {
        Property.forAll(200, random -> {
            Map<String, FloatArray> tensors = new LinkedHashMap<>();
            for (int i = random.nextInt(5); i >= 0; i--) {
                tensors.put("tensor \"" + i + "\" \u00e9\u4e2d", randomArray(random));
            }
            AdapterState state = new AdapterState(tensors);
            AdapterState back = AdapterState.fromBytes(state.toBytes(), "round trip");
            assertThat(back).isEqualTo(state);
            assertThat(back.tensors().keySet()).containsExactlyElementsOf(tensors.keySet());
            assertThat(back.toBytes()).isEqualTo(state.toBytes());
        });
    }

    @Test
    void anAdapterOfAnotherTypeIsRefused() {
        String header = "{\"a\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]}}";
        assertUserError(
                () -> AdapterState.fromBytes(GoldenFiles.file(header, 4), "device d1"), "device d1: a is F16", "F32");
    }

    private static FloatArray randomArray(RandomGenerator random) {
        long[] shape = new long[random.nextInt(4)];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = random.nextInt(4);
        }
        float[] values = new float[Math.toIntExact(FloatArray.elements(shape))];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(random.nextInt() & 0xFF7FFFFF); // Any but NaN and infinity.
        }
        return FloatArray.of(values, shape);
    }

    private static void readAll(byte[] bytes) {
        try {
            AdapterState.fromBytes(bytes, "fuzz");
        } catch (UserException e) {
            assertThat(e.getMessage()).startsWith("fuzz: ").doesNotContain("\n").hasSizeLessThan(1000);
        }
    }

    private Path write(Map<String, FloatArray> tensors) throws IOException {
        return Files.write(folder.resolve("some.safetensors"), GoldenFiles.file(tensors));
    }
}
