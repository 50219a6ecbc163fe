package io.splittune.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.core.UserException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** The files that {@code tools/golden/vit.py} made, copies of them to be damaged, and the check of user errors. */
final class GoldenFiles {
    private GoldenFiles() {}

    static Path path(String name) {
        return Path.of("src/test/resources/golden", name);
    }

    static Map<String, FloatArray> tensors(Path file) {
        try (SafetensorsFile open = SafetensorsFile.open(file)) {
            Map<String, FloatArray> tensors = new LinkedHashMap<>();
            open.names().stream()
                    .filter(name -> open.type(name).isWeight())
                    .forEach(name -> tensors.put(name, open.readFloats(name)));
            return tensors;
        }
    }

    /** Copies a golden folder into {@code parent}. */
    static Path copy(String name, Path parent) throws IOException {
        Path target = Files.createDirectories(parent.resolve(name));
        try (Stream<Path> files = Files.list(path(name))) {
            for (Path file : files.toList()) {
                Files.copy(file, target.resolve(file.getFileName()));
            }
        }
        return target;
    }

    /** Changes a JSON file in place. */
    static void edit(Path file, Consumer<ObjectNode> change) throws IOException {
        ObjectNode json = (ObjectNode) JsonFiles.read(file);
        change.accept(json);
        Files.writeString(file, JsonFiles.toText(json));
    }

    /** Rewrites the tensors of a file in place. */
    static void editTensors(Path file, Consumer<Map<String, FloatArray>> change) throws IOException {
        Map<String, FloatArray> tensors = tensors(file);
        change.accept(tensors);
        Files.write(file, file(tensors));
    }

    static byte[] file(Map<String, FloatArray> tensors) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SafetensorsWriter.writeFloats(Channels.newChannel(out), tensors, Map.of());
        return out.toByteArray();
    }

    /** A file of one's own header and as many zero bytes as wanted. */
    static byte[] file(String header, int payloadBytes) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + json.length + payloadBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .array();
    }

    /** Asserts that the call ends in a user's error of one line with all these parts. */
    static void assertUserError(ThrowingCallable call, String... parts) {
        Throwable thrown = catchThrowable(call);
        assertThat(thrown).isInstanceOf(UserException.class);
        String message = String.valueOf(thrown.getMessage());
        assertThat(message).doesNotContain("\n").hasSizeLessThan(700).contains(List.of(parts));
    }
}
