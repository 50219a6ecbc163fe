package io.splittune.cli;

import io.splittune.core.UserException;

/**
 * A host and a port.
 *
 * @param host name or IP address
 * @param port 0 to 65535; 0 for any free one
 */
record Address(String host, int port) {
    private static final int MOST = 65_535;

    /**
     * Parses {@code host:port}; an IPv6 address stands in brackets.
     *
     * @param text what was read
     * @param option its option, for the message
     * @param leastPort 0 where any free port will do, else 1
     */
    static Address parse(String text, String option, int leastPort) {
        int colon = text.lastIndexOf(':');
        String digits = text.substring(colon + 1);
        boolean number =
                !digits.isEmpty() && digits.length() <= 5 && digits.chars().allMatch(Character::isDigit);
        if (colon <= 0 || !number || Integer.parseInt(digits) > MOST || Integer.parseInt(digits) < leastPort) {
            throw new UserException(option + ": read '" + text + "', expected HOST:PORT, as in localhost:7433");
        }
        String host = text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        return new Address(bracketed ? host.substring(1, host.length() - 1) : host, Integer.parseInt(digits));
    }
}
