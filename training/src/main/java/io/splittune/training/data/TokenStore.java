package io.splittune.training.data;

import io.splittune.core.UserException;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * Rows of whole numbers: in memory while they are few, else in a temporary file that nobody else sees. Thread-safe once
 * built.
 */
final class TokenStore implements AutoCloseable {
    /** 16 MiB. */
    static final int MOST_IN_MEMORY = 4 << 20;

    private final int[] memory;
    private final Optional<RecordFile> file;
    private final long[] ends;

    private TokenStore(int[] memory, Optional<RecordFile> file, long[] ends) {
        this.memory = memory;
        this.file = file;
        this.ends = ends;
    }

    int rows() {
        return ends.length;
    }

    /** Returns whether the rows lie in a file. */
    boolean isFile() {
        return file.isPresent();
    }

    /** Returns the tokens of a row. */
    int length(int index) {
        Objects.checkIndex(index, ends.length);
        return (int) (ends[index] - (index == 0 ? 0 : ends[index - 1]));
    }

    /** Returns a copy of a row. */
    int[] row(int index) {
        Objects.checkIndex(index, ends.length);
        long from = index == 0 ? 0 : ends[index - 1];
        int length = (int) (ends[index] - from);
        if (file.isEmpty()) {
            return Arrays.copyOfRange(memory, (int) from, (int) from + length);
        }
        byte[] bytes = new byte[length * Integer.BYTES];
        file.get().read(from * Integer.BYTES, bytes, 0, bytes.length);
        int[] row = new int[length];
        ByteBuffer.wrap(bytes).asIntBuffer().get(row);
        return row;
    }

    @Override
    public void close() {
        file.ifPresent(RecordFile::close);
    }

    /** Collects rows in order; to be closed unless built. */
    static final class Builder implements AutoCloseable {
        private final int mostInMemory;
        private int[] memory = new int[1024];
        private long[] ends = new long[64];
        private int rows;
        private long total;
        private Optional<Spill> spill = Optional.empty();

        Builder(int mostInMemory) {
            this.mostInMemory = mostInMemory;
        }

        void add(int[] values, int from, int to) {
            int count = to - from;
            if (spill.isEmpty() && total + count > mostInMemory) {
                Spill opened = Spill.open();
                spill = Optional.of(opened);
                opened.write(memory, 0, (int) total);
                memory = new int[0];
            }
            if (spill.isPresent()) {
                spill.get().write(values, from, to);
            } else {
                if (total + count > memory.length) {
                    memory = Arrays.copyOf(memory, (int) Math.max(total + count, 2L * memory.length));
                }
                System.arraycopy(values, from, memory, (int) total, count);
            }
            total += count;
            if (rows == ends.length) {
                ends = Arrays.copyOf(ends, Math.multiplyExact(rows, 2));
            }
            ends[rows++] = total;
        }

        int rows() {
            return rows;
        }

        TokenStore build() {
            Optional<RecordFile> file = spill.map(Spill::finish);
            spill = Optional.empty();
            return new TokenStore(
                    Arrays.copyOf(memory, file.isPresent() ? 0 : (int) total), file, Arrays.copyOf(ends, rows));
        }

        @Override
        public void close() {
            spill.ifPresent(Spill::discard);
        }
    }

    /** The temporary file while it is written. */
    private record Spill(Path path, DataOutputStream out) {
        static Spill open() {
            try {
                Path path = Files.createTempFile("splittune-", ".tokens");
                return new Spill(
                        path, new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(path), 1 << 16)));
            } catch (IOException e) {
                throw full(e);
            }
        }

        void write(int[] values, int from, int to) {
            try {
                for (int i = from; i < to; i++) {
                    out.writeInt(values[i]);
                }
            } catch (IOException e) {
                throw full(e);
            }
        }

        RecordFile finish() {
            try {
                out.close();
            } catch (IOException e) {
                throw full(e);
            }
            return RecordFile.openTemporary(path);
        }

        void discard() {
            try {
                out.close();
            } catch (IOException e) {
                // The file goes anyway.
                DataFiles.deleteQuietly(path);
                return;
            }
            DataFiles.deleteQuietly(path);
        }

        private static UserException full(IOException e) {
            return new UserException(
                    System.getProperty("java.io.tmpdir") + ": tokens cannot be written there (" + e.getMessage()
                            + "); make room or choose another folder with -Djava.io.tmpdir=FOLDER.",
                    e);
        }
    }
}
