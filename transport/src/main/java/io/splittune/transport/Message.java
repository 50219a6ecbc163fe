package io.splittune.transport;

import io.splittune.core.Check;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One message of the session protocol: shapes and bytes, never tensors.
 *
 * <p>Arrays are taken and handed out without a copy, since they are large; whoever holds a message must not change
 * them. Two messages are equal when their arrays have equal content. All messages are checked when they are made, by
 * the sender and again by the receiver, and {@link IllegalArgumentException} names the value that is out of range.
 *
 * <p>A session: the device sends {@link Hello}; the server answers {@link Welcome} (or {@link Rejected}); the device
 * answers {@link WeightsRequest} and, if it asked for them, gets {@link Weights}. Then, per round: {@link RoundStart},
 * any number of {@link Activation} and {@link Gradient} (where gradients are clipped, with a {@link GradientNorm} each way
 * at the end of a batch), {@link AdapterUpload}, {@link RoundResult}. {@link Goodbye}
 * ends the session from either side.
 */
public sealed interface Message {
    /** Returns the kind, for statistics and switches. */
    MessageKind kind();

    /** Returns the bytes of its payload (frame, adapter, configuration or blob), 0 when it has none. */
    default long payloadBytes() {
        return 0;
    }

    /**
     * Device to server, first message: who is there.
     *
     * @param protocolVersion {@link SessionProtocol#VERSION} of the device, positive
     * @param deviceId 1 to 64 characters out of letters, digits, dot, underscore and hyphen; with TLS the common name
     *     of the certificate
     * @param token shared secret, empty when none is used
     * @param sampleCount samples the device holds for training, not negative
     * @param capabilities what the device can do and has, by name; copied, in order of name
     */
    record Hello(int protocolVersion, String deviceId, String token, long sampleCount, Map<String, String> capabilities)
            implements Message {
        /** Checks the ranges and copies the capabilities. */
        public Hello {
            Check.positive(protocolVersion, "protocolVersion");
            Admission.checkDeviceId(deviceId);
            checkText(token, "token");
            Check.notNegative(sampleCount, "sampleCount");
            Check.inRange(capabilities.size(), 0, SessionProtocol.MAX_ENTRIES, "number of capabilities");
            capabilities = Collections.unmodifiableSortedMap(new TreeMap<>(capabilities));
            capabilities.forEach((name, value) -> {
                checkText(name, "name of a capability");
                checkText(value, "capability " + name);
            });
        }

        @Override
        public MessageKind kind() {
            return MessageKind.HELLO;
        }

        /** Everything but the token, which belongs in no log. */
        @Override
        public String toString() {
            return "Hello[version " + protocolVersion + ", " + deviceId + ", " + sampleCount + " samples, "
                    + capabilities + "]";
        }
    }

    /**
     * Server to device: it is in.
     *
     * @param deviceIndex the device's number in the run, from 0
     * @param configuration what to train and how; opaque here (JSON)
     * @param weightsHash hash of the device's half of the checkpoint, to see whether it has them already
     * @param weightsBytes bytes of {@link Weights} if they are asked for, not negative
     */
    @SuppressWarnings("ArrayRecordComponent") // No copy of a payload; equals and hashCode go by content.
    record Welcome(int deviceIndex, byte[] configuration, String weightsHash, long weightsBytes) implements Message {
        /** Checks the ranges. */
        public Welcome {
            Check.notNegative(deviceIndex, "deviceIndex");
            checkText(weightsHash, "weightsHash");
            Check.notNegative(weightsBytes, "weightsBytes");
        }

        @Override
        public MessageKind kind() {
            return MessageKind.WELCOME;
        }

        @Override
        public long payloadBytes() {
            return configuration.length;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Welcome that && Arrays.deepEquals(parts(), that.parts());
        }

        @Override
        public int hashCode() {
            return Arrays.deepHashCode(parts());
        }

        private Object[] parts() {
            return new Object[] {deviceIndex, configuration, weightsHash, weightsBytes};
        }
    }

    /**
     * Device to server: whether to send the weights, and how much data there is for the task, which the device knows now.
     *
     * @param send false when the device has weights of the hash in {@link Welcome}
     * @param samples how many it will train on, the weight in averages over all devices; 0 when it does not say
     */
    record WeightsRequest(boolean send, long samples) implements Message {
        /** Checks the range. */
        public WeightsRequest {
            Check.notNegative(samples, "samples");
        }

