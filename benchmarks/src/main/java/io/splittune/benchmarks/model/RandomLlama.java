package io.splittune.benchmarks.model;

import io.splittune.model.HalfRange;
import io.splittune.model.LlamaConfig;
import io.splittune.model.Rope;
import io.splittune.tensor.DType;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.Tensors;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Writes a checkpoint folder of LLaMA-3.2-1B's shape with random weights in bf16 (2.5 GB), for measurements without the
 * real one. A few MiB at a time are in memory.
 *
 * <p>Arguments: the folder, and maybe the number of blocks (16) and of words (128256).
 */
public final class RandomLlama {
    private static final int CHUNK = 1 << 20;

    private RandomLlama() {}

    /**
     * Writes the folder.
     *
     * @param arguments folder, blocks, words
     * @throws IOException when writing fails
     */
    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        int depth = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 16;
        int words = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 128_256;
        Rope rope = new Rope(500_000, Rope.Scaling.LLAMA3, 32, 1, 4, 8192);
        LlamaConfig config = new LlamaConfig(
                words,
                131_072,
                2048,
                depth,
                32,
                8,
                64,
                8192,
                1e-5,
                rope,
                false,
                false,
                false,
                true,
                0,
                List.of(),
                1,
                List.of(2));
        Map<String, long[]> shapes = config.tensorShapes(HalfRange.whole(depth));
        try (OutputStream out = Files.newOutputStream(folder.resolve("model.safetensors"))) {
            out.write(header(shapes));
            long seed = 0;
            for (Map.Entry<String, long[]> tensor : shapes.entrySet()) {
                write(out, tensor.getKey(), elements(tensor.getValue()), seed++);
            }
        }
        Files.writeString(folder.resolve("config.json"), configFile(config));
    }

    private static byte[] header(Map<String, long[]> shapes) {
        StringJoiner entries = new StringJoiner(",", "{", "}");
        long offset = 0;
        for (Map.Entry<String, long[]> tensor : shapes.entrySet()) {
            long end = offset + 2 * elements(tensor.getValue());
            entries.add("\"%s\":{\"dtype\":\"BF16\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                    .formatted(tensor.getKey(), Arrays.toString(tensor.getValue()), offset, end));
            offset = end;
        }
        byte[] text = entries.toString().getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(8 + text.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text)
                .array();
    }

    @SuppressWarnings("try")
    private static void write(OutputStream out, String name, long elements, long seed) throws IOException {
        for (long done = 0; done < elements; done += CHUNK) {
            long count = Math.min(CHUNK, elements - done);
            try (TensorScope scope = TensorScope.open("random")) {
                Tensor values = name.contains("norm")
                        ? Tensors.ones(DType.FP32, count)
                        : Tensors.normal(seed << 20 | done / CHUNK, count).mul(0.02);
                out.write(values.to(DType.BF16).toBytes());
            }
        }
    }

    private static long elements(long... shape) {
        return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }

    private static String configFile(LlamaConfig config) {
        return String.format(
                Locale.ROOT,
                """
                {"model_type": "llama", "hidden_size": %d, "intermediate_size": %d, "num_hidden_layers": %d,
                 "num_attention_heads": %d, "num_key_value_heads": %d, "head_dim": %d, "vocab_size": %d,
                 "max_position_embeddings": %d, "rms_norm_eps": 1e-5, "hidden_act": "silu",
                 "rope_theta": 500000.0, "rope_scaling": {"rope_type": "llama3", "factor": 32.0, "low_freq_factor": 1.0,
                 "high_freq_factor": 4.0, "original_max_position_embeddings": 8192},
                 "tie_word_embeddings": true, "bos_token_id": 1, "eos_token_id": 2, "torch_dtype": "bfloat16"}
                """,
                config.width(),
                config.mlpWidth(),
                config.depth(),
                config.heads(),
                config.keyValueHeads(),
                config.headWidth(),
                config.vocabulary(),
                config.tokens());
    }
}
