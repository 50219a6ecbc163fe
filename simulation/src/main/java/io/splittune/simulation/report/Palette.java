package io.splittune.simulation.report;

import java.util.ArrayList;
import java.util.List;

/**
 * The colours of charts: told apart with the common colour-vision deficiencies, after Okabe and Ito, with two of Tol's.
 *
 * <p>The page gives each a second shade for dark screens, see {@link #css}. Free of AWT: a page needs no fonts.
 */
final class Palette {
    /**
     * A colour by day and by night.
     *
     * @param name of the page's variable
     * @param light as 0xRRGGBB
     * @param dark as 0xRRGGBB
     */
    record Shade(String name, int light, int dark) {}

    static final Shade INK = new Shade("ink", 0x1f2933, 0xe6e9ed);
    static final Shade AXIS = new Shade("axis", 0x7b8794, 0x8a94a1);
    static final Shade GRID = new Shade("grid", 0xdde2e8, 0x3a424d);
    static final List<Shade> SERIES = List.of(
            new Shade("s1", 0x0072b2, 0x4a9fdc),
            new Shade("s2", 0xd55e00, 0xf0803c),
            new Shade("s3", 0x009e73, 0x35c49a),
            new Shade("s4", 0xaa4499, 0xd884c8),
            new Shade("s5", 0xe69f00, 0xf2b632),
            new Shade("s6", 0x56b4e9, 0x9ad6f7),
            new Shade("s7", 0x882255, 0xf0a3b4),
            new Shade("s8", 0x6b7280, 0xa9b1bc));

    private Palette() {}

    /** Returns the rules that replace a picture's colours by the page's variables. */
    static String css() {
        List<Shade> shades = new ArrayList<>(List.of(INK, AXIS, GRID));
        shades.addAll(SERIES);
        StringBuilder rules = new StringBuilder(
                ".chart svg [fill=\"white\"]{fill:none}\n.chart svg [stroke=\"white\"]{stroke:none}\n");
        StringBuilder light = new StringBuilder();
        StringBuilder dark = new StringBuilder();
        for (Shade shade : shades) {
            rules.append(rule("fill", shade)).append(rule("stroke", shade));
            light.append(variable(shade.name, shade.light));
            dark.append(variable(shade.name, shade.dark));
        }
        return ":root{" + light + "}\n@media(prefers-color-scheme:dark){:root{" + dark + "}}\n" + rules;
    }

    private static String rule(String property, Shade shade) {
        String value = svg(shade.light);
        return ".chart svg [" + property + "=\"" + value + "\"]{" + property + ":var(--" + shade.name + ")}\n";
    }

    private static String variable(String name, int rgb) {
        return "--" + name + ":" + svg(rgb) + ";";
    }

    /** Returns the colour as Batik writes it. */
    private static String svg(int rgb) {
        return "rgb(" + ((rgb >> 16) & 255) + "," + ((rgb >> 8) & 255) + "," + (rgb & 255) + ")";
    }
}
