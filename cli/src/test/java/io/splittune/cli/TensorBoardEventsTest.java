package io.splittune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardEventsTest {
    @TempDir
    private Path folder;

    /** CRC-32C bit by bit (Castagnoli polynomial, reflected), and the mask of TFRecord. */
    private static int maskedCrc(byte[] bytes) {
        int crc = -1;
        for (byte b : bytes) {
            crc ^= b & 0xFF;
            for (int i = 0; i < 8; i++) {
                crc = (crc >>> 1) ^ (0x82F63B78 & -(crc & 1));
            }
        }
        crc = ~crc;
        return ((crc >>> 15) | (crc << 17)) + 0xA282EAD8;
    }

    private static List<byte[]> records(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        List<byte[]> records = new ArrayList<>();
        while (in.hasRemaining()) {
            byte[] length = new byte[8];
            in.get(length);
            assertThat(in.getInt()).isEqualTo(maskedCrc(length));
            byte[] message = new byte
                    [(int) ByteBuffer.wrap(length)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getLong()];
            in.get(message);
            assertThat(in.getInt()).isEqualTo(maskedCrc(message));
            records.add(message);
        }
        return records;
    }

    @Test
    void fileHoldsFramedEventsWithScalars() throws Exception {
        Map<String, Double> scalars = new LinkedHashMap<>();
        scalars.put("accuracy/test", 0.75);
        scalars.put("bytes/up", 1e9);
        try (TensorBoardEvents events =
                TensorBoardEvents.create(folder, () -> Instant.ofEpochSecond(1000, 500_000_000))) {
            events.scalars(3, scalars);
        }
        Path file;
        try (var files = Files.list(folder)) {
            file = files.findFirst().orElseThrow();
        }
        assertThat(file.getFileName().toString()).startsWith("events.out.tfevents.1000.");
        List<byte[]> records = records(Files.readAllBytes(file));
        assertThat(records).hasSize(2);
        CodedInputStream first = CodedInputStream.newInstance(records.get(0));
        assertThat(WireFormat.getTagFieldNumber(first.readTag())).isEqualTo(1);
        assertThat(first.readDouble()).isEqualTo(1000.5);
        assertThat(WireFormat.getTagFieldNumber(first.readTag())).isEqualTo(3);
        assertThat(first.readString()).isEqualTo("brain.Event:2");

        CodedInputStream second = CodedInputStream.newInstance(records.get(1));
        assertThat(WireFormat.getTagFieldNumber(second.readTag())).isEqualTo(1);
        assertThat(second.readDouble()).isEqualTo(1000.5);
        assertThat(WireFormat.getTagFieldNumber(second.readTag())).isEqualTo(2);
        assertThat(second.readInt64()).isEqualTo(3);
        assertThat(WireFormat.getTagFieldNumber(second.readTag())).isEqualTo(5);
        CodedInputStream summary = CodedInputStream.newInstance(second.readByteArray());
        for (Map.Entry<String, Double> scalar : scalars.entrySet()) {
            assertThat(WireFormat.getTagFieldNumber(summary.readTag())).isEqualTo(1);
            CodedInputStream value = CodedInputStream.newInstance(summary.readByteArray());
            assertThat(WireFormat.getTagFieldNumber(value.readTag())).isEqualTo(1);
            assertThat(value.readString()).isEqualTo(scalar.getKey());
            assertThat(WireFormat.getTagFieldNumber(value.readTag())).isEqualTo(2);
            assertThat(value.readFloat()).isEqualTo(scalar.getValue().floatValue());
        }
        assertThat(summary.isAtEnd()).isTrue();
    }
}
