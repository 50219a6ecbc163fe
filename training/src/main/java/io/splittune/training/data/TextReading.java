package io.splittune.training.data;

import io.splittune.core.Check;
import io.splittune.core.UserException;
import io.splittune.model.Tokenizer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** Reads text sets in one pass; no file is in memory as a whole. */
final class TextReading {
    private TextReading() {}

    static TextDataset open(DataFormat format, Path path, Tokenizer tokenizer, TextOptions options) {
        Check.require(format.isText() && !format.isBuiltin(), "%s is no format of text files.", format);
        if (format == DataFormat.TEXT
                && (options.labelField().isPresent() || options.deviceField().isPresent())) {
            throw new UserException(path + ": plain text has no fields for labels or devices; use "
                    + DataFormat.JSONL.key() + ", or leave the fields out.");
        }
        List<Path> files = files(format, path);
        try (TextSetBuilder builder = new TextSetBuilder(options, tokenizer)) {
            for (int file = 0; file < files.size(); file++) {
                if (format == DataFormat.JSONL) {
                    readLines(files.get(file), file, options, builder);
                } else {
                    readStream(files.get(file), file, tokenizer, builder);
                }
                builder.endFile();
            }
            return builder.build(
                    path.toString(), files.stream().map(DataFiles::name).toList());
        }
    }

    static TextDataset builtin(DataFormat format, Split split, int samples, Tokenizer tokenizer, TextOptions options) {
        Check.positive(samples, "samples");
        BuiltinTexts texts = BuiltinTexts.of(format);
        TextOptions named = options.withLabels(texts.kinds());
        try (TextSetBuilder builder = new TextSetBuilder(named, tokenizer)) {
            for (int i = 0; i < samples; i++) {
                builder.add(texts.sample(split, i), 0, format.key());
            }
            return builder.build(format.key(), List.of());
        }
    }

    private static List<Path> files(DataFormat format, Path path) {
        DataFiles.requireExists(path);
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        String ending = format == DataFormat.JSONL ? ".jsonl" : ".txt";
        List<Path> files = DataFiles.list(path, name -> name.endsWith(ending) || name.endsWith(ending + ".gz"));
        if (files.isEmpty()) {
            throw new UserException(path + ": holds no *" + ending + " file; name a file or a folder of such files.");
        }
        return files;
    }

    private static InputStream open(Path file) {
        try {
            InputStream plain = Files.newInputStream(file);
            try {
                boolean packed = DataFiles.name(file).endsWith(".gz");
                return new BufferedInputStream(packed ? new GZIPInputStream(plain) : plain, 1 << 16);
            } catch (IOException e) {
                plain.close();
                throw e;
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static UserException unreadable(Path file, IOException e) {
        return new UserException(file + ": cannot be read (" + e.getMessage() + ").", e);
    }

    private static void readLines(Path file, int number, TextOptions options, TextSetBuilder builder) {
        JsonLines parser = new JsonLines(options.labelField(), options.deviceField());
        boolean empty = true;
        try (InputStream in = open(file)) {
            LineReader lines = new LineReader(in, file.toString());
            for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
                if (!line.get().isBlank()) {
                    empty = false;
                    builder.add(parser.parse(line.get(), lines.place()), number, lines.place());
                }
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        requireContent(file, empty);
    }

    private static void readStream(Path file, int number, Tokenizer tokenizer, TextSetBuilder builder) {
        boolean empty = true;
        try (InputStream in = open(file);
                TextPieces pieces = new TextPieces(in, tokenizer)) {
            for (Optional<String> piece = pieces.next(); piece.isPresent(); piece = pieces.next()) {
                if (empty && tokenizer.addsStart()) {
                    builder.addToStream(new int[] {tokenizer.start().orElseThrow()}, number);
                }
                empty = false;
                builder.addToStream(complements(tokenizer.encode(piece.get(), false)), number);
            }
        } catch (CharacterCodingException e) {
            throw new UserException(file + ": is not UTF-8 text; convert it first.", e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        requireContent(file, empty);
        if (tokenizer.end().isPresent()) {
            builder.addToStream(new int[] {~tokenizer.end().getAsInt()}, number);
        }
    }

    private static int[] complements(int[] tokens) {
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = ~tokens[i];
        }
        return tokens;
    }

    private static void requireContent(Path file, boolean empty) {
        if (empty) {
            throw new UserException(file + ": is empty; take it out, or fill it.");
        }
    }
}
