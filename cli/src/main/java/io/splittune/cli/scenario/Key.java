package io.splittune.cli.scenario;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * All that the reader, the writer and the JSON Schema need to know of a key: its meaning, default and range. The only
 * place where a default is written.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD, ElementType.TYPE})
@interface Key {
    /** What the key means, with its unit. */
    String value();

    /** The default, as YAML; empty when the key must be given, or may be left out if it is an {@code Optional}. */
    String byDefault() default "";

    /** Least number allowed. */
    double min() default Double.NEGATIVE_INFINITY;

    /** A number that must be exceeded. */
    double above() default Double.NEGATIVE_INFINITY;

    /** Greatest number allowed. */
    double max() default Double.POSITIVE_INFINITY;

    /** A number that must not be reached. */
    double below() default Double.POSITIVE_INFINITY;

    /** The texts allowed; one that ends in {@code *} allows everything with that beginning. Empty: any text. */
    String[] oneOf() default {};

    /** Whether the text is a file or folder, relative to the scenario file's folder. */
    boolean file() default false;

    /**
     * When the key means something, as conditions on its neighbours that all must hold: {@code kind=rayleigh|cqi} one of these
     * values, {@code mean=*} given, {@code mean=} not given. Elsewhere the key is refused and has no default, so its
     * component is an {@code Optional}.
     */
    String[] when() default {};
}
