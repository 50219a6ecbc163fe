package io.splittune.training.data;

import io.splittune.core.Check;
import io.splittune.core.RandomStreams;
import io.splittune.core.RandomStreams.Purpose;
import io.splittune.core.UserException;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** A rule that gives every sample to one device. Immutable; the same seed gives the same partition. */
public sealed interface Partitioner {
    /**
     * Gives every sample of a data set to one device.
     *
     * @param data its labels, and what else the rule goes by
     * @param devices number of devices, positive
     * @param streams the stream {@code PARTITION} is drawn from
     * @throws io.splittune.core.UserException if some device would get nothing, or the data lacks what the rule goes by
     */
    Partition partition(LabelledSamples data, int devices, RandomStreams streams);

    /** A rule that goes by labels and chance. */
    sealed interface ByLabel extends Partitioner {
        /**
         * Gives every sample to one device.
         *
         * @param labels the label of every sample, in {@code [0, classes)}
         * @param classes number of classes
         * @param devices number of devices, positive
         * @param streams the stream {@code PARTITION} is drawn from
         * @throws io.splittune.core.UserException if some device would get nothing
         */
        Partition partition(int[] labels, int classes, int devices, RandomStreams streams);

        @Override
        default Partition partition(LabelledSamples data, int devices, RandomStreams streams) {
            return partition(data.labels(), data.classes(), devices, streams);
        }
    }

    /** Device n holds the n-th file of the folder, by name. */
    record ByFile() implements Partitioner {
        @Override
        public Partition partition(LabelledSamples data, int devices, RandomStreams streams) {
            SampleGroups files = data.files()
                    .orElseThrow(() -> new UserException("data.partition: by file needs a folder of text files;"
                            + " this data does not come in files of one device each."));
            return grouped(data, files, devices, "files", "files");
        }
    }

    /** Device n holds the samples with the n-th value of the device field, in order. */
    record ByKey() implements Partitioner {
        @Override
        public Partition partition(LabelledSamples data, int devices, RandomStreams streams) {
            SampleGroups keys = data.keys()
                    .orElseThrow(() -> new UserException("data.partition: by key needs data.deviceField, the field of"
                            + " a JSON line that names its device."));
            return grouped(data, keys, devices, "values of the device field", "values");
        }
    }

    /** Every device gets a uniform share; shares differ in size by one at most. */
    record Iid() implements ByLabel {
        @Override
        public Partition partition(int[] labels, int classes, int devices, RandomStreams streams) {
            requireEnough(labels.length, devices, devices, "one sample each");
            int[] order = Shuffles.permutation(labels.length, streams.stream(Purpose.PARTITION));
            int[][] parts = new int[devices][];
            for (int device = 0; device < devices; device++) {
                int from = share(labels.length, device, devices);
                int to = share(labels.length, device + 1, devices);
                parts[device] = sorted(Arrays.copyOfRange(order, from, to));
            }
            return new Partition(parts, labels, classes);
        }
    }

    /**
     * Each class is spread over the devices in proportions drawn from a symmetric Dirichlet distribution (Hsu, Qi,
     * Brown 2019); all is drawn again until each device has the minimum.
     *
     * @param alpha concentration, positive; small values give each device few classes
     * @param minimumSamples the least that a device may get, positive
     */
    record Dirichlet(double alpha, int minimumSamples) implements ByLabel {
        private static final int TRIES = 1000;

        /** Checks the range of both values. */
        public Dirichlet {
            Check.positive(alpha, "alpha");
            Check.positive(minimumSamples, "minimumSamples");
        }

        /** Allows a device to get as little as one sample. */
        public Dirichlet(double alpha) {
            this(alpha, 1);
        }

        @Override
        public Partition partition(int[] labels, int classes, int devices, RandomStreams streams) {
            requireEnough(labels.length, devices, (long) devices * minimumSamples, minimumSamples + " samples each");
            RandomGenerator random = streams.stream(Purpose.PARTITION);
            int[][] byClass = samplesByClass(labels, classes, random);
            for (int attempt = 0; attempt < TRIES; attempt++) {
                int[][] bounds = drawBounds(byClass, devices, random);
                int[] sizes = sizes(bounds, devices);
                if (Arrays.stream(sizes).min().orElse(0) >= minimumSamples) {
                    return new Partition(assign(byClass, bounds, sizes), labels, classes);
                }
            }
            throw new UserException("data.partition: in " + TRIES + " draws with alpha " + alpha + " some of " + devices
                    + " devices got fewer than " + minimumSamples + " of " + labels.length
                    + " samples; use a larger alpha, fewer devices or more samples.");
        }

