package io.splittune.training;

import io.splittune.training.data.BatchSource;

/** Opens the test set for one pass. */
@FunctionalInterface
public interface TestSet {
    /** Returns the batches from the beginning; the caller closes them. */
    BatchSource open();
}
