package io.splittune.wireless;

import io.splittune.core.Check;

/**
 * Channel quality indicators of 5G NR: 3GPP TS 38.214 table 5.2.2.1-2 (CQI table 1).
 *
 * <p>The standard gives no SINR thresholds. Those here are a list common in simulators (10 % block errors), a matter of
 * implementation.
 */
public final class CqiTable {
    /** The best indicator; 0 means out of range. */
    public static final int HIGHEST = 15;

    /** Bits per symbol times code rate x 1024: QPSK to 6, 16QAM to 9, 64QAM from 10. */
    private static final int[] RATE_1024 = {0, 78, 120, 193, 308, 449, 602, 378, 490, 616, 466, 567, 666, 772, 873, 948
    };

    private static final double[] THRESHOLD_DB = {
        -6.7, -4.7, -2.3, 0.2, 2.4, 4.3, 5.9, 8.1, 10.3, 11.7, 14.1, 16.3, 18.7, 21.0, 22.7
    };

    private CqiTable() {}

    private static int bitsPerSymbol(int cqi) {
        if (cqi <= 6) {
            return 2;
        }
        return cqi <= 9 ? 4 : 6;
    }

    /**
     * Returns the spectral efficiency, bits of a symbol times code rate.
     *
     * @param cqi 0 to 15
     * @return bit/s per hertz; 0 for CQI 0, which carries nothing
     * @throws IllegalArgumentException if there is no such indicator
     */
    public static double bitsPerHz(int cqi) {
        Check.inRange(cqi, 0, HIGHEST, "cqi");
        return bitsPerSymbol(cqi) * RATE_1024[cqi] / 1024.0;
    }

    /**
     * Returns the highest indicator whose threshold the SINR reaches.
     *
     * @param sinrDb not NaN; negative infinity has CQI 0
     */
    public static int ofSinrDb(double sinrDb) {
        Check.require(!Double.isNaN(sinrDb), "sinrDb (%s) must be a number.", sinrDb);
        int cqi = 0;
        while (cqi < HIGHEST && sinrDb >= THRESHOLD_DB[cqi]) {
            cqi++;
        }
        return cqi;
    }
}
