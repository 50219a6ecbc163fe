package io.splittune.training;

import io.splittune.core.Check;
import io.splittune.model.AdapterState;
import io.splittune.model.FloatArray;
import io.splittune.model.OptimizerState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a device gets at the beginning of its round and gives back at the end, of its half or, on the server, of the whole
 * model: the trained tensors (adapters or all weights), and in sequential schemes the state of the optimiser, which the
 * next device goes on with. It is cut anew for every device and round, so the cut may move without loss.
 *
 * <p>Everything together is one set of tensors: with an optimiser it has the moments beside the parameters, and
 * {@value #STEPS} says so. {@link AdapterExchange} sends it.
 *
 * @param adapter values of the trained tensors, adapters or weights
 * @param optimizer moments of the same tensors and the count of steps; no moments before the first step
 */
record Handover(AdapterState adapter, Optional<OptimizerState> optimizer) {
    private static final String STEPS = "optimizer.steps";
    /** The count of steps goes in two floats, which hold whole numbers exactly up to 2^24. */
    private static final int LOW_BITS = 20;

    /** Returns the optimiser's state before the first step. */
    static OptimizerState freshOptimizer() {
        return new OptimizerState(0, new AdapterState(Map.of()));
    }

    /**
     * Returns what belongs to one part of the model.
     *
     * @param names of the part's trained tensors
     */
    Handover part(Set<String> names) {
        Map<String, FloatArray> values = new LinkedHashMap<>();
        names.forEach(name -> values.put(name, adapter.get(name)));
        return new Handover(new AdapterState(values), optimizer.map(whole -> {
            Map<String, FloatArray> moments = new LinkedHashMap<>();
            whole.moments().tensors().forEach((name, moment) -> {
                if (names.contains(parameterOf(name))) {
                    moments.put(name, moment);
                }
            });
            return new OptimizerState(whole.steps(), new AdapterState(moments));
        }));
    }

    /** Returns the name of the parameter that a moment is kept beside. */
    static String parameterOf(String moment) {
        return moment.substring(0, Math.max(0, moment.lastIndexOf('.')));
    }

    /**
     * Joins the device's half with the server's.
     *
     * @throws IllegalArgumentException if a tensor is in both, or their optimisers made different numbers of steps
     */
    Handover and(Handover other) {
        Check.require(optimizer.isPresent() == other.optimizer.isPresent(), "Only one half has an optimiser's state.");
        Optional<OptimizerState> both = optimizer.map(ours -> {
            OptimizerState theirs = other.optimizer.orElseThrow();
            Check.require(
                    ours.steps() == theirs.steps(),
                    "The device's optimiser made %s steps, the server's %s.",
                    ours.steps(),
                    theirs.steps());
            return new OptimizerState(ours.steps(), ours.moments().and(theirs.moments()));
        });
        return new Handover(adapter.and(other.adapter), both);
    }

    /**
     * Checks what a peer sent.
     *
     * @param expected names and shapes of the adapter
     * @param config says which moments there are
     * @param place for the message
     * @throws io.splittune.core.UserException naming the first tensor that is missing, superfluous or of another shape
     */
    void requireShapes(Map<String, long[]> expected, OptimizerConfig config, String place) {
        adapter.requireShapes(expected, place);
        if (optimizer.isPresent() && optimizer.get().steps() > 0) {
            optimizer.get().moments().requireShapes(moments(expected, config), "the optimiser of " + place);
        }
    }

    /**
     * Returns names and shapes of everything together.
     *
     * @param adapter those of the adapter
     * @param config says which moments there are
     * @param steps whether there is an optimiser's count of steps
     * @param moments whether there are its moments
     */
    static Map<String, long[]> shapes(
            Map<String, long[]> adapter, OptimizerConfig config, boolean steps, boolean moments) {
        Map<String, long[]> all = new LinkedHashMap<>(adapter);
        if (moments) {
            all.putAll(moments(adapter, config));
        }
        if (steps) {
            all.put(STEPS, new long[] {2});
        }
        return all;
    }

    private static Map<String, long[]> moments(Map<String, long[]> adapter, OptimizerConfig config) {
        Map<String, long[]> moments = new LinkedHashMap<>();
        adapter.forEach((name, shape) -> config.moments().forEach(moment -> moments.put(name + "." + moment, shape)));
        return moments;
    }

    /** Returns everything in one set of tensors. */
    AdapterState together() {
        if (optimizer.isEmpty()) {
            return adapter;
        }
        Map<String, FloatArray> all = new LinkedHashMap<>(adapter.tensors());
        all.putAll(optimizer.get().moments().tensors());
        long steps = optimizer.get().steps();
        all.put(STEPS, FloatArray.of(new float[] {steps >> LOW_BITS, steps & ((1 << LOW_BITS) - 1)}, 2));
        return new AdapterState(all);
    }

    /**
     * Takes apart what {@link #together} put together.
     *
     * @param all as it came
     * @param names of the adapter's tensors; beside an optimiser's count of steps all others are moments
     * @throws IllegalArgumentException when the count of steps is none
     */
    static Handover of(AdapterState all, Map<String, long[]> names) {
        FloatArray steps = all.tensors().get(STEPS);
        if (steps == null) {
            return new Handover(all, Optional.empty());
        }
        Map<String, FloatArray> adapter = new LinkedHashMap<>();
        Map<String, FloatArray> moments = new LinkedHashMap<>();
        all.tensors().forEach((name, values) -> {
            if (names.containsKey(name)) {
                adapter.put(name, values);
            } else if (!name.equals(STEPS)) {
                moments.put(name, values);
            }
        });
        Check.require(steps.size() == 2, "%s has %s values, expected 2.", STEPS, steps.size());
        long count = ((long) steps.get(0) << LOW_BITS) + (long) steps.get(1);
        return new Handover(
                new AdapterState(adapter), Optional.of(new OptimizerState(count, new AdapterState(moments))));
    }
}
