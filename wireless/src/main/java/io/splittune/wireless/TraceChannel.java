package io.splittune.wireless;

import io.splittune.core.Check;
import io.splittune.core.UserException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Recorded links, read from a CSV file with the columns {@code round,device,uplinkSnrDb} and, if wanted, {@code
 * downlinkSnrDb}.
 *
 * <p>Devices count from 0. A device's rounds follow one another without a gap, from any first round that all devices
 * share; the devices' rows may be mixed. Without a downlink column the downlink has the uplink's SNR.
 */
public final class TraceChannel implements Channel {
    private final Path file;
    private final Map<Integer, List<LinkState>> states;
    private final int firstRound;
    private final boolean repeat;

    private TraceChannel(Path file, TraceReader.Rows rows, boolean repeat) {
        this.file = file;
        this.states = rows.states();
        this.firstRound = rows.firstRound();
        this.repeat = repeat;
    }

    /**
     * Reads a trace.
     *
     * @param file the CSV file
     * @param repeat whether a device's rounds begin anew after its last; otherwise asking further is a user's mistake
     * @throws UserException if the file cannot be read, or a line is malformed, with its number
     */
    public static TraceChannel read(Path file, boolean repeat) {
        return new TraceChannel(file, TraceReader.read(file), repeat);
    }

    /** Returns the number of devices that have rows. */
    public int devices() {
        return states.size();
    }

    /**
     * {@inheritDoc}
     *
     * @throws UserException if the trace has no such device or ends before this round
     */
    @Override
    public LinkState state(int deviceIndex, int round) {
        Check.notNegative(deviceIndex, "deviceIndex");
        Check.notNegative(round, "round");
        List<LinkState> rows = states.get(deviceIndex);
        if (rows == null) {
            throw new UserException(file + ": device " + deviceIndex + " has no rows for round " + round
                    + "; the trace has " + states.size() + " devices. Record this device or use fewer.");
        }
        int row = round - firstRound;
        if (repeat) {
            return rows.get(Math.floorMod(row, rows.size()));
        }
        if (row < 0 || row >= rows.size()) {
            throw new UserException(file + ": device " + deviceIndex + " has no round " + round
                    + "; its rows cover rounds " + firstRound + " to " + (firstRound + rows.size() - 1)
                    + ". Record more or let the trace repeat.");
        }
        return rows.get(row);
    }
}
