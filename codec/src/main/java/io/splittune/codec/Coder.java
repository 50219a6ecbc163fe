package io.splittune.codec;

/** The lossless stage behind sparsification and quantisation. */
public enum Coder {
    /** Bit-packed: positions as a bitmap or as column indices (the smaller), levels and signs at fixed width. */
    RAW(0),
    /** The paper's scheme: Golomb-Rice coded gaps between positions, entropy-coded levels, one bit per sign. */
    GOLOMB(1),
    /** Context-adaptive binary range coding of positions, levels and signs with statistics per channel. */
    ADAPTIVE(2);

    private final int code;

    Coder(int code) {
        this.code = code;
    }

    /** Returns its number on the wire. */
    int code() {
        return code;
    }

    /**
     * Returns how many sections a slice has.
     *
     * @param kept of its elements
     * @param withPositions whether the frame tells which
     */
    int sections(int kept, int elements, boolean withPositions) {
        if (kept == 0) {
            return 0;
        }
        if (this == ADAPTIVE) {
            return 1;
        }
        return withPositions && kept < elements ? 3 : 2;
    }

    /** Returns the coder of a number on the wire, in [0, 2]. */
    static Coder ofCode(int code) {
        return switch (code) {
            case 0 -> RAW;
            case 1 -> GOLOMB;
            default -> ADAPTIVE;
        };
    }
}
