package io.splittune.training;

import io.splittune.codec.Compression;
import io.splittune.codec.FloatFormat;

/**
 * What one device did in one round.
 *
 * @param id the device's name
 * @param cut blocks on the device; 0 when the scheme does not split
 * @param compression of the activations
 * @param loss mean training loss over the round's samples; NaN when dropped
 * @param samples the device's data set size, its weight in the average
 * @param dropped whether the round ended without the device
 * @param delaySeconds wall time from the round's start to the device's last message
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
        boolean dropped,
        double delaySeconds,
        double computeSeconds,
        double serverSeconds,
        long residentBytes) {
    /** Returns the entry of a learner that has the whole model; its own model needs no compression. */
    static DeviceRound unsplit(String id, double loss, long samples, double seconds) {
        Compression none = new Compression.None(FloatFormat.FP32);
        return new DeviceRound(id, 0, none, loss, samples, false, seconds, seconds, 0, 0);
    }

    /** Returns the entry of a device that was not connected when the round began. */
    static DeviceRound absent(String id, int cut, Compression compression) {
        return new DeviceRound(id, cut, compression, Double.NaN, 0, true, 0, 0, 0, 0);
    }
}
