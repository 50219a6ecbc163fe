package io.splittune.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.splittune.core.UserException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The header of a safetensors file: 8 bytes of length, then JSON with type, shape and byte range of each tensor.
 *
 * <p>Everything is checked: the ranges must fit their type and shape and must tile the payload without gap or overlap,
 * as the format asks. Each error is a {@link UserException} of one line. Immutable.
 */
final class SafetensorsHeader {
    /** Far above any vision transformer (thousands of tensors make some hundred KB), and safe to hold in memory. */
    static final int MAX_HEADER_BYTES = 16 << 20;

    static final int LENGTH_BYTES = 8;
    private static final int MAX_AXES = 8;
    private static final JsonFactory JSON = new JsonFactory();

    /**
     * One tensor's place.
     *
     * @param begin first byte, counted from the start of the payload
     * @param end byte after the last
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared; the header does not hand out what it could lose.
    record Entry(String name, SafetensorsType type, long[] shape, long begin, long end) {
        long bytes() {
            return end - begin;
        }
    }

    private final Map<String, Entry> entries;
    private final Map<String, String> metadata;
    private final long payloadStart;

    private SafetensorsHeader(Map<String, Entry> entries, Map<String, String> metadata, long payloadStart) {
        this.entries = Collections.unmodifiableMap(entries);
        this.metadata = Collections.unmodifiableMap(metadata);
        this.payloadStart = payloadStart;
    }

    /** Returns the tensors by name, in the header's order. */
    Map<String, Entry> entries() {
        return entries;
    }

    /** Returns the free texts of {@code __metadata__}. */
    Map<String, String> metadata() {
        return metadata;
    }

    /** Returns the position of the payload in the file. */
    long payloadStart() {
        return payloadStart;
    }

    /** Reads the header of a file that lies in memory; the buffer's position is left alone. */
    static SafetensorsHeader read(ByteBuffer file, String place) {
        ByteBuffer in = file.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        long fileBytes = in.remaining();
        if (fileBytes < LENGTH_BYTES) {
            throw new UserException(place + ": truncated, " + fileBytes + " bytes are no safetensors file.");
        }
        int length = checkedLength(in.getLong(), fileBytes, place);
        byte[] json = new byte[length];
        in.get(json);
        return parse(json, fileBytes, place);
    }

    /**
     * Checks the first eight bytes of a file.
     *
     * @param length what they say
     * @param fileBytes the file's size
     * @return the number of bytes of JSON
     */
    static int checkedLength(long length, long fileBytes, String place) {
        if (length <= 1 || length > MAX_HEADER_BYTES) {
            throw new UserException(place + ": not a safetensors file, it declares a header of "
                    + Long.toUnsignedString(length) + " bytes (2 to " + MAX_HEADER_BYTES + " are allowed).");
        }
        if (length > fileBytes - LENGTH_BYTES) {
            throw new UserException(place + ": truncated, it declares a header of " + length + " bytes, but has "
                    + fileBytes + " bytes in all; copy it again.");
        }
        return (int) length;
    }

