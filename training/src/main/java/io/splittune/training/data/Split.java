package io.splittune.training.data;

/** Which part of a data set is meant. */
public enum Split {
    /** For fitting. */
    TRAIN,
    /** For evaluation. */
    TEST
}
