package io.splittune.planner;

import java.util.Locale;

/** Says in words why a device, or all of them, cannot take part. */
final class SflamReasons {
    private SflamReasons() {}

    static LeftOut leftOut(SflamPairs pairs, int device) {
        return new LeftOut(pairs.problem().devices().get(device).id(), reason(pairs, device));
    }

    private static String reason(SflamPairs pairs, int device) {
        double allowed = pairs.problem().limits().maxDelaySeconds();
        double computing = pairs.computeSeconds(device) + pairs.serverSeconds(device);
        if (pairs.canTakePart(device)) {
            return text("got none of the %d resource blocks", pairs.blocks());
        }
        if (pairs.greatestGain(device) == 0) {
            return text("has no gain on any of the %d resource blocks", pairs.blocks());
        }
        if (computing >= allowed) {
            return text("computing takes %.4g s, the round may take %.4g s", computing, allowed);
        }
        return text(
                "needs %.4g W for %s on its best block to keep within %.4g s, and sends with %.4g W at most",
                pairs.neededWatts(device), bits(pairs), allowed, pairs.greatestWatts(device));
    }

    /** What keeps every device out. */
    static Infeasible infeasible(String planner, SflamPairs pairs, double fastestSeconds) {
        double allowed = pairs.problem().limits().maxDelaySeconds();
        if (Double.isInfinite(fastestSeconds)) {
            String reason = "No device has a gain on any resource block.";
            return new Infeasible(planner, Constraint.LINK, 1, 0, reason);
        }
        String reason = text(
                "No device can take part within %.4g s: the fastest needs %.4g s with %s at all its power.",
                allowed, fastestSeconds, bits(pairs));
        return new Infeasible(planner, Constraint.DELAY, fastestSeconds, allowed, reason);
    }

    private static String bits(SflamPairs pairs) {
        return pairs.problem().limits().minBits() + " bits";
    }

    private static String text(String format, Object... parts) {
        return String.format(Locale.ROOT, format, parts);
    }
}
