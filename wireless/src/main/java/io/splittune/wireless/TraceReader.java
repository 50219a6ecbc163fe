package io.splittune.wireless;

import io.splittune.core.UserException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads and checks a trace; every complaint names file and line. */
final class TraceReader {
    private static final String HEADER = "round,device,uplinkSnrDb";
    private static final int HIGHEST_DB = 300;
    private static final String DOWNLINK = ",downlinkSnrDb";

    /** A checked trace: each device's states from the first round on. */
    record Rows(Map<Integer, List<LinkState>> states, int firstRound) {}

    private final Path file;
    private final Map<Integer, List<LinkState>> states = new TreeMap<>();
    private int firstRound;
    private int columns;
    private int line;

    private TraceReader(Path file) {
        this.file = file;
    }

    static Rows read(Path file) {
        TraceReader reader = new TraceReader(file);
        try (BufferedReader text = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            for (String row = text.readLine(); row != null; row = text.readLine()) {
                reader.line++;
                reader.accept(row.strip());
            }
        } catch (NoSuchFileException e) {
            throw new UserException(file + ": there is no such trace file.", e);
        } catch (CharacterCodingException e) {
            throw new UserException(file + ": is not UTF-8 text, so not a trace.", e);
        } catch (IOException e) {
            throw new UserException(file + ": cannot be read (" + e.getMessage() + ").", e);
        }
        if (reader.states.isEmpty()) {
            throw new UserException(file + ": has no rows; write '" + HEADER + "' and a row per round and device.");
        }
        return new Rows(reader.states, reader.firstRound);
    }

    private void accept(String row) {
        if (line == 1) {
            readHeader(row);
        } else if (!row.isEmpty()) {
            readRow(row);
        }
    }

    private void readHeader(String row) {
        if (row.equals(HEADER)) {
            columns = 3;
        } else if (row.equals(HEADER + DOWNLINK)) {
            columns = 4;
        } else {
            throw complaint("the header is '" + row + "'; write '" + HEADER + "' or '" + HEADER + DOWNLINK + "'");
        }
    }

    private void readRow(String row) {
        String[] fields = row.split(",", -1);
        if (fields.length != columns) {
            throw complaint("has " + fields.length + " fields; the header has " + columns);
        }
        int round = wholeNumber(fields[0], "round");
        int device = wholeNumber(fields[1], "device");
        double uplinkDb = decibels(fields[2], "uplinkSnrDb");
        double downlinkDb = columns == 4 ? decibels(fields[3], "downlinkSnrDb") : uplinkDb;
        if (states.isEmpty()) {
            firstRound = round;
        }
        List<LinkState> rows = states.computeIfAbsent(device, d -> new ArrayList<>());
        int expected = firstRound + rows.size();
        if (round != expected) {
            throw complaint("device " + device + " has round " + round + " where round " + expected + " is due");
        }
        rows.add(LinkState.ofSnrDb(uplinkDb, downlinkDb));
    }

    private int wholeNumber(String field, String column) {
        int value;
        try {
            value = Integer.parseInt(field.strip());
        } catch (NumberFormatException e) {
            value = -1;
        }
        if (value < 0) {
            throw complaint(column + " is '" + field + "'; write a whole number of 0 or more");
        }
        return value;
    }

    private double decibels(String field, String column) {
        double value;
        try {
            value = Double.parseDouble(field.strip());
        } catch (NumberFormatException e) {
            value = Double.NaN;
        }
        // The linear value of an SNR beyond these would overflow or vanish; no radio has one.
        if (!(Math.abs(value) <= HIGHEST_DB)) {
            throw complaint(
                    column + " is '" + field + "'; write a number of dB from -" + HIGHEST_DB + " to " + HIGHEST_DB);
        }
        return value;
    }

    private UserException complaint(String what) {
        return new UserException(file + " line " + line + ": " + what + ".");
    }
}
