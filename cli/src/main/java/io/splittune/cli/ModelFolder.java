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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds a checkpoint's folder; a built-in one is unpacked once into the user's cache. */
final class ModelFolder {
    private static final String BUILT_IN = "builtin:";
    private static final List<String> BUILT_IN_NAMES = List.of("vit-mini");
    private static final List<String> FILES = List.of("config.json", "model.safetensors");
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
        if (!BUILT_IN_NAMES.contains(name)) {
            throw new UserException("model.checkpoint: read '" + checkpoint + "', expected a folder or one of "
                    + String.join(
                            ", ", BUILT_IN_NAMES.stream().map(BUILT_IN::concat).toList()));
        }
        return unpack(name);
    }

    private static Path unpack(String name) throws IOException {
        MessageDigest digest = sha256();
        for (String file : FILES) {
            digest.update(resource(name, file));
        }
        String version = HexFormat.of().formatHex(digest.digest()).substring(0, NAME_DIGITS);
        Path folder = cache().resolve("models").resolve(name + "-" + version);
        for (String file : FILES) {
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
