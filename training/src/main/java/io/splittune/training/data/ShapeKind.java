package io.splittune.training.data;

import static io.splittune.training.data.Outline.box;
import static io.splittune.training.data.Outline.disc;
import static io.splittune.training.data.Outline.polygon;
import static io.splittune.training.data.Outline.star;
import static io.splittune.training.data.Outline.union;

import java.util.Locale;

/** The figures of the procedural images. They stay distinct when they are turned by up to 40 degrees. */
@SuppressWarnings("ImmutableEnumChecker") // Outlines are functions without state.
public enum ShapeKind {
    /** Full disc. */
    DISC(disc(0, 0, 0.9)),
    /** Circle drawn with a thick pen. */
    RING(disc(0, 0, 0.72).stroked(0.2)),
    /** Full square. */
    SQUARE(box(0, 0, 0.78, 0.78)),
    /** Square drawn with a thick pen. */
    FRAME(box(0, 0, 0.68, 0.68).stroked(0.18)),
    /** Full triangle. */
    TRIANGLE(polygon(0, -1, 0.95, 0.75, -0.95, 0.75)),
    /** Triangle drawn with a thick pen. */
    TRIANGLE_FRAME(polygon(0, -0.8, 0.8, 0.65, -0.8, 0.65).stroked(0.17)),
    /** Star with five points. */
    STAR(star(5, 0.42)),
    /** Plus sign. */
    CROSS(union(box(0, 0, 0.95, 0.3), box(0, 0, 0.3, 0.95))),
    /** Disc without a wedge. */
    WEDGED_DISC(disc(0, 0, 0.95).without(polygon(0, 0, 1.2, -0.8, 1.2, 0.8))),
    /** Lower half of a disc. */
    HALF_DISC(disc(0, -0.4, 1.05).without(box(0, -1, 2, 0.65))),
    /** Moon, open to the right. */
    CRESCENT(disc(0, 0, 0.95).without(disc(0.45, 0, 0.75))),
    /** Arrow to the right. */
    ARROW(polygon(-1, -0.25, 0.1, -0.25, 0.1, -0.75, 1, 0, 0.1, 0.75, 0.1, 0.25, -1, 0.25)),
    /** Angle that points up. */
    CHEVRON(polygon(0, -0.7, 1, 0.2, 1, 0.85, 0, -0.05, -1, 0.85, -1, 0.2)),
    /** Capital L. */
    CORNER(union(box(-0.5, 0, 0.26, 0.9), box(0.05, 0.64, 0.8, 0.26))),
    /** Capital T. */
    TEE(union(box(0, -0.6, 0.85, 0.26), box(0, 0.05, 0.26, 0.9))),
    /** Capital U. */
    HORSESHOE(union(box(-0.6, 0, 0.24, 0.85), box(0.6, 0, 0.24, 0.85), box(0, 0.61, 0.84, 0.24))),
    /** Capital Z with right angles. */
    ZIGZAG(union(box(-0.35, -0.62, 0.6, 0.24), box(0, 0, 0.24, 0.85), box(0.35, 0.62, 0.6, 0.24))),
    /** Wide bar. */
    BAR(box(0, 0, 1, 0.32)),
    /** Two discs joined by a bar. */
    DUMBBELL(union(disc(-0.62, 0, 0.4), disc(0.62, 0, 0.4), box(0, 0, 0.6, 0.14))),
    /** Two triangles that touch with their tips. */
    HOURGLASS(polygon(-0.75, -0.9, 0.75, -0.9, 0.15, 0, 0.75, 0.9, -0.75, 0.9, -0.15, 0)),
    /** Heart. */
    HEART(union(
            disc(-0.42, -0.32, 0.5), disc(0.42, -0.32, 0.5), polygon(-0.87, -0.08, 0, -0.45, 0.87, -0.08, 0, 0.95))),
    /** Square with a roof. */
    HOUSE(polygon(0, -1, 0.9, -0.2, 0.62, -0.2, 0.62, 0.85, -0.62, 0.85, -0.62, -0.2, -0.9, -0.2)),
    /** Three separate discs. */
    TRIPLE(union(disc(0, -0.55, 0.4), disc(-0.52, 0.42, 0.4), disc(0.52, 0.42, 0.4))),
    /** Two separate upright bars. */
    TWIN_BARS(union(box(-0.5, 0, 0.26, 0.9), box(0.5, 0, 0.26, 0.9))),
    /** Capital H. */
    LADDER(union(box(-0.58, 0, 0.34, 0.92), box(0.58, 0, 0.34, 0.92), box(0, 0, 0.6, 0.3))),
    /** Disc with a square hole. */
    NUT(disc(0, 0, 0.95).without(box(0, 0, 0.4, 0.4))),
    /** Coat of arms: flat above, a point below. */
    SHIELD(polygon(-0.8, -0.85, 0.8, -0.85, 0.8, 0.15, 0, 1, -0.8, 0.15));

    private final Outline outline;

    ShapeKind(Outline outline) {
        this.outline = outline;
    }

    /** Returns the figure. */
    Outline outline() {
        return outline;
    }

    /** Returns the name in small letters with spaces. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
