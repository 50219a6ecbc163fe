package io.splittune.cli.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.splittune.core.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Scenarios for tests. */
final class Scenarios {
    /** The least that can be trained. */
    static final String MINIMAL = "model: { checkpoint: 'builtin:vit-mini' }\ndata: { format: 'builtin:shapes' }\n";

    static final Path FOLDER = Path.of("/scenarios");

    private Scenarios() {}

    static String example() {
        try (InputStream in = Scenarios.class.getResourceAsStream("example.yaml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Scenario read(String text, String... overrides) {
        return ScenarioReader.readText(text, "scenario.yaml", FOLDER, List.of(overrides));
    }

    /** Returns the message with which a scenario is refused, and checks that it is one line. */
    static String refusal(String text, String... overrides) {
        UserException refused = catchThrowableOfType(UserException.class, () -> read(text, overrides));
        assertThat(refused).as(text + String.join(" ", overrides)).isNotNull();
        assertThat(refused.getMessage()).doesNotContain("\n").hasSizeLessThan(600);
        return refused.getMessage();
    }
}
