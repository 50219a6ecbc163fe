package io.splittune.cli.scenario;

import io.splittune.core.UserException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads scenario files strictly: an unknown key, a wrong type or a value out of range is refused before anything starts,
 * in one line with the key's path, what was read and what is allowed.
 */
public final class ScenarioReader {
    private static final long SIZE_LIMIT_BYTES = 1 << 20;

    private ScenarioReader() {}

    /**
     * Reads a file.
     *
     * @param file YAML; relative paths in it start at its folder
     * @param overrides {@code path=value} each, applied in order
     * @return the scenario with all defaults
     * @throws UserException when the file cannot be read or anything in it is not allowed
     */
    public static Scenario read(Path file, List<String> overrides) {
        Path folder = file.toAbsolutePath().normalize().getParent();
        return readText(
                text(file),
                file.toString(),
                folder == null ? file.toAbsolutePath().getRoot() : folder,
                overrides);
    }

    /**
     * Reads a scenario's text.
     *
     * @param text YAML
     * @param source what messages call it
     * @param folder where relative paths start
     * @param overrides {@code path=value} each, applied in order
     * @return the scenario with all defaults
     * @throws UserException when anything in it is not allowed
     */
    public static Scenario readText(String text, String source, Path folder, List<String> overrides) {
        Yaml root = YamlParser.parseFile(text, source);
        if (root instanceof Yaml.Mapping) {
            for (String override : overrides) {
                root = Overrides.apply(root, override);
            }
        }
        Scenario scenario = new Binder(folder).record(Scenario.class, root, "");
        new CrossChecks(root).check(scenario);
        return scenario;
    }

    private static String text(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw new UserException(file + ": a folder, expected a scenario file (YAML)");
            }
            if (Files.size(file) > SIZE_LIMIT_BYTES) {
                throw new UserException(file + ": larger than 1 MiB, which no scenario is");
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new UserException(file + ": no such file; expected a scenario (YAML)", e);
        } catch (CharacterCodingException e) {
            throw new UserException(file + ": not text in UTF-8; expected a scenario (YAML)", e);
        } catch (IOException e) {
            throw new UserException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }
}
