/**
 * Data sets in files and made by rule, their preparation as batches, and their partition over devices. Plain Java
 * arrays only: no tensors.
 */
@NullMarked
package io.splittune.training.data;

import org.jspecify.annotations.NullMarked;
