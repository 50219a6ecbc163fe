package io.splittune.training;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How devices and server share the training. All schemes start from the same adapter, see the same batches in the same
 * order, and are scored on the whole model after each round.
 */
public enum Scheme {
    /** Split fine-tuning, SFT Algorithm 1: parallel devices, one frozen server base, an adapter set per device, FedAvg. */
    SFT("sft"),
    /**
     * Split learning: one device after another. Both halves' adapters and their optimiser's state are handed from device
     * to device, nothing is averaged, and tensors cross the cut as fp32.
     */
    SL("sl"),
    /** Split federated learning: as {@link #SFT}, with fp32 across the cut. */
    SFL("sfl"),
    /** Federated learning: every device trains all weights of the whole model, FedAvg of all weights. */
    FL("fl"),
    /** Federated learning of adapters: every device trains the whole model's adapters, FedAvg of the adapters. */
    FL_LORA("fl-lora"),
    /** Every device alone with the whole model; nothing is sent and nothing averaged. */
    LOCAL("local"),
    /** All data in one place and the model unsplit: the reference that split training is held against. */
    CENTRAL("central"),
    /**
     * CARD: as {@link #SL}, one device after another with everything handed on, at a cut that may move from round to round
     * and with compression across it.
     */
    CARD("card"),
    /**
     * SFLAM: as {@link #SFT}, with the patch embedding alone on the device (cut 0), some of the devices in each round, and
     * adapters or all weights trained ({@link Tuning}).
     *
     * <p>The class token and the positions belong to the embedding and so to the device, which sends one token for each
     * patch and one for the class. The paper's own code adds both on the server and sends the patches' tokens alone: 49
     * instead of 50 for ViT-B/32 at 224 pixels.
     */
    SFLAM("sflam");

    private final String key;

    Scheme(String key) {
        this.key = key;
    }

    /** Returns the name used in scenario files. */
    public String key() {
        return key;
    }

    /** Returns whether the model is cut between devices and a server: what {@link TrainingServer} runs. */
    public boolean isSplit() {
        return this == SFT || this == SL || this == SFL || this == CARD || this == SFLAM;
    }

    /** Returns whether devices train whole models that are averaged: what {@link FederatedRun} runs. */
    public boolean isFederated() {
        return this == FL || this == FL_LORA;
    }

    /** Returns whether the device has the embedding and no block; otherwise both sides have at least one. */
    public boolean cutsAfterEmbedding() {
        return this == SFLAM;
    }

    /** Returns whether the devices of a round train one after another. */
    public boolean isSequential() {
        return this == SL || this == CARD;
    }

    /** Returns whether what crosses the cut is compressed as decided; otherwise it is fp32 whatever was decided. */
    public boolean compresses() {
        return this == SFT || this == CARD || this == SFLAM;
    }

    /** Returns whether a run that trains adapters keeps checkpoints that it can go on from. */
    public boolean resumes() {
        return this == SFT || this == SFL || this == SFLAM;
    }

    /**
     * Finds a scheme by its scenario name.
     *
     * @param key the name, in any case
     * @return the scheme
     * @throws IllegalArgumentException for an unknown name; the message lists the known ones
     */
    public static Scheme of(String key) {
        for (Scheme scheme : values()) {
            if (scheme.key.equals(key.toLowerCase(Locale.ROOT))) {
                return scheme;
            }
        }
        throw new IllegalArgumentException("scheme (" + key + ") must be one of "
                + Arrays.stream(values()).map(Scheme::key).collect(Collectors.joining(", ")) + ".");
    }
}
