package io.splittune.transport;

/** Constants of the session protocol; the page {@code wire-format} describes it. */
public final class SessionProtocol {
    /** Raised whenever a device of the former version could misunderstand the server or the other way round. */
    public static final int VERSION = 2;

    /** The longest name, token, note or reason, in characters. */
    public static final int MAX_TEXT_CHARS = 4096;

    /** The most entries of a map or list of small values: capabilities, measures. */
    public static final int MAX_ENTRIES = 256;

    /** The most axes of a tensor. */
    public static final int MAX_AXES = 8;

    /** The most labels of one micro-batch. */
    public static final int MAX_LABELS = 65_536;

    /** The longest opaque description of the compression, in bytes. */
    public static final int MAX_COMPRESSION_BYTES = 65_536;

    private SessionProtocol() {}
}
