package io.splittune.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.tensor.DType;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.testing.LeakChecked;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@LeakChecked
class CheckpointTest {
    @TempDir
    private Path folder;

    @Test
    void readsTimmsFolder() {
        try (Checkpoint checkpoint = Checkpoint.open(GoldenFiles.path("timm"))) {
            assertThat(checkpoint.config())
                    .isEqualTo(new VitConfig(
                            16,
                            4,
                            3,
                            24,
                            3,
                            3,
                            48,
                            5,
                            1e-6,
                            true,
                            List.of(0.485, 0.456, 0.406),
                            List.of(0.229, 0.224, 0.225),
                            List.of()));
            Map<String, FloatArray> raw = GoldenFiles.tensors(GoldenFiles.path("timm/model.safetensors"));
            assertThat(checkpoint.names()).containsExactlyInAnyOrderElementsOf(raw.keySet());
            raw.forEach((name, values) ->
                    assertThat(checkpoint.readFloats(name)).as(name).isEqualTo(values));
        }
    }

    @Test
    void readsHuggingFacesFolderWithItsEpsilonLabelsAndColours() {
        try (Checkpoint checkpoint = Checkpoint.open(GoldenFiles.path("hf"))) {
            VitConfig config = (VitConfig) checkpoint.config();
            assertThat(config.layerNormEps()).isEqualTo(1e-5);
            assertThat(config.heads()).isEqualTo(3);
            assertThat(config.labels()).containsExactly("kind 0", "kind 1", "kind 2", "kind 3", "kind 4");
            assertThat(config.mean()).containsExactly(0.1, 0.2, 0.3);
            assertThat(config.std()).containsExactly(0.4, 0.5, 0.6);
            Map<String, FloatArray> raw = GoldenFiles.tensors(GoldenFiles.path("hf/model.safetensors"));
            assertThat(checkpoint.readFloats("pos_embed")).isEqualTo(raw.get("vit.embeddings.position_embeddings"));
            assertThat(checkpoint.readFloats("blocks.2.mlp.fc2.weight"))
                    .isEqualTo(raw.get("vit.encoder.layer.2.output.dense.weight"));
            assertThat(checkpoint.readFloats("blocks.1.attn.proj.bias"))
                    .isEqualTo(raw.get("vit.encoder.layer.1.attention.output.dense.bias"));
            assertThat(checkpoint.readFloats("head.weight")).isEqualTo(raw.get("classifier.weight"));
        }
    }

    @Test
    void fusesQueriesKeysAndValuesInThisOrder() {
        Map<String, FloatArray> raw = GoldenFiles.tensors(GoldenFiles.path("hf/model.safetensors"));
        try (Checkpoint checkpoint = Checkpoint.open(GoldenFiles.path("hf"))) {
            FloatArray fused = checkpoint.readFloats("blocks.1.attn.qkv.weight");
            assertThat(fused.shape()).containsExactly(72, 24);
            List<String> parts = List.of("query", "key", "value");
            for (int part = 0; part < 3; part++) {
                FloatArray expected = raw.get("vit.encoder.layer.1.attention.attention." + parts.get(part) + ".weight");
                float[] slice = Arrays.copyOfRange(fused.toArray(), part * 24 * 24, (part + 1) * 24 * 24);
                assertThat(FloatArray.of(slice, 24, 24)).isEqualTo(expected);
            }
        }
    }

    @Test
    void readsShardsAsOneModel() {
        try (Checkpoint single = Checkpoint.open(GoldenFiles.path("hf"));
                Checkpoint sharded = Checkpoint.open(GoldenFiles.path("hf-sharded"))) {
            assertThat(sharded.config()).isEqualTo(single.config());
            assertThat(sharded.contentHash(HalfRange.whole(3))).isEqualTo(single.contentHash(HalfRange.whole(3)));
        }
    }

    @Test
    void readsNativeTensorsInEveryType() {
        for (String name : List.of("timm", "timm-bf16", "hf-f16")) {
            try (Checkpoint checkpoint = Checkpoint.open(GoldenFiles.path(name));
                    TensorScope scope = TensorScope.open("test")) {
                String qkv = "blocks.0.attn.qkv.weight";
                Tensor tensor = checkpoint.read(qkv, DType.FP32);
                assertThat(tensor.dtype()).isEqualTo(DType.FP32);
                assertThat(tensor.shape()).containsExactly(72, 24);
                assertThat(tensor.toFloats())
                        .isEqualTo(checkpoint.readFloats(qkv).toArray());
                assertThat(checkpoint.read(qkv, DType.BF16).dtype()).isEqualTo(DType.BF16);
                assertThat(scope.liveTensors()).isEqualTo(2);
            }
        }
    }

