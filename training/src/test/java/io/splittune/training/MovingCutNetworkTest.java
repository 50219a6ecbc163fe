package io.splittune.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.core.Ticker;
import io.splittune.model.Checkpoint;
import io.splittune.model.CheckpointWriter;
import io.splittune.model.HalfRange;
import io.splittune.model.Precision;
import io.splittune.model.SafetensorsType;
import io.splittune.model.VitConfig;
import io.splittune.tensor.testing.LeakChecked;
import io.splittune.transport.Admission;
import io.splittune.transport.Blob;
import io.splittune.transport.CutLink;
import io.splittune.transport.LinkOptions;
import io.splittune.transport.grpc.GrpcDialer;
import io.splittune.transport.grpc.GrpcListener;
import io.splittune.transport.grpc.GrpcSecurity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Devices that hold the blocks of their greatest cut and no others: the first reads its own model, the rest are sent it. */
@LeakChecked
class MovingCutNetworkTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int DEVICES = 2;

    /** Announces a greatest cut for cuts that are decided elsewhere. */
    private record Announced(RoundPolicy policy, int greatest) implements RoundPolicy {
        @Override
        public List<DeviceDecision> decide(int round) {
            return policy.decide(round);
        }

        @Override
        public OptionalInt greatestCut(int device) {
            return OptionalInt.of(greatest);
        }
    }

    /** Cuts 1, 2 and 1 of 4 blocks. */
    private static RoundPolicy between1And2() {
        return round -> TinyRun.always(DEVICES, 2 - round % 2, TinyRun.NONE).decide(round);
    }

    /** A device with a checkpoint of its own, or a place for what it is sent. */
    private record Home(DeviceTask task, Optional<Path> own, Path received, Map<Integer, Long> bytes)
            implements DeviceEnvironment {
        @Override
        public DeviceTask prepare(byte[] configuration, int deviceIndex) {
            return task;
        }

        @Override
        public Optional<HalfSource> ownWeights(int cut, String weightsHash) {
            return own.map(folder -> {
                try (Checkpoint checkpoint = Checkpoint.open(folder)) {
                    assertThat(checkpoint.contentHash(HalfRange.device(cut))).isEqualTo(weightsHash);
                    return load(checkpoint, cut);
                }
            });
        }

        @Override
        public HalfSource receivedWeights(String weightsHash, Blob weights) throws IOException {
            bytes.put(bytes.size(), weights.bytes());
            weights.saveTo(received);
            try (Checkpoint half = Checkpoint.openHalf(received)) {
                return load(half, task.cut());
            }
        }

        private static FrozenModel load(Checkpoint checkpoint, int cut) {
            return FrozenModel.load(checkpoint, checkpoint.config(), HalfRange.device(cut), Precision.FP32);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CARD", "SFT"})
    void devicesFollowACutThatMovesWithinWhatTheyHold(Scheme scheme, @TempDir Path folder) throws IOException {
        try (TinyRun network = TinyRun.of(scheme, 3);
                TinyRun process = TinyRun.of(scheme, 3)) {
            Map<Integer, Long> sent = new ConcurrentHashMap<>();
            RunSummary far = overNetwork(network, new Announced(between1And2(), 2), 2, folder, sent);
            RunSummary near = process.inProcess(DEVICES, between1And2());
            assertThat(far.rounds())
                    .extracting(round -> round.devices().get(0).cut())
                    .containsExactly(1, 2, 1);
            assertThat(TinyRun.losses(far)).isEqualTo(TinyRun.losses(near));
            assertThat(far.adapters()).isEqualTo(near.adapters());
            assertThat(far.traffic()).isEqualTo(near.traffic());
            long twoBlocks =
                    4 * network.model.half(HalfRange.device(2)).weights().parameters();
            assertThat(sent.values())
                    .hasSize(1)
                    .allSatisfy(bytes -> assertThat(bytes).isBetween(twoBlocks, twoBlocks + 4096));
        }
    }

    @Test
    void moreBlocksThanWereAnnouncedAreRefused(@TempDir Path folder) {
        try (TinyRun run = TinyRun.sft(2)) {
            assertThatThrownBy(() ->
                            overNetwork(run, new Announced(between1And2(), 1), 1, folder, new ConcurrentHashMap<>()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(
                            "The policy gives device device-0 2 blocks in round 2, more than the 1 that it announced.");
        }
    }

    private static RunSummary overNetwork(
            TinyRun run, RoundPolicy policy, int held, Path folder, Map<Integer, Long> sent) throws IOException {
        HalfRange whole = HalfRange.whole(TinyRun.DEPTH);
        CheckpointWriter.write(
                folder, (VitConfig) run.model.config(), run.model.half(whole).weights(), SafetensorsType.F32);
        List<CompletableFuture<Void>> devices = new ArrayList<>();
        try (Checkpoint checkpoint = Checkpoint.open(folder);
                SpooledWeights weights = new SpooledWeights(checkpoint);
                GrpcListener door = GrpcListener.listen(
                        "localhost", 0, GrpcSecurity.insecure(), Admission.any(), LinkOptions.DEFAULT)) {
            for (int index = 0; index < DEVICES; index++) {
                DeviceTask task = new DeviceTask(run.config, run.data(DEVICES).get(index), held);
                Optional<Path> own = index == 0 ? Optional.of(folder) : Optional.empty();
                Home home = new Home(task, own, folder.resolve("half.safetensors"), sent);
                String id = "device-" + index;
                devices.add(CompletableFuture.runAsync(() -> device(run, home, id, door.port()), TinyRun.THREADS));
            }
            return run.server(DEVICES, policy, RunStore.NONE, new RunListener() {}, weights)
                    .run(door, PATIENCE);
        } finally {
            // A device whose run was refused ends with a broken link.
            devices.forEach(device -> device.handle((done, failed) -> true).join());
        }
    }

    private static void device(TinyRun run, Home home, String id, int port) {
        try (CutLink link =
                GrpcDialer.connect("localhost", port, GrpcSecurity.insecure(), LinkOptions.DEFAULT, PATIENCE)) {
            new DeviceWorker(
                            link,
                            new DeviceWorker.Identity(id, "", PATIENCE),
                            home,
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
