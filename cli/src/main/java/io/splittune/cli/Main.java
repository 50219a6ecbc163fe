package io.splittune.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** Entry point of the {@code splittune} command: the only place that ends the process. */
public final class Main {
    private Main() {}

    /**
     * Runs a command and ends the process with 0 for success, 2 for a user's mistake, 1 for anything else.
     *
     * @param arguments the command line
     */
    public static void main(String[] arguments) {
        // Text may name files and classes in any language, whatever the locale says.
        PrintWriter out = new PrintWriter(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        int exitCode = CommandRunner.run(arguments, out, err);
        out.flush();
        err.flush();
        System.exit(exitCode);
    }

    /** Ends the process at once, without cleaning up: nobody is left who would wait for it. */
    static void abandon() {
        Runtime.getRuntime().halt(CommandRunner.FAILURE);
    }
}
