package io.splittune.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.splittune.transport.AbstractTransportContract;
import io.splittune.transport.Admission;
import io.splittune.transport.CutLink;
import io.splittune.transport.CutListener;
import io.splittune.transport.LinkOptions;
import io.splittune.transport.LinkStatistics;
import io.splittune.transport.MessageKind;
import io.splittune.transport.TransportException;
import org.junit.jupiter.api.Test;

/** The contract over a socket. */
abstract class AbstractGrpcContract extends AbstractTransportContract {
    abstract GrpcSecurity server();

    abstract GrpcSecurity device(String id);

    @Override
    protected Place open(Admission admission, LinkOptions options) throws TransportException {
        GrpcListener listener = GrpcListener.listen("127.0.0.1", 0, server(), admission, options);
        int port = listener.port();
        return new Place() {
            @Override
            public CutListener listener() {
                return listener;
            }

            @Override
            public CutLink connect(String deviceId) throws TransportException {
                return GrpcDialer.connect("127.0.0.1", port, device(deviceId), options, SOON);
            }

            @Override
            public void close() {
                listener.close();
            }
        };
    }

    @Override
    protected void checkWire(LinkStatistics statistics) {
        LinkStatistics.Traffic traffic = statistics.sent(MessageKind.ACTIVATION);
        // Four envelopes, each with a header of some tens of bytes.
        assertThat(traffic.wireBytes() - traffic.payloadBytes()).isBetween(4L * 10, 4L * 64);
    }

    @Test
    void closingLeavesNoThreadBehind() throws Exception {
        Place place = open(Admission.any(), LinkOptions.DEFAULT);
        Ends ends = ends(place, "device-1");
        assertThat(Threads.named("splittune-")).isNotEmpty();
        ends.device().close();
        ends.server().close();
        place.close();
        assertThat(Threads.leftOver("splittune-")).isEmpty();
        assertThat(Threads.leftOver("grpc-")).isEmpty();
    }
}
