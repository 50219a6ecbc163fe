package io.splittune.planner;

/**
 * What CARD decides for a device in a round, and what it weighed.
 *
 * @param id the device
 * @param cut c*
 * @param serverClockHz f*, eq. (16)
 * @param delaySeconds D, eq. (10): adapters once down and once up, frozen weights not counted
 * @param serverJoules E, eq. (11): the server's computing alone
 * @param cost U, eq. (12)
 * @param extremes what D and E were normalised by
 */
public record CardDecision(
        String id,
        int cut,
        double serverClockHz,
        double delaySeconds,
        double serverJoules,
        double cost,
        CardExtremes extremes) {}
