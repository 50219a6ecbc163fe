package io.splittune.simulation.report;

/** This machine cannot draw: a Java without its desktop libraries, or no fonts. */
final class PicturesUnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    PicturesUnavailableException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