    @Test
    void readsPositionsForAnotherImageSize() {
        Map<String, FloatArray> golden = GoldenFiles.tensors(GoldenFiles.path("positions.safetensors"));
        try (Checkpoint checkpoint = Checkpoint.open(GoldenFiles.path("timm"));
                TensorScope scope = TensorScope.open("test")) {
            assertThat(checkpoint.readPositions(16)).isEqualTo(golden.get("side4"));
            Tensor larger = checkpoint.readPositions(32, DType.FP32);
            assertThat(larger.shape()).containsExactly(1, 65, 24);
            assertThat(larger.toFloats()[30])
                    .isEqualTo(checkpoint.readPositions(32).get(30));
            assertThat(scope.liveTensors()).isEqualTo(1);
            assertThatThrownBy(() -> checkpoint.readPositions(18))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("multiple of patchSize");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"timm", "hf", "hf-sharded", "hf-f16"})
    void aDeviceReadsTheBytesOfItsOwnHalfAndNoOther(String name) {
        try (Checkpoint checkpoint = Checkpoint.open(GoldenFiles.path(name))) {
            assertThat(checkpoint.bytesRead()).isZero();
            Map<String, long[]> own = checkpoint.config().tensorShapes(HalfRange.device(1));
            own.keySet().forEach(checkpoint::readFloats);
            long elements =
                    own.values().stream().mapToLong(FloatArray::elements).sum();
            assertThat(checkpoint.bytesRead()).isEqualTo(elements * (name.equals("hf-f16") ? 2 : 4));
            assertThat(checkpoint.bytesRead()).isLessThan(checkpoint.halfBytes(HalfRange.whole(3)) / 2);
        }
    }

    @Test
    void otherBytesOfTheFileDoNotMatterToAHalf() throws IOException {
        Path copy = GoldenFiles.copy("timm", folder);
        String before = hash(copy, HalfRange.device(2));
        GoldenFiles.editTensors(copy.resolve("model.safetensors"), tensors -> {
            tensors.put("blocks.2.mlp.fc1.bias", FloatArray.zeros(48));
        });
        assertThat(hash(copy, HalfRange.device(2))).isEqualTo(before);
        assertThat(hash(copy, HalfRange.device(3))).isNotEqualTo(hash(GoldenFiles.path("timm"), HalfRange.device(3)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"timm", "timm-bf16", "hf-sharded", "hf-f16"})
    void aHalfThatIsWrittenAndReadIsTheSameHalf(String name) throws IOException {
        HalfRange range = HalfRange.device(2);
        try (Checkpoint whole = Checkpoint.open(GoldenFiles.path(name))) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            whole.writeHalf(range, Channels.newChannel(out));
            assertThat((long) out.size()).isEqualTo(whole.halfBytes(range));
            Path file = Files.write(folder.resolve("half.safetensors"), out.toByteArray());
            try (Checkpoint half = Checkpoint.openHalf(file)) {
                assertThat(half.config()).isEqualTo(whole.config());
                assertThat(half.names())
                        .containsExactlyElementsOf(
                                whole.config().tensorShapes(range).keySet());
                assertThat(half.contentHash(range)).isEqualTo(whole.contentHash(range));
                for (String tensor : half.names()) {
                    assertThat(half.readFloats(tensor)).isEqualTo(whole.readFloats(tensor));
                    assertThat(half.type(tensor)).isEqualTo(whole.type(tensor));
                }
                assertThat(half.has("head.weight")).isFalse();
                assertThatThrownBy(() -> half.readFloats("head.weight"))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("no tensor head.weight");
            }
        }
    }

    @Test
    void writingAHalfGoesInSmallPieces() throws IOException {
        int[] largest = {0};
        WritableByteChannel sink = new WritableByteChannel() {
            @Override
            public int write(ByteBuffer bytes) {
                largest[0] = Math.max(largest[0], bytes.remaining());
                int some = Math.min(bytes.remaining(), 1000); // A channel may take less than it is offered.
                bytes.position(bytes.position() + some);
                return some;
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        };
        try (Checkpoint whole = Checkpoint.open(GoldenFiles.path("timm"))) {
            whole.writeHalf(HalfRange.whole(3), sink);
        }
        assertThat(largest[0]).isLessThanOrEqualTo(1 << 20);
    }

    private static String hash(Path folder, HalfRange range) {
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            return checkpoint.contentHash(range);
        }
    }
}
