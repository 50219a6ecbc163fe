/** Vision transformers, LoRA, cutting, optimisers, checkpoints, PEFT adapters. */
@NullMarked
package io.splittune.model;

import org.jspecify.annotations.NullMarked;
