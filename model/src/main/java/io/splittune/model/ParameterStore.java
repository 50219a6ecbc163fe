package io.splittune.model;

import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Trainable fp32 tensors by name in a scope of their own: what both kinds of {@link TrainableSet} are made of. */
final class ParameterStore implements AutoCloseable {
    private final TensorScope scope;
    private final Map<String, Parameter> parameters = new LinkedHashMap<>();

    @SuppressWarnings("try")
    ParameterStore(String name, AdapterState values) {
        scope = TensorScope.detached(name);
        try (TensorScope.Entry entry = scope.enter()) {
            values.tensors().forEach((key, array) -> {
                Tensor tensor = Tensors.of(array.toArray(), array.shape()).named(key);
                parameters.put(key, new Parameter(key, tensor.requiresGrad(true)));
            });
        }
        scope.seal();
    }

    List<Parameter> parameters() {
        return List.copyOf(parameters.values());
    }

    Optional<Tensor> find(String name) {
        return Optional.ofNullable(parameters.get(name)).map(Parameter::value);
    }

    AdapterState snapshot() {
        Map<String, FloatArray> copy = new LinkedHashMap<>();
        parameters.forEach((name, parameter) -> copy.put(name, parameter.values()));
        return new AdapterState(copy);
    }

    void load(AdapterState state) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        parameters.forEach(
                (name, parameter) -> shapes.put(name, parameter.value().shape()));
        state.requireShapes(shapes, scope.name());
        parameters.forEach((name, parameter) ->
                parameter.value().copyInPlace(state.get(name).toArray()));
    }

    void clearGradients() {
        parameters.values().forEach(parameter -> parameter.value().clearGrad());
    }

    @Override
    public void close() {
        scope.close();
    }
}
