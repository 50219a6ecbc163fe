package io.splittune.cli;

import com.google.protobuf.CodedOutputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Writes scalars as TensorBoard reads them: a TFRecord file of {@code Event} messages. Each record is its length
 * (64-bit), the masked CRC32C of the length, the message, the masked CRC32C of the message, all little-endian.
 *
 * <p>Field numbers are those of TensorFlow's {@code event.proto} and {@code summary.proto}. Not thread-safe.
 */
final class TensorBoardEvents implements AutoCloseable {
    // Event
    private static final int WALL_TIME = 1;
    private static final int STEP = 2;
    private static final int FILE_VERSION = 3;
    private static final int SUMMARY = 5;
    // Summary, Summary.Value
    private static final int VALUE = 1;
    private static final int TAG = 1;
    private static final int SIMPLE_VALUE = 2;

    // TFRecord: a rotation and a constant keep the checksum of data that itself holds checksums from being trivial.
    private static final int MASK_DELTA = 0xA282EAD8;
    private static final double NANOS_PER_SECOND = 1e9;

    private final OutputStream out;
    private final InstantSource clock;

    private TensorBoardEvents(OutputStream out, InstantSource clock) {
        this.out = out;
        this.clock = clock;
    }

    /**
     * Starts a new events file in a folder.
     *
     * @param folder must exist
     * @param clock for the names and times of events
     */
    static TensorBoardEvents create(Path folder, InstantSource clock) throws IOException {
        String name = "events.out.tfevents." + clock.instant().getEpochSecond() + "." + hostName() + "."
                + ProcessHandle.current().pid();
        OutputStream file = Files.newOutputStream(
                folder.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
        TensorBoardEvents events = new TensorBoardEvents(new BufferedOutputStream(file), clock);
        events.record(events.message(event -> event.writeString(FILE_VERSION, "brain.Event:2")));
        return events;
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9.-]", "-");
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /**
     * Writes the scalars of one step and flushes them.
     *
     * @param step the round
     * @param scalars tag to value
     */
    void scalars(long step, Map<String, Double> scalars) throws IOException {
        byte[] summary = bytes(summaryOut -> {
            for (Map.Entry<String, Double> scalar : scalars.entrySet()) {
                summaryOut.writeByteArray(VALUE, bytes(value -> {
                    value.writeString(TAG, scalar.getKey());
                    value.writeFloat(SIMPLE_VALUE, scalar.getValue().floatValue());
                }));
            }
        });
        record(message(event -> {
            event.writeInt64(STEP, step);
            event.writeByteArray(SUMMARY, summary);
        }));
    }

    private byte[] message(Fields fields) throws IOException {
        Instant now = clock.instant();
        double seconds = now.getEpochSecond() + now.getNano() / NANOS_PER_SECOND;
        return bytes(event -> {
            event.writeDouble(WALL_TIME, seconds);
            fields.writeTo(event);
        });
    }

    /** Writes some fields of a message. */
    @FunctionalInterface
    private interface Fields {
        void writeTo(CodedOutputStream message) throws IOException;
    }

    private static byte[] bytes(Fields fields) throws IOException {
        ByteArrayOutputStream buffer = new ByteArrayOutputStream();
        CodedOutputStream message = CodedOutputStream.newInstance(buffer);
        fields.writeTo(message);
        message.flush();
        return buffer.toByteArray();
    }

    private void record(byte[] message) throws IOException {
        ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        length.putLong(message.length);
        out.write(length.array());
        out.write(maskedChecksum(length.array()));
        out.write(message);
        out.write(maskedChecksum(message));
        out.flush();
    }

    private static byte[] maskedChecksum(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, bytes.length);
        int crc = (int) checksum.getValue();
        int masked = Integer.rotateRight(crc, 15) + MASK_DELTA;
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(masked)
                .array();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