    /** Parses the JSON of a file of {@code fileBytes} bytes. */
    static SafetensorsHeader parse(byte[] json, long fileBytes, String place) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        try (JsonParser parser = JSON.createParser(json)) {
            require(parser.nextToken() == JsonToken.START_OBJECT, place, "its header is no JSON object");
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                require(parser.nextToken() == JsonToken.START_OBJECT, place, name + " is no JSON object");
                if (name.equals("__metadata__")) {
                    readMetadata(parser, metadata, place);
                } else {
                    Entry former = entries.put(name, readEntry(parser, name, place));
                    require(former == null, place, name + " is there twice");
                }
            }
            require(parser.nextToken() == null, place, "its header goes on after the JSON object");
        } catch (IOException e) {
            throw new UserException(place + ": damaged, its header is no JSON (" + firstLine(e.getMessage()) + ").", e);
        }
        long payloadStart = (long) LENGTH_BYTES + json.length;
        checkTiling(entries, fileBytes - payloadStart, place);
        return new SafetensorsHeader(entries, metadata, payloadStart);
    }

    private static void readMetadata(JsonParser parser, Map<String, String> metadata, String place) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            require(parser.nextToken() == JsonToken.VALUE_STRING, place, "__metadata__." + key + " is no text");
            metadata.put(key, parser.getText());
        }
    }

    private static Entry readEntry(JsonParser parser, String name, String place) throws IOException {
        @Nullable String type = null;
        long @Nullable [] shape = null;
        long @Nullable [] offsets = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (key) {
                case "dtype" -> {
                    require(value == JsonToken.VALUE_STRING, place, name + ".dtype is no text");
                    type = parser.getText();
                }
                case "shape" -> shape = readNumbers(parser, name + ".shape", MAX_AXES, place);
                case "data_offsets" -> offsets = readNumbers(parser, name + ".data_offsets", 2, place);
                default -> throw new UserException(place + ": damaged, " + name + " has an unknown key " + quoted(key));
            }
        }
        if (type == null || shape == null || offsets == null || offsets.length != 2) {
            throw new UserException(place + ": damaged, " + name + " lacks dtype, shape or two data_offsets.");
        }
        return checkedEntry(name, type, shape, offsets, place);
    }

    private static long[] readNumbers(JsonParser parser, String what, int most, String place) throws IOException {
        require(parser.currentToken() == JsonToken.START_ARRAY, place, what + " is no array");
        List<Long> numbers = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            require(parser.currentToken() == JsonToken.VALUE_NUMBER_INT, place, what + " has no whole numbers");
            require(numbers.size() < most, place, what + " has more than " + most + " numbers");
            require(parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER, place, what + " is out of range");
            long number = parser.getLongValue();
            require(number >= 0, place, what + " has the negative number " + number);
            numbers.add(number);
        }
        return numbers.stream().mapToLong(Long::longValue).toArray();
    }

    private static Entry checkedEntry(String name, String typeName, long[] shape, long[] offsets, String place) {
        SafetensorsType type = Arrays.stream(SafetensorsType.values())
                .filter(candidate -> candidate.name().equals(typeName))
                .findFirst()
                .orElseThrow(
                        () -> new UserException(place + ": " + name + " has the unknown type " + quoted(typeName)));
        long bytes;
        try {
            bytes = Math.multiplyExact(FloatArray.elements(shape), type.bytes());
        } catch (ArithmeticException e) {
            throw new UserException(
                    place + ": damaged, " + name + " has an impossible shape " + Arrays.toString(shape), e);
        }
        require(
                offsets[1] >= offsets[0] && offsets[1] - offsets[0] == bytes,
                place,
                name + " of type " + type + " and shape " + Arrays.toString(shape) + " needs " + bytes
                        + " bytes, its range is " + Arrays.toString(offsets));
        return new Entry(name, type, shape, offsets[0], offsets[1]);
    }

    private static void checkTiling(Map<String, Entry> entries, long payloadBytes, String place) {
        List<Entry> inOrder = new ArrayList<>(entries.values());
        inOrder.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        long next = 0;
        for (Entry entry : inOrder) {
            require(
                    entry.begin() == next,
                    place,
                    entry.name() + " starts at byte " + entry.begin() + " of the payload, not at " + next
                            + " where the tensor before it ends");
            next = entry.end();
        }
        if (next > payloadBytes) {
            throw new UserException(place + ": truncated, its tensors need " + next + " bytes, but it has "
                    + payloadBytes + " after the header; copy it again.");
        }
        require(next == payloadBytes, place, (payloadBytes - next) + " bytes follow the last tensor");
    }

    private static void require(boolean condition, String place, String what) {
        if (!condition) {
            throw new UserException(place + ": damaged safetensors file, " + firstLine(what) + ".");
        }
    }

    private static String quoted(String text) {
        return "'" + firstLine(text) + "'.";
    }

    /** Keeps a message to one line of bearable length, whatever a hostile file put into its names. */
    private static String firstLine(@Nullable String text) {
        String line = String.valueOf(text).replaceAll("\\p{Cntrl}.*", "");
        return line.length() <= 300 ? line : line.substring(0, 300) + "...";
    }
}
