package io.splittune.cli;

import io.splittune.codec.FrameFormat;
import io.splittune.core.UserException;
import io.splittune.model.FloatArray;
import io.splittune.model.SafetensorsFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** Tensors in {@code .npy} and {@code .safetensors} files, one after another. */
final class TensorFile {
    private TensorFile() {}

    /**
     * Reads tensors in the order of the file; only one is in memory at a time.
     *
     * @param path the file
     * @param only the one tensor wanted, for a safetensors file; empty for all of floats
     * @param action what to do with each
     * @throws UserException when the file or the tensor is missing, damaged, or holds something else
     */
    static void forEach(Path path, Optional<String> only, Consumer<TensorValues> action) {
        String name = path.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".npy")) {
            if (only.isPresent()) {
                throw new UserException("--tensor: does not go with " + path + ", which holds one tensor; remove it");
            }
            action.accept(NpyFile.read(path));
        } else if (name.endsWith(".safetensors")) {
            forEachOf(path, only, action);
        } else {
            throw new UserException(path + ": expected a .npy or .safetensors file");
        }
    }

    private static void forEachOf(Path path, Optional<String> only, Consumer<TensorValues> action) {
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            List<String> names = file.names().stream()
                    .filter(name -> only.isPresent()
                            ? name.equals(only.get())
                            : file.type(name).isWeight() && size(file.shape(name)) > 0)
                    .toList();
            if (names.isEmpty()) {
                throw new UserException(
                        only.isPresent()
                                ? "--tensor: read '" + only.get() + "', expected one of "
                                        + String.join(", ", file.names()) + " (" + path + ")"
                                : path + ": holds no tensor of type F32, F16 or BF16");
            }
            for (String name : names) {
                long[] shape = file.shape(name);
                long size = size(shape);
                if (size == 0 || size > FrameFormat.MAX_ELEMENTS || shape.length > FrameFormat.MAX_RANK) {
                    throw new UserException(path + ": " + name + " has shape " + Arrays.toString(shape)
                            + ", expected 1 to " + FrameFormat.MAX_ELEMENTS + " elements in at most "
                            + FrameFormat.MAX_RANK + " dimensions");
                }
                FloatArray values = file.readFloats(name);
                action.accept(new TensorValues(
                        name, Arrays.stream(shape).mapToInt(Math::toIntExact).toArray(), values.toArray()));
            }
        }
    }

    /** Returns the number of elements; more than a frame may hold where it overflows. */
    private static long size(long[] shape) {
        long elements = 1;
        for (long size : shape) {
            if (size != 0 && elements > FrameFormat.MAX_ELEMENTS / size) {
                return FrameFormat.MAX_ELEMENTS + 1L;
            }
            elements *= size;
        }
        return elements;
    }
}
