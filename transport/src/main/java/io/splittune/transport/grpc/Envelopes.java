package io.splittune.transport.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.splittune.core.Check;
import io.splittune.transport.Blob;
import io.splittune.transport.DeviceReport;
import io.splittune.transport.Message;
import io.splittune.transport.MessageKind;
import io.splittune.transport.StepId;
import io.splittune.transport.TransportException;
import io.splittune.transport.TransportException.Kind;
import io.splittune.transport.proto.Activation;
import io.splittune.transport.proto.AdapterUpload;
import io.splittune.transport.proto.Envelope;
import io.splittune.transport.proto.Goodbye;
import io.splittune.transport.proto.Gradient;
import io.splittune.transport.proto.GradientNorm;
import io.splittune.transport.proto.Hello;
import io.splittune.transport.proto.Rejected;
import io.splittune.transport.proto.RoundResult;
import io.splittune.transport.proto.RoundStart;
import io.splittune.transport.proto.Weights;
import io.splittune.transport.proto.WeightsRequest;
import io.splittune.transport.proto.Welcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Messages to and from protobuf; the payload travels beside them. */
final class Envelopes {
    private Envelopes() {}

    /** Returns the kind of message an envelope begins; PROTOCOL when it begins none. */
    static MessageKind kind(Envelope envelope) throws TransportException {
        return switch (envelope.getContentCase()) {
            case HELLO -> MessageKind.HELLO;
            case WELCOME -> MessageKind.WELCOME;
            case WEIGHTS_REQUEST -> MessageKind.WEIGHTS_REQUEST;
            case WEIGHTS -> MessageKind.WEIGHTS;
            case ROUND_START -> MessageKind.ROUND_START;
            case ACTIVATION -> MessageKind.ACTIVATION;
            case GRADIENT -> MessageKind.GRADIENT;
            case GRADIENT_NORM -> MessageKind.GRADIENT_NORM;
            case ADAPTER_UPLOAD -> MessageKind.ADAPTER_UPLOAD;
            case ROUND_RESULT -> MessageKind.ROUND_RESULT;
            case GOODBYE -> MessageKind.GOODBYE;
            case REJECTED -> MessageKind.REJECTED;
            case GREETING -> throw new TransportException(Kind.PROTOCOL, "a greeting came in the middle of a session.");
            case CHUNK -> throw new TransportException(Kind.PROTOCOL, "a chunk came that belongs to no message.");
            case CONTENT_NOT_SET -> throw new TransportException(Kind.PROTOCOL, "a message of an unknown kind came.");
        };
    }

    /** Returns the payload that is held in memory; empty for messages without one and for blobs. */
    static byte[] payload(Message message) {
        if (message instanceof Message.Welcome welcome) {
            return welcome.configuration();
        } else if (message instanceof Message.RoundStart start) {
            return start.adapter();
        } else if (message instanceof Message.Activation activation) {
            return activation.frame();
        } else if (message instanceof Message.Gradient gradient) {
            return gradient.frame();
        } else if (message instanceof Message.AdapterUpload upload) {
            return upload.adapter();
        }
        return new byte[0];
    }

    /** Returns the envelope of a message, still without its payload. */
    static Envelope.Builder header(Message message) {
        Envelope.Builder envelope = Envelope.newBuilder();
        return switch (message.kind()) {
            case HELLO -> envelope.setHello(hello((Message.Hello) message));
            case WELCOME -> envelope.setWelcome(welcome((Message.Welcome) message));
            case WEIGHTS_REQUEST -> envelope.setWeightsRequest(weightsRequest((Message.WeightsRequest) message));
            case WEIGHTS -> envelope.setWeights(Weights.getDefaultInstance());
            case ROUND_START -> envelope.setRoundStart(roundStart((Message.RoundStart) message));
            case ACTIVATION -> envelope.setActivation(activation((Message.Activation) message));
            case GRADIENT -> envelope.setGradient(gradient((Message.Gradient) message));
            case GRADIENT_NORM -> envelope.setGradientNorm(gradientNorm((Message.GradientNorm) message));
            case ADAPTER_UPLOAD -> envelope.setAdapterUpload(adapterUpload((Message.AdapterUpload) message));
            case ROUND_RESULT -> envelope.setRoundResult(roundResult((Message.RoundResult) message));
            case GOODBYE -> envelope.setGoodbye(Goodbye.newBuilder().setReason(((Message.Goodbye) message).reason()));
            case REJECTED -> envelope.setRejected(rejected((Message.Rejected) message));
        };
    }

