package io.splittune.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
    @Test
    void makesTheFoldersAndTheFile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("a/b/text");
        AtomicFiles.writeString(file, "héllo");
        assertThat(file).hasContent("héllo");
    }

    @Test
    void aFailureLeavesTheFormerFileAndNothingElse(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("model");
        AtomicFiles.writeString(file, "before");
        assertThatThrownBy(() -> AtomicFiles.write(file, out -> {
                    out.write(1);
                    throw new IOException("No space left on device");
                }))
                .hasMessage("No space left on device");
        assertThat(file).hasContent("before");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aSecretIsForItsOwnerAlone(@TempDir Path folder) throws IOException {
        Path secret = folder.resolve("key");
        AtomicFiles.writeSecret(secret, "secret");
        assertThat(secret).hasContent("secret");
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            assertThat(Files.getPosixFilePermissions(secret))
                    .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        }
    }

    @Test
    void aFolderThatCannotBeMadeIsNamedWithTheCause(@TempDir Path folder) throws IOException {
        Path inTheWay = Files.writeString(folder.resolve("taken"), "a file");
        assertThatThrownBy(() -> AtomicFiles.writeString(inTheWay.resolve("below/file.txt"), "text"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("taken")
                .hasMessageContaining("cannot be written")
                .hasMessageContaining("choose another folder");
    }
}
