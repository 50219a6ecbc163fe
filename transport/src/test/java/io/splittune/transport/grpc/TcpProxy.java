package io.splittune.transport.grpc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** A network that can be cut, or fall silent, after a number of bytes from the device. */
final class TcpProxy implements AutoCloseable {
    /** What happens after the given number of bytes. */
    enum Then {
        RESET,
        SILENCE
    }

    private final ServerSocket entrance;
    private final int port;
    private final long bytesUp;
    private final Then then;
    private final AtomicLong passedUp = new AtomicLong();
    private final CountDownLatch tripped = new CountDownLatch(1);
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    TcpProxy(int port, long bytesUp, Then then) throws IOException {
        this.port = port;
        this.bytesUp = bytesUp;
        this.then = then;
        this.entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::serve);
    }

    int port() {
        return entrance.getLocalPort();
    }

    void awaitTripped() throws InterruptedException {
        tripped.await();
    }

    private void serve() throws IOException {
        while (true) {
            Socket device = entrance.accept();
            Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
            sockets.add(device);
            sockets.add(server);
            start(() -> copy(device, server, true));
            start(() -> copy(server, device, false));
        }
    }

    private void copy(Socket from, Socket to, boolean up) throws IOException {
        byte[] buffer = new byte[8192];
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            if (up && passedUp.addAndGet(count) > bytesUp) {
                tripped.countDown();
                if (then == Then.RESET) {
                    reset();
                }
            }
            if (tripped.getCount() == 0) {
                // Silence: neither way, and nobody is told.
                return;
            }
            out.write(buffer, 0, count);
        }
        to.shutdownOutput();
    }

    private void reset() {
        for (Socket socket : sockets) {
            try (socket) {
                socket.setSoLinger(true, 0);
            } catch (IOException closedBefore) {
                // The copying thread was first.
            }
        }
    }

    @Override
    public void close() throws IOException {
        entrance.close();
        reset();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException closed) {
                        // Both ends see it too.
                        return;
                    }
                },
                "tcp-proxy");
        thread.setDaemon(true);
        thread.start();
    }
}
