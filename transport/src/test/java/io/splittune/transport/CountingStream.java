package io.splittune.transport;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.CRC32C;

/** Cheap bytes of any number without memory, and a sink that tells whether they are the same ones. */
public final class CountingStream {
    private CountingStream() {}

    /** Makes {@code bytes} bytes, in which position matters. */
    public static InputStream source(long bytes) {
        return new InputStream() {
            private long position;

            @Override
            public int read() {
                return position == bytes ? -1 : at(position++) & 0xFF;
            }

            @Override
            public int read(byte[] target, int offset, int count) {
                if (position == bytes) {
                    return -1;
                }
                int made = (int) Math.min(count, bytes - position);
                for (int i = 0; i < made; i++) {
                    target[offset + i] = at(position + i);
                }
                position += made;
                return made;
            }
        };
    }

    /** Counts and sums what is written. */
    public static final class Sink extends OutputStream {
        private final CRC32C sum = new CRC32C();
        private long bytes;

        @Override
        public void write(int value) {
            sum.update(value);
            bytes++;
        }

        @Override
        public void write(byte[] source, int offset, int count) {
            sum.update(source, offset, count);
            bytes += count;
        }

        public long bytes() {
            return bytes;
        }

        public long sum() {
            return sum.getValue();
        }
    }

    private static byte at(long position) {
        return (byte) (position ^ (position >>> 8) ^ (position >>> 19) * 31);
    }
}
