package io.splittune.training;

import io.splittune.model.Checkpoint;
import io.splittune.model.HalfRange;
import io.splittune.transport.Blob;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Cuts device halves out of a checkpoint into temporary files, one per cut, so that any number of devices can be sent
 * the same half in bounded memory. Deletes the files when closed; does not own the checkpoint.
 */
public final class SpooledWeights implements WeightDistribution, AutoCloseable {
    private final Checkpoint checkpoint;
    private final Map<HalfRange, Path> files = new LinkedHashMap<>();
    private final Map<HalfRange, String> hashes = new LinkedHashMap<>();

    /**
     * Hands out halves of a checkpoint.
     *
     * @param checkpoint must outlive this
     */
    public SpooledWeights(Checkpoint checkpoint) {
        this.checkpoint = checkpoint;
    }

    @Override
    public synchronized String hash(HalfRange range) {
        return hashes.computeIfAbsent(range, checkpoint::contentHash);
    }

    @Override
    public synchronized Blob weights(HalfRange range) throws IOException {
        Path file = files.get(range);
        if (file == null) {
            file = Files.createTempFile("splittune-half-", ".safetensors");
            files.put(range, file);
            try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
                checkpoint.writeHalf(range, out);
            }
        }
        return Blob.ofFile(file);
    }

    @Override
    public synchronized void close() throws IOException {
        for (Path file : files.values()) {
            Files.deleteIfExists(file);
        }
        files.clear();
    }
}
