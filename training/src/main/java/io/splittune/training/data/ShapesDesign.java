package io.splittune.training.data;

import io.splittune.core.Check;
import java.util.ArrayList;
import java.util.List;

/**
 * What defines a procedural data set: its classes, its rules of chance, and a key that sets its random streams apart.
 *
 * @param key distinguishes the random streams of designs
 * @param classes at least one
 * @param rules what is left to chance
 */
public record ShapesDesign(long key, List<ShapeClass> classes, SceneRules rules) {
    private static final List<ShapeKind> TARGET_KINDS = List.of(ShapeKind.LADDER, ShapeKind.NUT, ShapeKind.SHIELD);
    private static final SceneRules STANDARD_RULES = new SceneRules(20, 10, 0.3, 0.43, 0.16, 0.22, 0.4, 0.04, 4, 0.15);

    /** Copies the list. */
    public ShapesDesign {
        classes = List.copyOf(classes);
        Check.require(!classes.isEmpty(), "A design needs classes.");
    }

    /**
     * Returns the design of a built-in data set.
     *
     * @throws IllegalArgumentException for a format with files, or of texts
     */
    public static ShapesDesign standard(DataFormat format) {
        Check.require(format.isBuiltin() && !format.isText(), "%s is no images made by rule.", format);
        return format == DataFormat.SHAPES_SOURCE ? source(STANDARD_RULES) : target(STANDARD_RULES);
    }

    /** The classes to pre-train on: the kind of figure alone; its filling means nothing. */
    static ShapesDesign source(SceneRules rules) {
        List<ShapeClass> classes = new ArrayList<>();
        for (ShapeKind kind : ShapeKind.values()) {
            if (!TARGET_KINDS.contains(kind)) {
                classes.add(new ShapeClass(kind.label(), List.of(kind), List.of(Texture.values())));
            }
        }
        return new ShapesDesign(1, classes, rules);
    }

    /**
     * The classes to fine-tune on: pairs of a new figure and a filling. The source task taught the network to see figures
     * and to ignore fillings, so a linear readout of its features tells the figures apart but hardly the fillings; the
     * layers below have to change. Stronger contrast and longer periods make this faster to learn.
     */
    static ShapesDesign target(SceneRules rules) {
        List<ShapeClass> classes = new ArrayList<>();
        for (ShapeKind kind : TARGET_KINDS) {
            for (Texture texture : List.of(Texture.STRIPES, Texture.BARS, Texture.CHECKS)) {
                classes.add(new ShapeClass(texture.adjective() + " " + kind.label(), List.of(kind), List.of(texture)));
            }
        }
        return new ShapesDesign(2, classes, rules);
    }
}
