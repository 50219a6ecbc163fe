package io.splittune.cli.scenario;

/** The training schemes that a scenario may name. */
public enum SchemeName {
    /** Split fine-tuning: devices in parallel, one adapter set per device on the server, averaged each round. */
    SFT,
    /** Split learning: one device after another. */
    SL,
    /** Split federated learning: devices in parallel, full precision. */
    SFL,
    /** Federated learning of the whole model. */
    FL,
    /** Federated learning of adapters. */
    FL_LORA,
    /** Every device alone. */
    LOCAL,
    /** All data in one place. */
    CENTRAL,
    /** CARD: cut and server clock per device. */
    CARD,
    /** SFLAM: the patch embedding on the device, quantised activations. */
    SFLAM
}