        @Override
        public MessageKind kind() {
            return MessageKind.WEIGHTS_REQUEST;
        }
    }

    /**
     * Server to device: the frozen weights of the device's half.
     *
     * @param content any number of bytes, streamed
     */
    record Weights(Blob content) implements Message {
        @Override
        public MessageKind kind() {
            return MessageKind.WEIGHTS;
        }

        @Override
        public long payloadBytes() {
            return content.bytes();
        }
    }

    /**
     * Server to device: a round begins.
     *
     * @param round number of the round, from 0
     * @param cut blocks on the device, not negative
     * @param compression how tensors cross the cut; opaque here (JSON), at most 64 KiB
     * @param adapter the device half's averaged adapter; opaque here
     * @param participate false when the device only takes the adapter and waits for the next round
     */
    @SuppressWarnings("ArrayRecordComponent") // No copy of a payload; equals and hashCode go by content.
    record RoundStart(int round, int cut, byte[] compression, byte[] adapter, boolean participate) implements Message {
        /** Checks the ranges. */
        public RoundStart {
            Check.notNegative(round, "round");
            Check.notNegative(cut, "cut");
            Check.inRange(compression.length, 0, SessionProtocol.MAX_COMPRESSION_BYTES, "bytes of compression");
        }

        @Override
        public MessageKind kind() {
            return MessageKind.ROUND_START;
        }

        @Override
        public long payloadBytes() {
            return adapter.length;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof RoundStart that && Arrays.deepEquals(parts(), that.parts());
        }

        @Override
        public int hashCode() {
            return Arrays.deepHashCode(parts());
        }

        private Object[] parts() {
            return new Object[] {round, cut, compression, adapter, participate};
        }
    }

    /**
     * Device to server: what left the device's half, with its labels.
     *
     * @param step which micro-batch
     * @param frame the encoded activation
     * @param shape of the decoded activation, such as (B, T, H): 1 to 8 positive sizes
     * @param labels classes or token ids of the samples, any values, at most 65536
     * @param endOfBatch whether the optimiser steps after this micro-batch
     * @param visits of samples that are remembered; without any where none are
     */
    @SuppressWarnings("ArrayRecordComponent") // No copy of a payload; equals and hashCode go by content.
    record Activation(StepId step, byte[] frame, int[] shape, int[] labels, boolean endOfBatch, Visits visits)
            implements Message {
        /** Makes an activation of samples that are not remembered. */
        public Activation(StepId step, byte[] frame, int[] shape, int[] labels, boolean endOfBatch) {
            this(step, frame, shape, labels, endOfBatch, Visits.NONE);
        }

        /** Checks the ranges. */
        public Activation {
            Check.inRange(shape.length, 1, SessionProtocol.MAX_AXES, "number of axes");
            for (int size : shape) {
                Check.positive(size, "size of an axis");
            }
            Check.inRange(labels.length, 0, SessionProtocol.MAX_LABELS, "number of labels");
        }

        @Override
        public MessageKind kind() {
            return MessageKind.ACTIVATION;
        }

        @Override
        public long payloadBytes() {
            return frame.length;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Activation that && Arrays.deepEquals(parts(), that.parts());
        }

        @Override
        public int hashCode() {
            return Arrays.deepHashCode(parts());
        }

        private Object[] parts() {
            return new Object[] {step, frame, shape, labels, endOfBatch, visits};
        }
    }

    /**
     * A sample in an activation.
     *
     * @param sample its number in the device's data set, not negative
     * @param refers whether the frame has the difference to its last visit rather than its activation
     */
    record Visit(int sample, boolean refers) {
        /** Checks the range. */
        public Visit {
            Check.notNegative(sample, "sample");
        }
    }

    /**
     * The samples of an activation where both ends remember their last visits.
     *
     * @param samples one for each of the first axis; none where nothing is remembered; at most 65536
     * @param checksum of the last visits that are referred to
     */
    record Visits(List<Visit> samples, int checksum) {
        /** Nothing is remembered. */
        public static final Visits NONE = new Visits(List.of(), 0);

        /** Copies the list and checks its length. */
        public Visits {
            Check.inRange(samples.size(), 0, SessionProtocol.MAX_LABELS, "number of visits");
            samples = List.copyOf(samples);
        }
    }

