package io.splittune.model;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.core.AtomicFiles;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Writes the weights of a model folder: one safetensors file, or shards of bounded size with their index. */
final class WeightFiles {
    /** Where Hugging Face's tools split by default: 5 GB. */
    static final long SHARD_BYTES = 5_000_000_000L;

    static final String SINGLE = "model.safetensors";
    static final String INDEX = "model.safetensors.index.json";

    private WeightFiles() {}

    /** What writes the bytes of a group. */
    interface Content {
        void writeTo(WritableByteChannel out) throws IOException;
    }

    /**
     * Tensors that are written one after the other and stay in one file.
     *
     * @param plans what they are
     * @param content exactly their bytes, in this order
     */
    record Group(List<SafetensorsWriter.Plan> plans, Content content) {
        long bytes() {
            return plans.stream().mapToLong(SafetensorsWriter.Plan::bytes).sum();
        }
    }

    /**
     * Writes all files, each whole or not at all; removes weights under these names that were there before.
     *
     * @param folder made if missing
     * @param groups in the order of the files
     * @param shardBytes the most payload of a file, but for a single group that is larger
     * @return the payload of all files in bytes
     * @throws IOException when writing fails
     */
    static long write(Path folder, List<Group> groups, long shardBytes) throws IOException {
        List<List<Group>> shards = shards(groups, shardBytes);
        Set<String> written = new HashSet<>();
        ObjectNode map = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < shards.size(); i++) {
            String name = shards.size() == 1
                    ? SINGLE
                    : String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", i + 1, shards.size());
            List<Group> shard = shards.get(i);
            AtomicFiles.write(folder.resolve(name), out -> writeFile(Channels.newChannel(out), shard));
            written.add(name);
            shard.forEach(group -> group.plans.forEach(plan -> map.put(plan.name(), name)));
        }
        long bytes = groups.stream().mapToLong(Group::bytes).sum();
        if (shards.size() > 1) {
            ObjectNode index = JsonNodeFactory.instance.objectNode();
            index.putObject("metadata").put("total_size", bytes);
            index.set("weight_map", map);
            AtomicFiles.writeString(folder.resolve(INDEX), JsonFiles.toText(index));
            written.add(INDEX);
        }
        removeFormer(folder, written);
        return bytes;
    }

    private static List<List<Group>> shards(List<Group> groups, long shardBytes) {
        List<List<Group>> shards = new ArrayList<>();
        List<Group> current = new ArrayList<>();
        long bytes = 0;
        for (Group group : groups) {
            if (!current.isEmpty() && bytes + group.bytes() > shardBytes) {
                shards.add(current);
                current = new ArrayList<>();
                bytes = 0;
            }
            current.add(group);
            bytes += group.bytes();
        }
        shards.add(current);
        return shards;
    }

    private static void writeFile(WritableByteChannel out, List<Group> groups) throws IOException {
        List<SafetensorsWriter.Plan> plans =
                groups.stream().flatMap(group -> group.plans.stream()).toList();
        // Hugging Face refuses a file without this mark.
        SafetensorsWriter.writeFully(out, SafetensorsWriter.header(plans, Map.of("format", "pt")));
        for (Group group : groups) {
            group.content.writeTo(out);
        }
    }

    /** A single file that was left would be read in place of the shards, and shards that were left are garbage. */
    private static void removeFormer(Path folder, Set<String> written) throws IOException {
        List<Path> former;
        try (Stream<Path> files = Files.list(folder)) {
            former = files.filter(file -> {
                        String name = file.getFileName().toString();
                        return !written.contains(name)
                                && (name.equals(SINGLE)
                                        || name.equals(INDEX)
                                        || name.matches("model-\\d{5}-of-\\d{5}\\.safetensors"));
                    })
                    .toList();
        }
        for (Path file : former) {
            Files.delete(file);
        }
    }
}
