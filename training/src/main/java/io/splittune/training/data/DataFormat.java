package io.splittune.training.data;

import io.splittune.core.UserException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The data formats that a scenario can name. */
public enum DataFormat {
    /** CIFAR-10 binary: records of 1 label byte and 3,072 planar RGB bytes. */
    CIFAR10("cifar10"),
    /** CIFAR-100 binary with the 100 fine labels: records of 1 coarse byte, 1 fine byte, 3,072 planar RGB bytes. */
    CIFAR100("cifar100"),
    /** CIFAR-100 binary with the 20 coarse labels. */
    CIFAR100_COARSE("cifar100-coarse"),
    /** IDX pairs as MNIST has them, plain or gzip; grey. Digits are not mirrored. */
    IDX("idx"),
    /** A folder with one folder of JPEG or PNG files per class. */
    IMAGES("images"),
    /** Procedural images, the classes to fine-tune on. */
    SHAPES("builtin:shapes"),
    /** Procedural images, the classes to pre-train on. */
    SHAPES_SOURCE("builtin:shapes-source"),
    /** Lines of JSON: texts, prompts with completions, or conversations. */
    JSONL("jsonl"),
    /** Plain UTF-8 text of any length. */
    TEXT("text"),
    /** Texts made by rule, the task to fine-tune on: a record, and a sentence that says it. */
    MENUS("builtin:menus"),
    /** Texts made by rule to pre-train on. */
    TALES_SOURCE("builtin:tales-source");

    private final String key;

    DataFormat(String key) {
        this.key = key;
    }

    /** Returns the name used in scenario files. */
    public String key() {
        return key;
    }

    /** Returns whether the samples are made by rule, so that there are no files. */
    public boolean isBuiltin() {
        return this == SHAPES || this == SHAPES_SOURCE || this == MENUS || this == TALES_SOURCE;
    }

    /** Returns whether the samples are texts; the others are images. */
    public boolean isText() {
        return this == JSONL || this == TEXT || this == MENUS || this == TALES_SOURCE;
    }

    /** Returns what {@code augment: true} means for this format. */
    public Augmentation usualAugmentation() {
        return switch (this) {
            case CIFAR10, CIFAR100, CIFAR100_COARSE -> Augmentation.SMALL_IMAGES;
            case IMAGES -> Augmentation.PHOTOS;
            case IDX, SHAPES, SHAPES_SOURCE -> Augmentation.SHIFTS;
            case JSONL, TEXT, MENUS, TALES_SOURCE -> Augmentation.NONE;
        };
    }

    /**
     * Reads the name used in scenario files.
     *
     * @throws UserException for an unknown name, with the known ones
     */
    public static DataFormat parse(String key) {
        for (DataFormat format : values()) {
            if (format.key.equals(key.toLowerCase(Locale.ROOT))) {
                return format;
            }
        }
        throw new UserException("data.format: \"" + key + "\" is unknown; known are "
                + Arrays.stream(values()).map(DataFormat::key).collect(Collectors.joining(", ")) + ".");
    }
}
