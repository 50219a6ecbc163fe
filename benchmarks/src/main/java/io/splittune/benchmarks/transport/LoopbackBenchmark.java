package io.splittune.benchmarks.transport;

import io.splittune.transport.Message;
import io.splittune.transport.TransportException;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One step's way over loopback: an activation to the server and a gradient of the same size back.
 *
 * <p>38,731,776 bytes is the fp32 activation of ViT-B/16 for a batch of 64: 64 x 197 x 768 x 4. 64 bytes show the
 * latency of two messages. Run it with {@code java -cp CLASSPATH org.openjdk.jmh.Main LoopbackBenchmark}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class LoopbackBenchmark {
    /** Whether the link is protected as it is by default. */
    @Param({"true", "false"})
    public boolean tls;

    /** Payload of each of the two messages. */
    @Param({"64", "38731776"})
    public int bytes;

    private @Nullable Loopback loopback;

    /** Connects both ends. */
    @Setup(Level.Trial)
    public void open() throws IOException {
        loopback = Loopback.open(tls, bytes);
    }

    /** Takes both ends down. */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        Objects.requireNonNull(loopback).close();
    }

    /** Up and down once. */
    @Benchmark
    public Message.Gradient step() throws TransportException {
        return Objects.requireNonNull(loopback).step();
    }
}
