package io.splittune.transport.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.transport.CutLink;
import io.splittune.transport.InProcessTransport;
import io.splittune.transport.Message;
import io.splittune.transport.Messages;
import io.splittune.transport.TransportException;
import io.splittune.transport.testing.FlakyLink.Fault;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class FlakyLinkTest {
    private static final Duration SOON = Duration.ofSeconds(5);

    @Test
    void itDropsAndCutsAsPlanned() throws TransportException {
        try (InProcessTransport transport = new InProcessTransport();
                CutLink device = new FlakyLink(transport.connect(), FlakyLinkTest::plan);
                CutLink server = transport.listener().accept(SOON)) {
            device.send(Messages.hello("device-1"));
            device.send(new Message.Goodbye("lost"));
            device.send(new Message.WeightsRequest(true, 7));
            assertThatThrownBy(() -> device.send(new Message.Goodbye("cut")))
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining("on purpose");
            assertThat(server.receive(SOON)).isEqualTo(Messages.hello("device-1"));
            assertThat(server.receive(SOON)).isEqualTo(new Message.WeightsRequest(true, 7));
            assertThatThrownBy(() -> server.receive(SOON)).isInstanceOf(TransportException.class);
            assertThat(device.isOpen()).isFalse();
        }
    }

    private static Fault plan(Message message, long index) {
        if (index == 1) {
            return Fault.DROP;
        }
        return index == 3 ? Fault.CUT : Fault.NONE;
    }
}
