package io.splittune.training;

import io.splittune.codec.AdapterCompression;
import io.splittune.core.Check;
import io.splittune.core.UserException;
import io.splittune.model.LoraConfig;
import io.splittune.model.Precision;
import io.splittune.transport.StepId;
import java.time.Duration;
import java.util.Optional;

/**
 * All that one training run depends on, besides its model, its data and its devices.
 *
 * @param scheme how devices and server share the work
 * @param rounds number of rounds T, positive
 * @param localEpochs passes over a device's data in a round, positive
 * @param batchSize samples per optimiser step, positive
 * @param microBatch samples per forward and backward pass, in [1, batchSize]
 * @param sampleCache how both ends remember a sample's last visit, where they do; for schemes that compress
 * @param recompute whether a device keeps only what enters each block, and computes the rest again in backward
 * @param optimizer update rule and rates
 * @param tuning what is trained: all weights only under {@link Scheme#SFLAM}, and under {@link Scheme#FL} whatever it says
 * @param lora which layers get adapters; not used where all weights are trained
 * @param adapters how what is trained travels between a device and the server
 * @param precision of the frozen weights and the computation; what is trained is kept in fp32
 * @param seed root of all random streams
 * @param deviceTimeout how long the server waits for a silent device before it ends the round without it
 */
public record TrainingConfig(
        Scheme scheme,
        int rounds,
        int localEpochs,
        int batchSize,
        int microBatch,
        Optional<SampleCacheConfig> sampleCache,
        boolean recompute,
        OptimizerConfig optimizer,
        Tuning tuning,
        LoraConfig lora,
        AdapterCompression adapters,
        Precision precision,
        long seed,
        Duration deviceTimeout) {

    /**
     * Validates.
     *
     * @throws UserException when the scheme cannot train all weights
     */
    public TrainingConfig {
        Check.positive(rounds, "rounds");
        Check.positive(localEpochs, "localEpochs");
        Check.positive(batchSize, "batchSize");
        Check.inRange(microBatch, 1, batchSize, "microBatch");
        Check.require(!deviceTimeout.isNegative() && !deviceTimeout.isZero(), "deviceTimeout must be > 0.");
        if (tuning == Tuning.FULL && scheme != Scheme.SFLAM && scheme != Scheme.FL) {
            throw new UserException("training.tuning: read full, but scheme " + scheme.key() + " trains adapters only;"
                    + " give lora, or one of the schemes sflam and fl");
        }
    }

    /**
     * Returns the learning rate of a step.
     *
     * @param step which; its rounds count from 1
     * @param batches optimiser steps of a local epoch at the device; 0 where that is not known, for the round's first rate
     */
    double learningRate(StepId step, long batches) {
        double steps = (double) localEpochs * Math.max(1, batches);
        double done = Math.min(steps - 1, (double) step.epoch() * batches + step.step());
        double start = step.round() - 1 + done / steps;
        double decayed = optimizer.learningRate() * Math.pow(optimizer.decayPerRound(), step.round() - 1);
        return decayed * optimizer.schedule().factor(start, start + 1 / steps, rounds);
    }

    /** Returns whether all weights are trained, rather than adapters. */
    public boolean trainsAllWeights() {
        return scheme == Scheme.FL || tuning == Tuning.FULL;
    }

    /** Returns whether the run keeps checkpoints that it can go on from: not of whole models. */
    public boolean resumes() {
        return scheme.resumes() && !trainsAllWeights();
    }

    /** Returns whether a device's optimiser goes on from its own last round, rather than anew or from another device. */
    boolean keepsOptimizers() {
        return !scheme.isSequential() && !trainsAllWeights();
    }
}