    /**
     * Server to device: the gradient of the loss by the activation of the same step.
     *
     * @param step which micro-batch
     * @param frame the encoded gradient, of the activation's shape
     * @param loss mean loss of the micro-batch; not finite when training diverged
     * @param correct samples of the micro-batch whose class was found, not negative
     */
    @SuppressWarnings("ArrayRecordComponent") // No copy of a payload; equals and hashCode go by content.
    record Gradient(StepId step, byte[] frame, double loss, int correct) implements Message {
        /** Checks the range. */
        public Gradient {
            Check.notNegative(correct, "correct");
        }

        @Override
        public MessageKind kind() {
            return MessageKind.GRADIENT;
        }

        @Override
        public long payloadBytes() {
            return frame.length;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Gradient that && Arrays.deepEquals(parts(), that.parts());
        }

        @Override
        public int hashCode() {
            return Arrays.deepHashCode(parts());
        }

        private Object[] parts() {
            return new Object[] {step, frame, loss, correct};
        }
    }

    /**
     * Either side, at the end of a batch whose gradient is clipped by its norm over both halves: the sender's share of it.
     *
     * @param step the batch's last micro-batch
     * @param squared squared 2-norm of the batch's mean gradient of what the sender trains; not finite when training
     *     diverged, never negative
     */
    record GradientNorm(StepId step, double squared) implements Message {
        /** Checks the range. */
        public GradientNorm {
            Check.require(!(squared < 0), "squared (%s) must not be negative.", squared);
        }

        @Override
        public MessageKind kind() {
            return MessageKind.GRADIENT_NORM;
        }
    }

    /**
     * Device to server: its adapter after the round's local epochs.
     *
     * @param round number of the round
     * @param adapter the device half's adapter; opaque here
     * @param samples how many samples it was trained on, the weight in the average, not negative
     * @param report what the device measured
     */
    @SuppressWarnings("ArrayRecordComponent") // No copy of a payload; equals and hashCode go by content.
    record AdapterUpload(int round, byte[] adapter, long samples, DeviceReport report) implements Message {
        /** Checks the ranges. */
        public AdapterUpload {
            Check.notNegative(round, "round");
            Check.notNegative(samples, "samples");
        }

        @Override
        public MessageKind kind() {
            return MessageKind.ADAPTER_UPLOAD;
        }

        @Override
        public long payloadBytes() {
            return adapter.length;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof AdapterUpload that && Arrays.deepEquals(parts(), that.parts());
        }

        @Override
        public int hashCode() {
            return Arrays.deepHashCode(parts());
        }

        private Object[] parts() {
            return new Object[] {round, adapter, samples, report};
        }
    }

    /**
     * Server to device: how the round went, over all devices.
     *
     * @param round number of the round
     * @param loss mean training loss; NaN when unknown
     * @param accuracy on the test set, in [0, 1]; NaN when not evaluated
     * @param note anything a person at the device should read, empty when nothing
     */
    record RoundResult(int round, double loss, double accuracy, String note) implements Message {
        /** Checks the ranges. */
        public RoundResult {
            Check.notNegative(round, "round");
            checkText(note, "note");
        }

        @Override
        public MessageKind kind() {
            return MessageKind.ROUND_RESULT;
        }
    }

    /**
     * Either side: the session ends here, as planned or not.
     *
     * @param reason for a person to read
     */
    record Goodbye(String reason) implements Message {
        /** Checks the length. */
        public Goodbye {
            checkText(reason, "reason");
        }

        @Override
        public MessageKind kind() {
            return MessageKind.GOODBYE;
        }
    }

    /**
     * Server to device: it is not in.
     *
     * @param cause REFUSED, VERSION, AUTHENTICATION or PROTOCOL
     * @param reason for a person to read
     */
    record Rejected(TransportException.Kind cause, String reason) implements Message {
        /** Checks cause and length. */
        public Rejected {
            switch (cause) {
                case REFUSED, VERSION, AUTHENTICATION, PROTOCOL -> {}
                default -> throw new IllegalArgumentException("cause (" + cause + ") is not one for turning away.");
            }
            checkText(reason, "reason");
        }

        /** The server does not want the device, for the given reason. */
        public Rejected(String reason) {
            this(TransportException.Kind.REFUSED, reason);
        }

        @Override
        public MessageKind kind() {
            return MessageKind.REJECTED;
        }
    }

    private static void checkText(String text, String name) {
        Check.inRange(text.length(), 0, SessionProtocol.MAX_TEXT_CHARS, "characters of " + name);
    }
}
