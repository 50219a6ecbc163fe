package io.splittune.training;

import io.splittune.codec.Compression;
import io.splittune.codec.FloatFormat;

/**
 * What one device did in one round.
 *
 * @param id the device's name
 * @param cut blocks on the device; 0 when the scheme does not split
 * @param compression of the activations
 * @param loss mean training loss over the round's samples; NaN when it trained nothing or was dropped
 * @param samples the device's data set size, its weight in the average; 0 when it has no part in it
 * @param participated whether the round counted on the device; otherwise it was idle, as decided
 * @param dropped whether the round counted on the device and ended without it
 * @param steps mini-batches, which is optimiser steps, over all local epochs
 * @param traffic between this device and the server, also of a device that was dropped
 * @param delaySeconds wall time from the device's start in the round to its last message
 * @param computeSeconds time that the device spent in forward, backward and update
 * @param serverSeconds time that the server spent on this device's activations
 * @param residentBytes the device process's peak resident memory; 0 when not known
 */
public record DeviceRound(
        String id,
        int cut,
        Compression compression,
        double loss,
        long samples,
        boolean participated,
        boolean dropped,
        long steps,
        Traffic traffic,
        double delaySeconds,
        double computeSeconds,
        double serverSeconds,
        long residentBytes) {
    private static final Compression UNCOMPRESSED = new Compression.None(FloatFormat.FP32);

    /** Returns the entry of a learner that has the whole model. */
    static DeviceRound unsplit(String id, double loss, long samples, long steps, Traffic traffic, double seconds) {
        return new DeviceRound(id, 0, UNCOMPRESSED, loss, samples, true, false, steps, traffic, seconds, seconds, 0, 0);
    }

    /** Returns the entry of a learner with the whole model that was to stay idle. */
    static DeviceRound unsplitIdle(String id) {
        return without(id, 0, UNCOMPRESSED, false);
    }

    /** Returns the entry of a device that was to stay idle. */
    static DeviceRound idle(String id, DeviceDecision decision) {
        return without(id, decision.cut(), decision.compression().activations(), false);
    }

    /** Returns the entry of a device that was counted on, but not connected when its turn came. */
    static DeviceRound absent(String id, DeviceDecision decision) {
        return without(id, decision.cut(), decision.compression().activations(), true);
    }

    private static DeviceRound without(String id, int cut, Compression compression, boolean dropped) {
        return new DeviceRound(id, cut, compression, Double.NaN, 0, dropped, dropped, 0, Traffic.NONE, 0, 0, 0, 0);
    }
}
