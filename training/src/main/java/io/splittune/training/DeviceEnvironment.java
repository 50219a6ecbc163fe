package io.splittune.training;

import io.splittune.transport.Blob;
import java.io.IOException;
import java.util.Optional;

/** What a device has of its own: data, perhaps weights, a folder. Used by one thread. */
public interface DeviceEnvironment {
    /**
     * Opens the device's data for the run that the server describes.
     *
     * @param configuration the server's, opaque to the session protocol
     * @param deviceIndex this device's number in the run, from 0
     * @throws io.splittune.core.UserException when the configuration and the device's data do not fit
     */
    DeviceTask prepare(byte[] configuration, int deviceIndex);

    /**
     * Finds weights that are already here.
     *
     * @param cut blocks whose weights the device is to hold
     * @param weightsHash SHA-256 of the device's half; empty when the server shares its model in process
     * @return the weights, unless there are none with that hash
     */
    Optional<HalfSource> ownWeights(int cut, String weightsHash);

    /**
     * Stores weights that the server sends, and opens them.
     *
     * @param weightsHash what they must hash to
     * @param weights readable once, before the next message
     * @throws IOException when the link breaks or the disk is full
     */
    HalfSource receivedWeights(String weightsHash, Blob weights) throws IOException;
}
