package io.splittune.model;

import io.splittune.core.RandomStreams;
import io.splittune.core.RandomStreams.Purpose;
import io.splittune.tensor.Autograd;
import io.splittune.tensor.Ops;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.Tensors;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** A vision transformer small enough for exact tests: 4 blocks, 16 features, 5 tokens, 5 classes. */
final class TinyModel {
    static final int DEPTH = 4;
    static final int BATCH = 3;
    static final RandomStreams STREAMS = new RandomStreams(7);
    static final ModelConfig CONFIG =
            new VitConfig(8, 4, 3, 16, DEPTH, 2, 32, 5, 1e-6, true, thrice(0.5), thrice(0.5), List.of());
    static final LoraConfig EVERYWHERE = new LoraConfig(
            2,
            6,
            0,
            EnumSet.of(LoraTarget.QKV, LoraTarget.PROJ, LoraTarget.FC1, LoraTarget.FC2, LoraTarget.PATCH_EMBED),
            true);
    static final LoraConfig IN_BLOCKS =
            new LoraConfig(2, 4, 0, EnumSet.of(LoraTarget.QKV, LoraTarget.PROJ, LoraTarget.FC1, LoraTarget.FC2), true);

    /** What one training step gives. */
    record Step(double loss, FloatArray logits, Map<String, FloatArray> gradients) {}

    private TinyModel() {}

    private static List<Double> thrice(double value) {
        return List.of(value, value, value);
    }

    static TransformerHalf part(HalfRange range, Precision precision) {
        return TransformerHalf.of(CONFIG, range, precision, weights(range));
    }

    /** Weights far enough from their initial values that every part of the model matters. */
    static AdapterState weights(HalfRange range) {
        Map<String, FloatArray> values = new LinkedHashMap<>();
        CONFIG.tensorShapes(range).forEach((name, shape) -> {
            double centre = name.contains("norm") && name.endsWith("weight") ? 1 : 0;
            values.put(name, random(name, centre, 0.3, shape));
        });
        return new AdapterState(values);
    }

    /** Adapters whose B is not zero. */
    static AdapterState adapters(LoraConfig lora, HalfRange range) {
        Map<String, FloatArray> values = new LinkedHashMap<>();
        lora.tensorShapes(CONFIG, range).forEach((name, shape) -> values.put(name, random(name, 0, 0.2, shape)));
        return new AdapterState(values);
    }

    static FloatArray random(String name, double centre, double deviation, long... shape) {
        RandomGenerator random = STREAMS.stream(Purpose.SYNTHESIS, Initialisation.nameKey(name));
        float[] values = new float[(int) FloatArray.elements(shape)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (centre + deviation * random.nextGaussian());
        }
        return FloatArray.of(values, shape);
    }

    static Tensor pixels() {
        return tensor(random("pixels", 0, 1, BATCH, 3, 8, 8));
    }

    static Tensor tensor(FloatArray values) {
        return Tensors.of(values.toArray(), values.shape());
    }

    static FloatArray values(Tensor tensor) {
        return FloatArray.of(tensor.toFloats(), tensor.shape());
    }

    static Tensor labels() {
        return Tensors.ofInts(3, 0, 4);
    }

    static Tensor loss(Tensor logits) {
        return Ops.crossEntropy(logits, labels(), Ops.Reduction.MEAN);
    }

    /** One forward and backward pass of the whole model. */
    static Step step(TransformerHalf whole, TrainableSet set, ForwardMode mode) {
        return TensorScope.within("step", () -> {
            Tensor logits = whole.forward(pixels(), set, mode);
            Tensor loss = loss(logits);
            Autograd.backward(loss);
            return new Step(loss.item(), values(logits), gradients(set));
        });
    }

    static Map<String, FloatArray> gradients(TrainableSet set) {
        Map<String, FloatArray> gradients = new LinkedHashMap<>();
        set.parameters()
                .forEach(parameter ->
                        gradients.put(parameter.name(), parameter.gradient().orElseThrow()));
        return gradients;
    }
}
