package io.splittune.simulation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.splittune.core.AtomicFiles;
import io.splittune.core.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A {@link CalibrationTable} as a JSON file: the record's names are the keys, every key must be there and no other.
 * Thread-safe.
 */
public final class CalibrationFile {
    /** A grid of ten thousand points has about 2 MB. */
    private static final int MAX_BYTES = 4 << 20;

    private static final String BUNDLED = "calibration.json";

    /** What the parser adds for programmers: names of classes and of its own switches. */
    private static final String LIBRARY_TALK =
            "(; `Deserialization|: (en|dis)able | \\((class|but|set|for|disable|start marker) ).*";

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            // Else the text "NaN" would be a number.
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    private CalibrationFile() {}

    /**
     * Returns the table that ships with the project: measured on its built-in model.
     *
     * @throws UserException when this build ships none
     */
    public static CalibrationTable bundled() {
        try (InputStream in = CalibrationFile.class.getResourceAsStream(BUNDLED)) {
            if (in == null) {
                throw new UserException(
                        "This build has no calibration of its own; make one with 'splittune calibrate'.");
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), "the built-in calibration");
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /**
     * Reads a file.
     *
     * @throws UserException in one line with file, place and reason if it is missing, too long or no calibration
     */
    public static CalibrationTable read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new UserException(file + ": has " + Files.size(file) + " bytes, at most " + MAX_BYTES
                        + " are read; is it the right file?");
            }
            return parse(Files.readString(file), file.toString());
        } catch (NoSuchFileException missing) {
            throw new UserException(file + ": there is no such file; 'splittune calibrate' makes one.", missing);
        } catch (IOException failed) {
            throw new UserException(file + ": cannot be read (" + failed.getMessage() + ").", failed);
        }
    }

    /**
     * Writes a file, whole or not at all.
     *
     * @throws IOException when writing fails
     */
    public static void write(Path file, CalibrationTable table) throws IOException {
        AtomicFiles.writeString(file, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(table) + "\n");
    }

    static CalibrationTable parse(String text, String place) {
        try {
            CalibrationTable table = MAPPER.readValue(text, CalibrationTable.class);
            return Objects.requireNonNull(table, "JSON null");
        } catch (JsonProcessingException | NullPointerException wrong) {
            throw new UserException(place + ": is no calibration: " + reason(wrong), wrong);
        }
    }

    /** Returns the innermost reason on one line, and where it is. */
    private static String reason(Exception wrong) {
        Throwable cause = wrong;
        if (wrong.getCause() instanceof IllegalArgumentException refused) {
            cause = refused;
        }
        String message = cause instanceof JsonProcessingException json ? json.getOriginalMessage() : cause.getMessage();
        String line = String.valueOf(message).replaceAll("\\R.*", "").replaceAll(LIBRARY_TALK, "");
        if (wrong instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
            return line + " (at " + path(mapping) + ")";
        }
        return line;
    }

    private static String path(JsonMappingException mapping) {
        return mapping.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : "." + step.getFieldName())
                .collect(Collectors.joining())
                .replaceFirst("^\\.", "");
    }
}