    /**
     * Rebuilds a message.
     *
     * @throws IllegalArgumentException when a value is out of its range
     */
    static Message message(MessageKind kind, Envelope envelope, byte[] payload) {
        return switch (kind) {
            case HELLO -> {
                Hello hello = envelope.getHello();
                yield new Message.Hello(
                        hello.getProtocolVersion(),
                        hello.getDeviceId(),
                        hello.getToken(),
                        hello.getSampleCount(),
                        hello.getCapabilitiesMap());
            }
            case WELCOME -> {
                Welcome welcome = envelope.getWelcome();
                yield new Message.Welcome(
                        welcome.getDeviceIndex(), payload, welcome.getWeightsHash(), welcome.getWeightsBytes());
            }
            case WEIGHTS_REQUEST ->
                new Message.WeightsRequest(
                        envelope.getWeightsRequest().getSend(),
                        envelope.getWeightsRequest().getSamples());
            case WEIGHTS -> new Message.Weights(Blob.ofBytes(payload));
            case ROUND_START -> {
                RoundStart start = envelope.getRoundStart();
                yield new Message.RoundStart(
                        start.getRound(),
                        start.getCut(),
                        start.getCompression().toByteArray(),
                        payload,
                        start.getParticipate());
            }
            case ACTIVATION -> {
                Activation activation = envelope.getActivation();
                yield new Message.Activation(
                        step(activation.getStep()),
                        payload,
                        ints(activation.getShapeList()),
                        ints(activation.getLabelsList()),
                        activation.getEndOfBatch(),
                        visits(activation));
            }
            case GRADIENT -> {
                Gradient gradient = envelope.getGradient();
                yield new Message.Gradient(
                        step(gradient.getStep()), payload, gradient.getLoss(), gradient.getCorrect());
            }
            case GRADIENT_NORM ->
                new Message.GradientNorm(
                        step(envelope.getGradientNorm().getStep()),
                        envelope.getGradientNorm().getSquared());
            case ADAPTER_UPLOAD -> {
                AdapterUpload upload = envelope.getAdapterUpload();
                yield new Message.AdapterUpload(
                        upload.getRound(), payload, upload.getSamples(), report(upload.getReport()));
            }
            case ROUND_RESULT -> {
                RoundResult result = envelope.getRoundResult();
                yield new Message.RoundResult(
                        result.getRound(), result.getLoss(), result.getAccuracy(), result.getNote());
            }
            case GOODBYE -> new Message.Goodbye(envelope.getGoodbye().getReason());
            case REJECTED -> {
                Rejected rejected = envelope.getRejected();
                yield new Message.Rejected(cause(rejected.getCause()), rejected.getReason());
            }
        };
    }

    /** Wraps a part of an array that will not change; no copy. */
    static ByteString wrap(byte[] bytes, int offset, int count) {
        return UnsafeByteOperations.unsafeWrap(bytes, offset, count);
    }

    private static Hello hello(Message.Hello hello) {
        return Hello.newBuilder()
                .setProtocolVersion(hello.protocolVersion())
                .setDeviceId(hello.deviceId())
                .setToken(hello.token())
                .setSampleCount(hello.sampleCount())
                .putAllCapabilities(hello.capabilities())
                .build();
    }

    private static Welcome welcome(Message.Welcome welcome) {
        return Welcome.newBuilder()
                .setDeviceIndex(welcome.deviceIndex())
                .setWeightsHash(welcome.weightsHash())
                .setWeightsBytes(welcome.weightsBytes())
                .build();
    }

    private static RoundStart roundStart(Message.RoundStart start) {
        return RoundStart.newBuilder()
                .setRound(start.round())
                .setCut(start.cut())
                .setCompression(ByteString.copyFrom(start.compression()))
                .setParticipate(start.participate())
                .build();
    }

