package io.splittune.wireless;

import io.splittune.core.Check;
import io.splittune.core.RandomStreams;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The setting of the CARD paper's simulations, for reproduction: Tables I and II, and our defaults for what it leaves out.
 *
 * <p>Not given in the paper, our defaults: the server's least clock, band, powers, batch, sequence length, LoRA's rank and
 * targets, CQI, the number of rounds. {@link Traffic#LIGHT} and the others are those with which both of its percentages come nearest.
 *
 * <p>Slips resolved. Table I's "RTX 4060Ti" with 3072 cores at 2.46 GHz is an RTX 4060 (a 4060 Ti has 4352). Its "Jetson
 * AGX Nano" with 512 cores is an Orin Nano 4 GB. LLaMA-3.2-1B has 16 layers, not 32; {@link Layers} has both readings.
 * xi = 1e-25 makes the server draw 1488.7 W at its highest clock (see {@link ServerPower}); it cancels in cuts, clocks and
 * percentages. "F_min^S" is used and not given.
 */
public final class CardSetting {
    /** xi, Table II, in W/Hz^3. */
    public static final double SWITCHED_CAPACITANCE = 1e-25;

    /** w, Table II: the weight of the delay; energy has the rest. */
    public static final double WEIGHT = 0.2;

    /** T, Table II: mini-batches of a device's round, which the paper calls local epochs. */
    public static final int ITERATIONS = 5;

    /** phi, Table II: what compression leaves of activations and gradients. */
    public static final double COMPRESSION_RATIO = 0.1;

    /** F_max of the server, Table I. */
    public static final double MAX_SERVER_CLOCK_HZ = 2.46e9;

    /** F_min of the server; not given in the paper. */
    public static final double MIN_SERVER_CLOCK_HZ = 0.7e9;

    /** W, the whole of which each device has in its turn; not given in the paper. */
    public static final double BANDWIDTH_HZ = 100e6;

    /** Tokens of a sample; not given in the paper. */
    public static final int SEQUENCE_LENGTH = 512;

    /** LoRA's rank; not given in the paper. */
    public static final int LORA_RANK = 16;

    /** Delay reduction against device-only that the paper prints, in per cent. */
    public static final double PAPER_DELAY_CUT_PERCENT = 70.8;

    /** Server energy reduction against server-only that the paper prints, in per cent. */
    public static final double PAPER_ENERGY_CUT_PERCENT = 53.1;

    private static final double CQI_DEVIATION = 2;
    private static final double FLOPS_PER_CYCLE = 2;
    private static final int SERVER_CORES = 3072;
    private static final List<Integer> CORES = List.of(2048, 2048, 1792, 1024, 512);
    private static final List<Double> CLOCKS_HZ = List.of(1.3e9, 1.0e9, 0.7e9, 0.7e9, 0.5e9);
    private static final List<String> BOARDS = List.of(
            "jetson-agx-orin", "jetson-agx-orin", "jetson-agx-orin", "jetson-orin-nano-8gb", "jetson-orin-nano-4gb");

    /** The paper limits no memory: its device-only keeps 31 of 32 layers on the smallest board. */
    private static final long ENOUGH_BYTES = 64L << 30;

    // Powers are not in the paper; 23 dBm of a 3GPP class 3 device and 43 dBm of a small macro cell, as in SftSetting.
    private static final double DEVICE_TX_WATTS = 0.2;

    private static final double SERVER_TX_WATTS = 20;

    private CardSetting() {}

    /** How much a mini-batch computes, and how much LoRA sends; not given in the paper. */
    public enum Traffic {
        /** 8 samples, LoRA on query and value: the default, with which both percentages come nearest. */
        LIGHT(8),
        /**
         * 4 samples, LoRA on all linear layers: adapters weigh so much that with CQI 9 the second device's cut moves with the
         * channel, as in Fig. 3(a).
         */
        HEAVY(4);

        private final int batchSize;

        Traffic(int batchSize) {
            this.batchSize = batchSize;
        }

        private Set<LoraTarget> targets() {
            return this == LIGHT ? LoraTarget.QUERY_VALUE : LoraTarget.LLAMA_ALL;
        }

        /** Returns the samples of a mini-batch. */
        public int batchSize() {
            return batchSize;
        }
    }

    /** How the model is cut. */
    public enum Layers {
        /** 32 equal slices of the whole model: the paper's reading, with cuts 1 to 31. */
        EQUAL_SLICES("llama-3.2-1b-32slices"),
        /** The 16 layers that the model has, with cuts 1 to 15; token table on the device, output matrix on the server. */
        REAL("llama-3.2-1b");

        private final String shape;

        Layers(String shape) {
            this.shape = shape;
        }
    }

    /**
     * The paper's three states of the channel: noise densities in steps of 3 dB.
     *
     * <p>Not given in the paper: power and distance, and so the SNR. Ours is a mean CQI; 3 dB are about one and a half of
     * its steps.
     */
    public enum ChannelState {
        /** -166 dBm/Hz. */
        GOOD("Good", -166, 12),
        /** -163 dBm/Hz. */
        NORMAL("Normal", -163, 10.5),
        /** -160 dBm/Hz. */
        POOR("Poor", -160, 9);

        private final String label;
        private final double noiseDbmPerHz;
        private final double meanCqi;

        ChannelState(String label, double noiseDbmPerHz, double meanCqi) {
            this.label = label;
            this.noiseDbmPerHz = noiseDbmPerHz;
            this.meanCqi = meanCqi;
        }

        /** Returns the paper's word for it. */
        public String label() {
            return label;
        }

        /** Returns N0 as the paper has it. */
        public double noiseDbmPerHz() {
            return noiseDbmPerHz;
        }

        /** Returns the mean CQI of both directions; ours. */
        public double meanCqi() {
            return meanCqi;
        }
    }

    /**
     * Returns LLaMA-3.2-1B with LoRA of rank 16 and fp32 before compression.
     *
     * <p>eta is 6 P n FLOP for a mini-batch of n tokens (2 forward and 4 backward for each of P parameters); {@link Workload}
     * has 2.7 % more at 512 tokens, the attention's products of activations, which have no parameter.
     *
     * @param layers how it is cut
     * @param traffic batch and targets of LoRA
     */
    public static TuningSetup tuning(Layers layers, Traffic traffic) {
        return new TuningSetup(
                ModelShapes.named(layers.shape, 1, SEQUENCE_LENGTH),
                traffic.batchSize,
                traffic.batchSize,
                LORA_RANK,
                traffic.targets(),
                Float.BYTES,
                OptimizerKind.SGD_MOMENTUM,
                BackwardCost.TWICE_FORWARD,
                Formulas.OURS);
    }

    /** Returns the server of Tables I and II at its highest clock: 15.1 TFLOP/s. */
    public static EdgeServer server() {
        return new EdgeServer(
                SERVER_CORES, FLOPS_PER_CYCLE, MAX_SERVER_CLOCK_HZ, SWITCHED_CAPACITANCE, SERVER_TX_WATTS);
    }

    /**
     * Returns the five Jetsons of Table I, fastest first: 5.3, 4.1, 2.5, 1.4 and 0.5 TFLOP/s.
     *
     * <p>Not in the paper: their powers, which are those of the nearest board's data sheet, scaled by the clock's cube; and
     * their memory, here enough for any cut.
     */
    public static List<Device> devices() {
        return IntStream.range(0, CORES.size())
                .mapToObj(n -> new Device(
                        "device-" + (n + 1),
                        CORES.get(n),
                        FLOPS_PER_CYCLE,
                        CLOCKS_HZ.get(n),
                        ENOUGH_BYTES,
                        DEVICE_TX_WATTS,
                        HardwareProfiles.named(BOARDS.get(n)).switchedCapacitance()))
                .toList();
    }

    /**
     * Returns the five devices' links, whose CQI is drawn in each round with a standard deviation of 2; two channels of the
     * same streams have the same draws.
     *
     * @param meanCqi 0 to 15, such as that of a {@link ChannelState}
     * @param streams where the draws come from
     */
    public static Channel channel(double meanCqi, RandomStreams streams) {
        CqiChannel.Spread spread = new CqiChannel.Spread(meanCqi, meanCqi, CQI_DEVIATION);
        return CqiChannel.drawn(Collections.nCopies(CORES.size(), spread), streams);
    }

    /**
     * Returns the link of a CQI in both directions.
     *
     * @param cqi 0 to 15
     */
    public static LinkState link(int cqi) {
        return new LinkState(CqiTable.bitsPerHz(cqi), CqiTable.bitsPerHz(cqi));
    }

    /**
     * Returns 6 P n, the paper's eta by the usual count.
     *
     * @param model whose parameters are P
     * @param tokens n of a mini-batch, positive
     */
    public static double usualFlops(ModelShape model, long tokens) {
        return 6.0 * model.totalParameters() * Check.positive(tokens, "tokens");
    }
}
