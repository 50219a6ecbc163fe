package io.splittune.cli;

import io.splittune.core.UserException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A device's part of data that several devices share.
 *
 * @param number from 1
 * @param of how many parts there are
 */
record DataShare(int number, int of) {
    private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,5})/([1-9]\\d{0,5})");

    /** Parses {@code i/N}. */
    static DataShare parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (parts.matches()) {
            DataShare share = new DataShare(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)));
            if (share.number() <= share.of()) {
                return share;
            }
        }
        throw new UserException("--share: read '" + text + "', expected I/N, as in 2/3 for the second of three parts");
    }
}
