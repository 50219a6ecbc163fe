package io.splittune.training;

import java.util.Locale;

/** How devices and server share the training. */
public enum Scheme {
    /** Split fine-tuning, SFT Algorithm 1: parallel devices, one frozen server base, an adapter set per device, FedAvg. */
    SFT("sft"),
    /** Every device alone with the whole model; nothing is sent and nothing averaged. */
    LOCAL("local"),
    /** All data in one place and the model unsplit: the reference that split training is held against. */
    CENTRAL("central");

    private final String key;

    Scheme(String key) {
        this.key = key;
    }

    /** Returns the name used in scenario files. */
    public String key() {
        return key;
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
        throw new IllegalArgumentException("scheme (" + key + ") must be one of sft, local, central.");
    }
}
