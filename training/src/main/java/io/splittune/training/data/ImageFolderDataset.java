package io.splittune.training.data;

import io.splittune.core.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A folder of image files: {@code class/file} or {@code class/images/file}, or Tiny ImageNet's validation part, a folder
 * {@code images} with {@code val_annotations.txt} (file name, tab, class) beside it. Files are decoded at each access.
 */
final class ImageFolderDataset implements Dataset {
    private static final String ANNOTATIONS = "val_annotations.txt";
    private static final String INNER_FOLDER = "images";

    private final List<String> names;
    private final List<Path> folders;
    private final String[] files;
    private final Labels labels;

    private ImageFolderDataset(List<String> names, List<Path> folders, List<String> files, Labels labels) {
        this.names = names;
        this.folders = folders;
        this.files = files.toArray(new String[0]);
        this.labels = labels;
    }

    /**
     * Lists a folder.
     *
     * @param known the class names in order when another part of the same data fixes them
     */
    static ImageFolderDataset open(Path root, Optional<List<String>> known) {
        DataFiles.requireExists(root);
        if (!Files.isDirectory(root)) {
            throw new UserException(root + ": is a file; the format images needs a folder with a folder per class.");
        }
        return Files.isRegularFile(root.resolve(ANNOTATIONS)) ? annotated(root, known) : byFolder(root, known);
    }

    List<String> classNames() {
        return names;
    }

    private static ImageFolderDataset byFolder(Path root, Optional<List<String>> known) {
        TreeMap<String, List<String>> filesByClass = new TreeMap<>();
        TreeMap<String, Path> folderByClass = new TreeMap<>();
        for (Path child : DataFiles.list(root, name -> !name.startsWith("."))) {
            if (Files.isDirectory(child)) {
                Path inner = child.resolve(INNER_FOLDER);
                Path folder = Files.isDirectory(inner) ? inner : child;
                List<String> images = DataFiles.list(folder, ImageFolderDataset::isImage).stream()
                        .map(DataFiles::name)
                        .toList();
                if (!images.isEmpty()) {
                    filesByClass.put(DataFiles.name(child), images);
                    folderByClass.put(DataFiles.name(child), folder);
                }
            }
        }
        if (filesByClass.isEmpty()) {
            throw new UserException(root + ": holds no folder with .jpg, .jpeg or .png files; a folder per class is "
                    + "expected (class/file or class/images/file).");
        }
        List<String> names = known.orElseGet(() -> List.copyOf(filesByClass.keySet()));
        filesByClass.keySet().forEach(name -> requireKnown(root, name, names));
        List<Path> folders = new ArrayList<>();
        List<String> files = new ArrayList<>();
        Labels.Builder labels = new Labels.Builder();
        for (int label = 0; label < names.size(); label++) {
            String name = names.get(label);
            folders.add(folderByClass.getOrDefault(name, root));
            for (String file : filesByClass.getOrDefault(name, List.of())) {
                files.add(file);
                labels.add(label);
            }
        }
        return new ImageFolderDataset(names, List.copyOf(folders), files, labels.build());
    }

    private static ImageFolderDataset annotated(Path root, Optional<List<String>> known) {
        Path list = root.resolve(ANNOTATIONS);
        TreeMap<String, String> classByFile = new TreeMap<>();
        try (Stream<String> lines = Files.lines(list, StandardCharsets.UTF_8)) {
            lines.map(line -> line.split("\t", 3))
                    .filter(parts -> parts.length >= 2)
                    .forEach(parts -> classByFile.put(parts[0], parts[1].strip()));
        } catch (IOException e) {
            throw new UserException(list + ": cannot be read (" + e.getMessage() + ").", e);
        }
        Path folder = root.resolve(INNER_FOLDER);
        classByFile.keySet().removeIf(name -> !Files.isRegularFile(folder.resolve(name)));
        if (classByFile.isEmpty()) {
            throw new UserException(list + ": names no file that is in " + folder + ".");
        }
        List<String> names = known.orElseGet(
                () -> classByFile.values().stream().distinct().sorted().toList());
        List<String> files = new ArrayList<>();
        Labels.Builder labels = new Labels.Builder();
        classByFile.forEach((file, name) -> {
            files.add(file);
            labels.add(requireKnown(root, name, names));
        });
        List<Path> folders = names.stream().map(name -> folder).toList();
        return new ImageFolderDataset(names, folders, files, labels.build());
    }

    private static int requireKnown(Path root, String name, List<String> names) {
        int label = names.indexOf(name);
        if (label < 0) {
            throw new UserException(root + ": has the class \"" + name + "\", which the training data (" + names.size()
                    + " classes) lacks; both need the same class folders.");
        }
        if (label >= Labels.MOST_CLASSES) {
            throw new UserException(
                    root + ": has " + names.size() + " classes; at most " + Labels.MOST_CLASSES + " are supported.");
        }
        return label;
    }

    private static boolean isImage(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return !lower.startsWith(".") && (lower.endsWith(".jpg") || lower.endsWith(".jpeg") || lower.endsWith(".png"));
    }

    @Override
    public int size() {
        return labels.size();
    }

    @Override
    public int classes() {
        return names.size();
    }

    @Override
    public String className(int label) {
        return names.get(label);
    }

    @Override
    public int label(int index) {
        return labels.get(index);
    }

    @Override
    public RawImage image(int index) {
        return ImageDecoder.decode(folders.get(labels.get(index)).resolve(files[index]));
    }

    @Override
    public void close() {
        // Every access opens and closes its own file.
    }
}
