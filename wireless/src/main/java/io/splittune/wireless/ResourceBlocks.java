package io.splittune.wireless;

import io.splittune.core.Check;
import java.util.List;

/**
 * The OFDMA grid: bandwidth is handed out in blocks of twelve subcarriers.
 *
 * @param count blocks of the carrier, positive
 * @param widthHz of a block, positive
 */
public record ResourceBlocks(int count, double widthHz) {
    private static final int SUBCARRIERS = 12;

    /** Checks the ranges. */
    public ResourceBlocks {
        Check.positive(count, "count");
        Check.positive(widthHz, "widthHz");
    }

    /**
     * Returns the whole blocks that fit into a band without guard bands; for a standard carrier pass its blocks to the
     * constructor (TS 38.101-1 table 5.3.2-1 has 106 for 20 MHz at 15 kHz, where 111 would fit).
     *
     * @param bandwidthHz W, at least one block wide
     * @param subcarrierSpacingHz 15e3, 30e3 or 60e3 in 5G's lower bands
     */
    public static ResourceBlocks of(double bandwidthHz, double subcarrierSpacingHz) {
        Check.positive(bandwidthHz, "bandwidthHz");
        Check.positive(subcarrierSpacingHz, "subcarrierSpacingHz");
        double widthHz = SUBCARRIERS * subcarrierSpacingHz;
        Check.require(
                bandwidthHz >= widthHz,
                "bandwidthHz (%s) must hold a block of %s Hz; widen the band or narrow the spacing.",
                bandwidthHz,
                widthHz);
        return new ResourceBlocks(wholeBlocks(bandwidthHz, widthHz), widthHz);
    }

    /**
     * Rounds a plan down to whole blocks; a device whose share is below one block is left with 0.
     *
     * @param plannedHz shares that together fit into the carrier
     * @return the rounded shares, in the same order
     * @throws IllegalArgumentException if the rounded shares need more blocks than there are
     */
    public List<Double> roundDownHz(List<Double> plannedHz) {
        long used = 0;
        for (double share : plannedHz) {
            used += wholeBlocks(Check.notNegative(share, "plannedHz"), widthHz);
        }
        Check.require(used <= count, "plannedHz needs %s blocks; the carrier has %s.", used, count);
        return plannedHz.stream()
                .map(share -> wholeBlocks(share, widthHz) * widthHz)
                .toList();
    }

    /** A share that misses a whole block by rounding error alone counts as whole. */
    private static int wholeBlocks(double shareHz, double widthHz) {
        return (int) Math.floor(shareHz / widthHz * (1 + 1e-12));
    }
}
