package io.splittune.wireless;

/** How it is settled whether something stands between a device and the base station. */
public enum LineOfSight {
    /** By the model's probability, once per device. */
    DRAWN,
    /** Nothing does. */
    ALWAYS,
    /** Something does. */
    NEVER
}
