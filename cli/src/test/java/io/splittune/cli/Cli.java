package io.splittune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * A command line run in this process.
 *
 * @param exitCode what the process would have ended with
 * @param out standard output
 * @param err standard error
 */
record Cli(int exitCode, String out, String err) {
    static Cli run(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] words = new String[arguments.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = arguments[i].toString();
        }
        int exitCode = CommandRunner.run(words, new PrintWriter(out), new PrintWriter(err, true));
        return new Cli(exitCode, out.toString(), err.toString());
    }

    /** Checks that the command succeeded with one JSON value on standard output, and returns it. */
    JsonNode json() {
        assertThat(exitCode).as(err).isZero();
        JsonNode json = Json.parse(out);
        assertThat(json.isContainerNode()).isTrue();
        return json;
    }

    /** Checks that the command was refused in one line as the user's mistake, and returns the line. */
    String mistake() {
        assertThat(exitCode).as(out + err).isEqualTo(2);
        assertThat(out).isEmpty();
        assertThat(err.strip()).doesNotContain("\n");
        return err.strip();
    }
}