    private static Activation activation(Message.Activation activation) {
        return Activation.newBuilder()
                .setStep(step(activation.step()))
                .addAllShape(Arrays.stream(activation.shape()).boxed().toList())
                .addAllLabels(Arrays.stream(activation.labels()).boxed().toList())
                .setEndOfBatch(activation.endOfBatch())
                .addAllSamples(activation.visits().samples().stream()
                        .map(Message.Visit::sample)
                        .toList())
                .addAllRefers(activation.visits().samples().stream()
                        .map(Message.Visit::refers)
                        .toList())
                .setChecksum(activation.visits().checksum())
                .build();
    }

    private static Message.Visits visits(Activation activation) {
        int count = activation.getSamplesCount();
        Check.require(
                count == activation.getRefersCount(),
                "%s samples and %s references of an activation do not go together.",
                count,
                activation.getRefersCount());
        List<Message.Visit> visits = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            visits.add(new Message.Visit(activation.getSamples(i), activation.getRefers(i)));
        }
        return new Message.Visits(visits, activation.getChecksum());
    }

    private static Gradient gradient(Message.Gradient gradient) {
        return Gradient.newBuilder()
                .setStep(step(gradient.step()))
                .setLoss(gradient.loss())
                .setCorrect(gradient.correct())
                .build();
    }

    private static GradientNorm gradientNorm(Message.GradientNorm norm) {
        return GradientNorm.newBuilder()
                .setStep(step(norm.step()))
                .setSquared(norm.squared())
                .build();
    }

    private static WeightsRequest weightsRequest(Message.WeightsRequest request) {
        return WeightsRequest.newBuilder()
                .setSend(request.send())
                .setSamples(request.samples())
                .build();
    }

    private static AdapterUpload adapterUpload(Message.AdapterUpload upload) {
        DeviceReport report = upload.report();
        return AdapterUpload.newBuilder()
                .setRound(upload.round())
                .setSamples(upload.samples())
                .setReport(io.splittune.transport.proto.DeviceReport.newBuilder()
                        .setComputeSeconds(report.computeSeconds())
                        .setWaitSeconds(report.waitSeconds())
                        .setResidentBytes(report.residentBytes())
                        .putAllMeasures(report.measures()))
                .build();
    }

    private static DeviceReport report(io.splittune.transport.proto.DeviceReport report) {
        return new DeviceReport(
                report.getComputeSeconds(),
                report.getWaitSeconds(),
                report.getResidentBytes(),
                report.getMeasuresMap());
    }

    private static RoundResult roundResult(Message.RoundResult result) {
        return RoundResult.newBuilder()
                .setRound(result.round())
                .setLoss(result.loss())
                .setAccuracy(result.accuracy())
                .setNote(result.note())
                .build();
    }

    private static Rejected rejected(Message.Rejected rejected) {
        Rejected.Cause cause = switch (rejected.cause()) {
            case VERSION -> Rejected.Cause.VERSION;
            case AUTHENTICATION -> Rejected.Cause.AUTHENTICATION;
            case PROTOCOL -> Rejected.Cause.PROTOCOL;
            default -> Rejected.Cause.REFUSED;
        };
        return Rejected.newBuilder()
                .setCause(cause)
                .setReason(rejected.reason())
                .build();
    }

    private static Kind cause(Rejected.Cause cause) {
        return switch (cause) {
            case VERSION -> Kind.VERSION;
            case AUTHENTICATION -> Kind.AUTHENTICATION;
            case PROTOCOL -> Kind.PROTOCOL;
            case REFUSED, UNRECOGNIZED -> Kind.REFUSED;
        };
    }

    private static io.splittune.transport.proto.StepId step(StepId step) {
        return io.splittune.transport.proto.StepId.newBuilder()
                .setRound(step.round())
                .setEpoch(step.epoch())
                .setStep(step.step())
                .setMicroBatch(step.microBatch())
                .build();
    }

    private static StepId step(io.splittune.transport.proto.StepId step) {
        return new StepId(step.getRound(), step.getEpoch(), step.getStep(), step.getMicroBatch());
    }

    private static int[] ints(List<Integer> values) {
        return values.stream().mapToInt(Integer::intValue).toArray();
    }
}