        /** Returns for each class where each device's part of its samples ends. */
        private int[][] drawBounds(int[][] byClass, int devices, RandomGenerator random) {
            int[][] bounds = new int[byClass.length][];
            for (int label = 0; label < byClass.length; label++) {
                double[] proportions = GammaDraws.dirichlet(alpha, devices, random);
                bounds[label] = new int[devices + 1];
                double sum = 0;
                for (int device = 0; device < devices; device++) {
                    sum += proportions[device];
                    int bound = (int) Math.min(byClass[label].length, Math.rint(sum * byClass[label].length));
                    bounds[label][device + 1] = device == devices - 1 ? byClass[label].length : bound;
                }
            }
            return bounds;
        }

        private static int[] sizes(int[][] bounds, int devices) {
            int[] sizes = new int[devices];
            for (int[] bound : bounds) {
                for (int device = 0; device < devices; device++) {
                    sizes[device] += bound[device + 1] - bound[device];
                }
            }
            return sizes;
        }

        private static int[][] assign(int[][] byClass, int[][] bounds, int[] sizes) {
            int[][] parts = new int[sizes.length][];
            for (int device = 0; device < sizes.length; device++) {
                parts[device] = new int[sizes[device]];
                int filled = 0;
                for (int label = 0; label < byClass.length; label++) {
                    int count = bounds[label][device + 1] - bounds[label][device];
                    System.arraycopy(byClass[label], bounds[label][device], parts[device], filled, count);
                    filled += count;
                }
                Arrays.sort(parts[device]);
            }
            return parts;
        }
    }

    /**
     * Samples sorted by label, cut into equal shards, and the same number of shards dealt to each device (McMahan et
     * al. 2017).
     *
     * @param shardsPerDevice positive; about the number of classes that a device sees
     */
    record Shards(int shardsPerDevice) implements ByLabel {
        /** Checks the range. */
        public Shards {
            Check.positive(shardsPerDevice, "shardsPerDevice");
        }

        @Override
        public Partition partition(int[] labels, int classes, int devices, RandomStreams streams) {
            requireEnough(labels.length, devices, (long) devices * shardsPerDevice, shardsPerDevice + " shards each");
            int shards = devices * shardsPerDevice;
            RandomGenerator random = streams.stream(Purpose.PARTITION);
            int[] byLabel = Arrays.stream(samplesByClass(labels, classes, random))
                    .flatMapToInt(Arrays::stream)
                    .toArray();
            int[] dealt = Shuffles.permutation(shards, random);
            int[][] parts = new int[devices][];
            for (int device = 0; device < devices; device++) {
                int first = device * shardsPerDevice;
                parts[device] = sorted(Arrays.stream(dealt, first, first + shardsPerDevice)
                        .flatMap(shard -> Arrays.stream(
                                byLabel, share(labels.length, shard, shards), share(labels.length, shard + 1, shards)))
                        .toArray());
            }
            return new Partition(parts, labels, classes);
        }
    }

    private static Partition grouped(
            LabelledSamples data, SampleGroups groups, int devices, String what, String these) {
        Check.positive(devices, "devices");
        int count = groups.names().size();
        if (count != devices) {
            throw new UserException("data.partition: the data has " + count + " " + what + ", but there are " + devices
                    + " devices; set devices.count to " + count + ", or change the " + these + ".");
        }
        int[] sizes = new int[devices];
        for (int i = 0; i < data.size(); i++) {
            sizes[groups.group(i)]++;
        }
        int[][] parts = new int[devices][];
        Arrays.setAll(parts, device -> new int[sizes[device]]);
        Arrays.fill(sizes, 0);
        for (int i = 0; i < data.size(); i++) {
            int device = groups.group(i);
            parts[device][sizes[device]++] = i;
        }
        return new Partition(parts, data.labels(), data.classes());
    }

    /** Returns where part {@code part} of {@code parts} nearly equal parts begins. */
    private static int share(int total, int part, int parts) {
        return (int) ((long) total * part / parts);
    }

    private static int[] sorted(int[] values) {
        Arrays.sort(values);
        return values;
    }

    /** Returns per class the indices of its samples in random order. */
    private static int[][] samplesByClass(int[] labels, int classes, RandomGenerator random) {
        int[] counts = new int[classes];
        for (int label : labels) {
            counts[label]++;
        }
        int[][] byClass = new int[classes][];
        for (int label = 0; label < classes; label++) {
            byClass[label] = new int[counts[label]];
        }
        for (int sample : Shuffles.permutation(labels.length, random)) {
            int label = labels[sample];
            byClass[label][--counts[label]] = sample;
        }
        return byClass;
    }

    private static void requireEnough(int samples, int devices, long needed, String what) {
        Check.positive(devices, "devices");
        if (samples < needed) {
            throw new UserException("data.partition: " + samples + " samples are too few for " + devices
                    + " devices with " + what + "; at least " + needed + " are needed.");
        }
    }
}
