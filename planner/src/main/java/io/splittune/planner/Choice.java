package io.splittune.planner;

/** A cut and a compression for one device. */
record Choice(int cut, CompressionOption compression) {}
