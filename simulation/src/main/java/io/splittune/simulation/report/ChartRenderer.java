package io.splittune.simulation.report;

import io.splittune.core.AtomicFiles;

/** Draws charts. */
interface ChartRenderer {
    /**
     * Draws a chart that is not empty.
     *
     * @throws PicturesUnavailableException when this machine cannot draw at all
     */
    Picture render(Chart chart) throws PicturesUnavailableException;

    /**
     * A chart as pictures.
     *
     * @param svg the {@code svg} element with its title and description, without a namespace
     * @param png writes a PNG file
     */
    record Picture(String svg, AtomicFiles.Content png) {}
}
