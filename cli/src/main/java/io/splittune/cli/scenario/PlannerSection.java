package io.splittune.cli.scenario;

import java.util.List;
import java.util.Optional;

/**
 * Who decides what is {@code auto}.
 *
 * @param kind algorithm
 * @param accuracyFloor least accuracy, relative to training without compression
 * @param replanRounds the large timescale
 * @param calibration file that says what compressions save and cost
 * @param maxDelaySeconds longest round
 * @param cuts to choose from
 * @param keep kept fractions to choose from
 * @param levels numbers of levels to choose from
 * @param weight w of CARD
 * @param extremes what CARD normalises by
 * @param baselineClock the server's clock in CARD's baselines
 * @param minBits least q of SFLAM
 * @param maxBits greatest q of SFLAM
 * @param countSignBits whether SFLAM charges for the signs
 * @param performance what SFLAM takes a number of bits to be worth
 * @param objective how SFLAM's performance and energy meet
 * @param perJoule what a joule costs in the difference
 * @param blocksBy what SFLAM's choice of blocks goes by
 * @param power how SFLAM finds powers
 * @param equalPowerWatts power of the baseline ep
 */
public record PlannerSection(
        @Key("two-timescale | exact | heterogeneous | equal | random | card | card-joint | server-only | device-only | "
                + "sflam | sflam-joint | ep | rb | nq; left out: card for scheme card, sflam for scheme sflam, else "
                + "two-timescale.")
        Optional<Kind> kind,

        @Key(
                value = "Least accuracy that a plan may lead to, as a fraction of that without compression.",
                byDefault = "0.98",
                min = 0,
                max = 1)
        double accuracyFloor,

        @Key(
                value = "Cut and compression are decided anew every so many rounds; bandwidth in every round.",
                byDefault = "5",
                min = 1)
        int replanRounds,

        @Key(
                value =
                        "File that calibrate wrote: what each compression saves and costs; left out: the one measured on "
                                + "the built-in model.",
                file = true)
        Optional<String> calibration,

        @Key(
                value = "Longest round that a plan may have, in virtual seconds; left out: any, for sflam 5 s for each "
                        + "mini-batch of the device that has most.",
                above = 0)
        Optional<Double> maxDelaySeconds,

        @Key(value = "Cuts to choose from; left out: all of the model.", min = 1)
        Optional<List<Integer>> cuts,

        @Key(
                value = "Kept fractions to choose from, all measured by the calibration; left out: all that it has.",
                above = 0,
                max = 1)
        Optional<List<Double>> keep,

        @Key(
                value = "Numbers of levels to choose from, all measured by the calibration; left out: all that it has.",
                min = 1,
                max = 65535)
        Optional<List<Integer>> levels,

        @Key(
                value = "card: how much the delay counts; the server's energy has the rest.",
                byDefault = "0.2",
                min = 0,
                max = 1)
        double weight,

        @Key(
                value = "card: delay and energy are normalised by two corners of cut and clock, or by the box's own "
                        + "extremes.",
                byDefault = "corner")
        Extremes extremes,

        @Key(value = "server-only, device-only: the server's clock, card's own or the greatest.", byDefault = "card")
        BaselineClock baselineClock,

        @Key(value = "sflam: least bits of a quantised value.", byDefault = "4", min = 1, max = 16)
        int minBits,

        @Key(value = "sflam: most bits of a quantised value.", byDefault = "16", min = 1, max = 16)
        int maxBits,

        @Key(value = "sflam: whether a value's sign is charged as a bit more, as the frame has it.", byDefault = "true")
        boolean countSignBits,

        @Key(
                value = "sflam: what q bits are worth; log: log2(1 + q), saturating: 1 - 1/(2^q - 1)^2, linear: q.",
                byDefault = "log")
        Performance performance,

        @Key(
                value = "sflam: worth over joules, or worth less perJoule times joules, summed over the participants.",
                byDefault = "ratio")
        Objective objective,

        @Key(value = "sflam: what a joule costs with objective difference.", byDefault = "1", min = 0)
        double perJoule,

        @Key(
                value = "sflam: blocks are given by the least energy, as in the paper, or by the greatest objective.",
                byDefault = "energy")
        BlocksBy blocksBy,

        @Key(
                value = "sflam: powers in closed form, or by the paper's successive convex approximation.",
                byDefault = "closed-form")
        Power power,

        @Key(
                value = "ep: transmit power of every device, or its greatest where that is less.",
                byDefault = "1",
                above = 0)
        double equalPowerWatts) {
    /** Algorithms. */
    public enum Kind {
        /** SFT's Algorithms 2 and 3. */
        TWO_TIMESCALE,
        /** One cut and compression for all, exactly. */
        EXACT,
        /** Each device its own, exactly. */
        HETEROGENEOUS,
        /** Equal shares. */
        EQUAL,
        /** Random shares. */
        RANDOM,
        /** CARD. */
        CARD,
        /** CARD's decision for all devices at once. */
        CARD_JOINT,
        /** CARD's baseline with the least on the devices. */
        SERVER_ONLY,
        /** CARD's baseline with the most on the devices. */
        DEVICE_ONLY,
        /** SFLAM. */
        SFLAM,
        /** SFLAM's exact optimum. */
        SFLAM_JOINT,
        /** SFLAM's baseline with one power. */
        EP,
        /** SFLAM's baseline with random blocks. */
        RB,
        /** SFLAM's baseline without quantisation. */
        NQ;

        /** Returns whether devices take turns, each with the whole band and the server at a clock of its own: CARD's. */
        public boolean takesTurns() {
            return this == CARD || this == SERVER_ONLY || this == DEVICE_ONLY;
        }

        /** Returns whether it gives devices whole resource blocks: SFLAM's. */
        public boolean givesBlocks() {
            return this == SFLAM || this == SFLAM_JOINT || this == EP || this == RB || this == NQ;
        }
    }

    /** What CARD normalises by. */
    public enum Extremes {
        /** Two corners. */
        CORNER,
        /** The box. */
        BOX
    }

    /** Clocks of CARD's baselines. */
    public enum BaselineClock {
        /** CARD's own. */
        CARD,
        /** The greatest. */
        GREATEST
    }

    /** Worth of bits. */
    public enum Performance {
        /** Logarithmic. */
        LOG,
        /** Saturating. */
        SATURATING,
        /** Linear. */
        LINEAR
    }

    /** How worth and energy meet. */
    public enum Objective {
        /** Their ratio. */
        RATIO,
        /** Their difference. */
        DIFFERENCE
    }

    /** What blocks are given by. */
    public enum BlocksBy {
        /** Least energy. */
        ENERGY,
        /** Greatest objective. */
        UTILITY
    }

    /** How powers are found. */
    public enum Power {
        /** In closed form. */
        CLOSED_FORM,
        /** By successive convex approximation. */
        SCA
    }

    /**
     * Returns the algorithm for a scheme.
     *
     * @param scheme of the run
     */
    public Kind kindFor(SchemeName scheme) {
        return kind.orElse(
                switch (scheme) {
                    case CARD -> Kind.CARD;
                    case SFLAM -> Kind.SFLAM;
                    default -> Kind.TWO_TIMESCALE;
                });
    }
}
