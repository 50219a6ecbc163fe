package io.splittune.transport.grpc;

import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Network threads that belong to one listener or one device link and end with it. */
final class EventLoops {
    /** How gRPC tells people what exceptions tell them as well. Held here, since loggers are collected when unused. */
    private static final Logger GRPC_LOGGER = Logger.getLogger("io.grpc");

    private static final int STOP_SECONDS = 1;

    private EventLoops() {}

    /** Starts daemon threads when first used. */
    static EventLoopGroup open(int threads, String name) {
        if (GRPC_LOGGER.getLevel() == null) {
            GRPC_LOGGER.setLevel(Level.OFF);
        }
        return new MultiThreadIoEventLoopGroup(
                threads, new DefaultThreadFactory(name, true), NioIoHandler.newFactory());
    }

    /** Ends the threads, waiting for them a little. */
    static void close(EventLoopGroup group) {
        group.shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS);
    }
}
