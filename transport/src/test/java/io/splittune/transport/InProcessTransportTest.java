package io.splittune.transport;

import static org.assertj.core.api.Assertions.assertThat;

final class InProcessTransportTest extends AbstractTransportContract {
    @Override
    protected Place open(Admission admission, LinkOptions options) {
        InProcessTransport transport = new InProcessTransport(admission, options);
        return new Place() {
            @Override
            public CutListener listener() {
                return transport.listener();
            }

            @Override
            public CutLink connect(String deviceId) throws TransportException {
                return transport.connect();
            }

            @Override
            public void close() {
                transport.close();
            }
        };
    }

    @Override
    protected void checkWire(LinkStatistics statistics) {
        assertThat(statistics.totalSent().wireBytes()).isZero();
    }
}
