package io.splittune.model;

import io.splittune.core.UserException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Loads the native library of Hugging Face's tokenizers from the jar that brings it, once a process.
 *
 * <p>DJL's own loader is not used: it looks for graphics cards, downloads other builds, and its tokenizer class asks a
 * cloud's metadata address who it runs for.
 */
final class TokenizerNatives {
    private static final String PREFIX = "splittune-tokenizers-";
    private static final List<String> WINDOWS =
            List.of("libwinpthread-1.dll", "libgcc_s_seh-1.dll", "libstdc++-6.dll", "tokenizers.dll");

    private TokenizerNatives() {}

    private static final class Loaded {
        static {
            load();
        }

        private Loaded() {}

        static void touch() {
            // Its being called has run the initialiser.
        }
    }

    /**
     * Makes the native functions available.
     *
     * @throws UserException when there is no build for this platform, or it cannot be unpacked or loaded
     */
    static void require() {
        try {
            Loaded.touch();
        } catch (ExceptionInInitializerError e) {
            if (e.getCause() instanceof UserException cause) {
                throw cause;
            }
            throw e;
        } catch (NoClassDefFoundError e) {
            throw new UserException("tokenizer: its native library could not be loaded, see the first message.", e);
        }
    }

    private static void load() {
        String platform = platform(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
        boolean windows = platform.startsWith("win");
        List<String> libraries = windows ? WINDOWS : List.of(System.mapLibraryName("tokenizers"));
        try {
            Path folder = Files.createTempDirectory(PREFIX);
            try {
                for (String library : libraries) {
                    System.load(unpack(platform, library, folder).toString());
                }
            } finally {
                remove(folder, libraries);
            }
        } catch (FileNotFoundException e) {
            throw new UserException(
                    "tokenizer: Hugging Face's tokenizers have no build for " + platform
                            + "; run on 64-bit Linux, Windows on x86-64, or macOS on Apple silicon.",
                    e);
        } catch (IOException | UnsatisfiedLinkError e) {
            throw new UserException(
                    "tokenizer: the native library cannot be loaded from " + System.getProperty("java.io.tmpdir") + " ("
                            + String.valueOf(e.getMessage()).replaceAll("\\R.*", "")
                            + "); choose another folder with -Djava.io.tmpdir=FOLDER.",
                    e);
        }
    }

    /** Returns the jar's name of a platform. */
    static String platform(String system, String machine) {
        String name = system.toLowerCase(Locale.ROOT);
        String os = name.startsWith("windows") ? "win" : name.startsWith("mac") ? "osx" : "linux";
        String arch = machine.equals("amd64") || machine.equals("x86_64") ? "x86_64" : machine;
        return os + "-" + arch;
    }

    private static Path unpack(String platform, String library, Path folder) throws IOException {
        String resource = "/native/lib/" + platform + "/cpu/" + library;
        try (InputStream in = TokenizerNatives.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new FileNotFoundException(resource);
            }
            Path file = folder.resolve(library);
            Files.copy(in, file);
            return file;
        }
    }

    /** A loaded library needs its file no more, except on Windows, where the file stays until the process has ended. */
    private static void remove(Path folder, List<String> libraries) {
        try {
            for (String library : libraries) {
                Files.deleteIfExists(folder.resolve(library));
            }
            Files.delete(folder);
        } catch (IOException e) {
            folder.toFile().deleteOnExit();
            libraries.forEach(library -> folder.resolve(library).toFile().deleteOnExit());
        }
    }
}
