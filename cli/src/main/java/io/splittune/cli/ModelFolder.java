package io.splittune.cli;

import io.splittune.core.AtomicFiles;
import io.splittune.core.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds a checkpoint's folder; a built-in one is unpacked once into the user's cache. */
final class ModelFolder {
    private static final String BUILT_IN = "builtin:";
    private static final List<String> VISION_FILES = List.of("config.json", "model.safetensors");
    private static final List<String> LANGUAGE_FILES =
            List.of("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json");
    private static final Map<String, List<String>> BUILT_IN_FILES =
            new TreeMap<>(Map.of("vit-mini", VISION_FILES, "lm-mini", LANGUAGE_FILES));
    private static final int NAME_DIGITS = 16;

    private ModelFolder() {}

    /**
     * Returns the folder with {@code config.json} and the weights.
     *
     * @param checkpoint a folder, or {@code builtin:NAME}
     * @throws UserException for an unknown built-in name
     * @throws IOException when unpacking fails
     */
    static Path locate(String checkpoint) throws IOException {
        if (!checkpoint.startsWith(BUILT_IN)) {
            return Path.of(checkpoint);
        }
        String name = checkpoint.substring(BUILT_IN.length());
        List<String> files = BUILT_IN_FILES.getOrDefault(name, List.of());
        if (files.isEmpty()) {
            throw new UserException("model.checkpoint: read '" + checkpoint + "', expected a folder or one of "
                    + BUILT_IN_FILES.keySet().stream().map(BUILT_IN::concat).collect(Collectors.joining(", ")));
        }
        return unpack(name, files);
    }

    private static Path unpack(String name, List<String> files) throws IOException {
        MessageDigest digest = sha256();
        for (String file : files) {
            digest.update(resource(name, file));
        }
        String version = HexFormat.of().formatHex(digest.digest()).substring(0, NAME_DIGITS);
        Path folder = cache().resolve("models").resolve(name + "-" + version);
        for (String file : files) {
            byte[] content = resource(name, file);
            Path target = folder.resolve(file);
            if (!Files.exists(target) || Files.size(target) != content.length) {
                AtomicFiles.write(target, out -> out.write(content));
            }
        }
        return folder;
    }

    private static Path cache() {
        return Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                .filter(folder -> !folder.isEmpty())
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"))
                .resolve("splittune");
    }

    private static byte[] resource(String name, String file) throws IOException {
        try (@Nullable InputStream in = ModelFolder.class.getResourceAsStream("models/" + name + "/" + file)) {
            if (in == null) {
                throw new IllegalStateException("This build lacks " + name + "/" + file + ".");
            }
            return in.readAllBytes();
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256.", e);
        }
    }
}
