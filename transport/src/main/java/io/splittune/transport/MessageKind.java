package io.splittune.transport;

/** The kinds of {@link Message}, for statistics and for exhaustive switches. */
public enum MessageKind {
    /** {@link Message.Hello}. */
    HELLO,
    /** {@link Message.Welcome}. */
    WELCOME,
    /** {@link Message.WeightsRequest}. */
    WEIGHTS_REQUEST,
    /** {@link Message.Weights}. */
    WEIGHTS,
    /** {@link Message.RoundStart}. */
    ROUND_START,
    /** {@link Message.Activation}. */
    ACTIVATION,
    /** {@link Message.Gradient}. */
    GRADIENT,
    /** {@link Message.GradientNorm}. */
    GRADIENT_NORM,
    /** {@link Message.AdapterUpload}. */
    ADAPTER_UPLOAD,
    /** {@link Message.RoundResult}. */
    ROUND_RESULT,
    /** {@link Message.Goodbye}. */
    GOODBYE,
    /** {@link Message.Rejected}. */
    REJECTED
}
