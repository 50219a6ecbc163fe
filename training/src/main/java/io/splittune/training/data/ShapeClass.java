package io.splittune.training.data;

import io.splittune.core.Check;
import java.util.List;

/**
 * One class of procedural images: what is fixed about it. A figure and a texture are drawn from the lists; all else is
 * left to chance.
 *
 * @param name for people
 * @param kinds figures, at least one
 * @param textures fillings, at least one
 */
public record ShapeClass(String name, List<ShapeKind> kinds, List<Texture> textures) {
    /** Copies the lists. */
    public ShapeClass {
        kinds = List.copyOf(kinds);
        textures = List.copyOf(textures);
        Check.require(!kinds.isEmpty() && !textures.isEmpty(), "The class %s needs figures and textures.", name);
    }
}
