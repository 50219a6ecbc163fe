package io.splittune.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.splittune.core.Ticker;
import io.splittune.tensor.testing.LeakChecked;
import io.splittune.transport.Admission;
import io.splittune.transport.CutLink;
import io.splittune.transport.DevelopmentCertificates;
import io.splittune.transport.LinkOptions;
import io.splittune.transport.grpc.GrpcDialer;
import io.splittune.transport.grpc.GrpcListener;
import io.splittune.transport.grpc.GrpcSecurity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What carries the messages changes nothing of what is learnt. */
@LeakChecked
class NetworkEqualsProcessTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int DEVICES = 2;
    private static final int CUT = 2;

    @ParameterizedTest
    @EnumSource(names = {"SFT", "SL"})
    void mutualTlsAndThreadsGiveTheSameBits(Scheme scheme, @TempDir Path certificates) throws IOException {
        try (TinyRun network = TinyRun.of(scheme, 2);
                TinyRun process = TinyRun.of(scheme, 2)) {
            RunSummary far = overNetwork(network, certificates);
            RunSummary near = process.inProcess(DEVICES, CUT, TinyRun.PAPER);

            assertThat(TinyRun.losses(far)).isEqualTo(TinyRun.losses(near));
            assertThat(far.adapters()).isEqualTo(near.adapters());
            assertThat(far.traffic()).isEqualTo(near.traffic());
        }
    }

    private static RunSummary overNetwork(TinyRun run, Path certificates) throws IOException {
        List<String> ids = TinyRun.parties(DEVICES).deviceIds();
        DevelopmentCertificates.create(certificates, List.of("localhost"), ids, Duration.ofDays(1), false);
        RoundPolicy policy = TinyRun.always(DEVICES, CUT, TinyRun.PAPER);
        try (GrpcListener door = GrpcListener.listen(
                "localhost",
                0,
                GrpcSecurity.mutualTls(DevelopmentCertificates.server(certificates)),
                Admission.any(),
                LinkOptions.DEFAULT)) {
            List<CompletableFuture<Void>> devices = new ArrayList<>();
            for (int index = 0; index < DEVICES; index++) {
                int device = index;
                devices.add(CompletableFuture.runAsync(
                        () -> device(run, device, certificates, door.port()), TinyRun.THREADS));
            }
            RunSummary summary = run.server(DEVICES, policy, RunStore.NONE, new RunListener() {})
                    .run(door, PATIENCE);
            devices.forEach(CompletableFuture::join);
            return summary;
        }
    }

    private static void device(TinyRun run, int index, Path certificates, int port) {
        String id = TinyRun.parties(DEVICES).deviceIds().get(index);
        DeviceTask task = new DeviceTask(run.config, run.data(DEVICES).get(index), CUT);
        try (CutLink link = GrpcDialer.connect(
                "localhost",
                port,
                GrpcSecurity.mutualTls(DevelopmentCertificates.device(certificates, id)),
                LinkOptions.DEFAULT,
                PATIENCE)) {
            new DeviceWorker(
                            link,
                            new DeviceWorker.Identity(id, "", PATIENCE),
                            new SharedWeights(task, run.model),
                            OptimizerStates.NONE,
                            run.gate,
                            new RunListener() {},
                            Ticker.system())
                    .run();
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
