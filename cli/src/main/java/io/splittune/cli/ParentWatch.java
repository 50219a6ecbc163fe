package io.splittune.cli;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Ends this process when its parent does: the parent holds the other end of standard input, and the system closes it
 * however the parent dies.
 */
final class ParentWatch {
    private ParentWatch() {}

    static void start() {
        Thread watch = new Thread(ParentWatch::untilEnd, "splittune-parent-watch");
        watch.setDaemon(true);
        watch.start();
    }

    private static void untilEnd() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream()); // what a parent writes means nothing
        } catch (IOException e) {
            // As good as the end.
        }
        Main.abandon();
    }
}
