package io.splittune.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.core.UserException;
import io.splittune.transport.internal.TlsFiles;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DevelopmentCertificatesTest {
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    Path folder;

    @Test
    void allFilesAreThereAndKeysAreTheirOwnersAlone() throws IOException {
        DevelopmentCertificates.create(folder, List.of(), List.of("a", "b.2"), DAY, false);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "ca.pem",
                            "ca.key",
                            "server.pem",
                            "server.key",
                            "device-a.pem",
                            "device-a.key",
                            "device-b.2.pem",
                            "device-b.2.key");
        }
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            for (String name : List.of("ca", "server", "device-a")) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name + ".key"))))
                        .isEqualTo("rw-------");
            }
        }
    }

    @Test
    void certificatesComeFromTheAuthorityAndNameTheirHolder() throws Exception {
        DevelopmentCertificates.create(folder, List.of("edge.example", "10.0.0.7"), List.of("a"), DAY, false);
        TlsFiles server = TlsFiles.read(DevelopmentCertificates.server(folder));
        TlsFiles device = TlsFiles.read(DevelopmentCertificates.device(folder, "a"));
        X509Certificate authority = server.authorities().get(0);
        for (X509Certificate issued :
                List.of(server.chain().get(0), device.chain().get(0))) {
            issued.verify(authority.getPublicKey());
            issued.checkValidity();
            assertThat(issued.getBasicConstraints()).isEqualTo(-1);
        }
        assertThat(authority.getBasicConstraints()).isZero();
        List<Object> names = new ArrayList<>();
        server.chain().get(0).getSubjectAlternativeNames().forEach(name -> names.add(name.get(1)));
        assertThat(names).containsExactly("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1", "edge.example", "10.0.0.7");
        assertThat(device.chain().get(0).getSubjectX500Principal().getName()).isEqualTo("CN=a");
        assertThat(device.chain().get(0).getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
        Instant end = device.chain().get(0).getNotAfter().toInstant();
        assertThat(end)
                .isBetween(
                        Instant.now().plus(DAY).minusSeconds(60), Instant.now().plus(DAY));
    }

    @Test
    void whatIsThereIsReplacedOnlyByForce() throws IOException {
        DevelopmentCertificates.create(folder, List.of(), List.of("a"), DAY, false);
        String before = Files.readString(folder.resolve("ca.pem"));
        assertThatThrownBy(() -> DevelopmentCertificates.create(folder, List.of(), List.of("b"), DAY, false))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("ca.pem: is there already")
                .hasMessageContaining("--force");
        assertThat(folder.resolve("ca.pem")).hasContent(before);
        assertThat(folder.resolve("device-b.pem")).doesNotExist();
        DevelopmentCertificates.create(folder, List.of(), List.of("b"), DAY, true);
        assertThat(Files.readString(folder.resolve("ca.pem"))).isNotEqualTo(before);
    }

    @Test
    void malformedNamesAreRefusedBeforeAnythingIsWritten() {
        for (String id : List.of("", "a/b", "x".repeat(65), "ä")) {
            assertThatThrownBy(() -> DevelopmentCertificates.create(folder, List.of(), List.of(id), DAY, false))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("deviceId");
        }
        assertThatThrownBy(() -> DevelopmentCertificates.create(folder, List.of("no host"), List.of(), DAY, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no host");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aFolderThatIsAFileIsTold() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> DevelopmentCertificates.create(file, List.of(), List.of(), DAY, false))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("cannot be written")
                .hasMessageNotContaining("\n");
    }
}
