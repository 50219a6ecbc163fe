package io.splittune.wireless;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.core.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceChannelTest {
    private static final String BOTH = "round,device,uplinkSnrDb,downlinkSnrDb\n";

    @TempDir
    private Path folder;

    private Path trace(String text) throws IOException {
        return Files.writeString(folder.resolve("trace.csv"), text);
    }

    @Test
    void rowsAreReadInAnyOrderOfDevices() throws IOException {
        Path file = trace(BOTH + "1,1,10,12\n1,0,17,20\r\n2,0,3.5,-1\n\n 2 , 1 , 0 , 5 \n");
        TraceChannel channel = TraceChannel.read(file, false);
        assertThat(channel.devices()).isEqualTo(2);
        assertThat(channel.state(0, 1)).isEqualTo(LinkState.ofSnrDb(17, 20));
        assertThat(channel.state(0, 2)).isEqualTo(LinkState.ofSnrDb(3.5, -1));
        assertThat(channel.state(1, 2)).isEqualTo(LinkState.ofSnrDb(0, 5));
    }

    @Test
    void withoutADownlinkColumnTheDownlinkIsTheUplink() throws IOException {
        TraceChannel channel = TraceChannel.read(trace("round,device,uplinkSnrDb\n0,0,17\n"), false);
        assertThat(channel.state(0, 0)).isEqualTo(LinkState.ofSnrDb(17, 17));
    }

    @Test
    void aTraceThatEndsEarlySaysWhichDeviceAndRound() throws IOException {
        Path file = trace(BOTH + "1,0,17,20\n2,0,3,4\n1,1,5,6\n");
        TraceChannel channel = TraceChannel.read(file, false);
        assertThatThrownBy(() -> channel.state(0, 3))
                .isInstanceOf(UserException.class)
                .hasMessage(
                        file + ": device 0 has no round 3; its rows cover rounds 1 to 2. Record more or let the trace"
                                + " repeat.");
        assertThatThrownBy(() -> channel.state(1, 2))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("device 1 has no round 2");
        assertThatThrownBy(() -> channel.state(0, 0))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("device 0 has no round 0");
        assertThatThrownBy(() -> channel.state(2, 1))
                .isInstanceOf(UserException.class)
                .hasMessage(
                        file + ": device 2 has no rows for round 1; the trace has 2 devices. Record this device or use"
                                + " fewer.");
    }

    @Test
    void aRepeatingTraceBeginsAnewPerDevice() throws IOException {
        TraceChannel channel = TraceChannel.read(trace(BOTH + "1,0,17,20\n2,0,3,4\n1,1,5,6\n"), true);
        assertThat(channel.state(0, 3)).isEqualTo(channel.state(0, 1));
        assertThat(channel.state(0, 4)).isEqualTo(channel.state(0, 2));
        assertThat(channel.state(0, 0)).isEqualTo(channel.state(0, 2));
        assertThat(channel.state(1, 9)).isEqualTo(channel.state(1, 1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1,0,NaN,1| uplinkSnrDb is 'NaN'; write a number of dB from -300 to 300.",
                "1,0,1,Infinity| downlinkSnrDb is 'Infinity'; write a number of dB from -300 to 300.",
                "1,0,5e4,1| uplinkSnrDb is '5e4'; write a number of dB from -300 to 300.",
                "1,0,ten,1| uplinkSnrDb is 'ten'; write a number of dB from -300 to 300.",
                "1,0,,1| uplinkSnrDb is ''; write a number of dB from -300 to 300.",
                "1,0,1| has 3 fields; the header has 4.",
                "1,0,1,2,3| has 5 fields; the header has 4.",
                "1.5,0,1,2| round is '1.5'; write a whole number of 0 or more.",
                "1,-2,1,2| device is '-2'; write a whole number of 0 or more.",
                "4,5,1,2| device 5 has round 4 where round 1 is due.",
                "1,5,1,2| device 5 has round 1 where round 2 is due."
            })
    void malformedLinesAreNamed(String line, String message) throws IOException {
        Path file = trace(BOTH + "1,5,17,20\n" + line + "\n");
        String where = file + " line 3: ";
        if (message.contains("where round 1 is due")) {
            Files.writeString(file, BOTH + "1,0,17,20\n" + line + "\n");
        }
        assertThatThrownBy(() -> TraceChannel.read(file, true))
                .isInstanceOf(UserException.class)
                .hasMessage(where + message);
    }

    @Test
    void filesThatAreNoTraceAreRefused() throws IOException {
        Path missing = folder.resolve("none.csv");
        assertThatThrownBy(() -> TraceChannel.read(missing, false))
                .isInstanceOf(UserException.class)
                .hasMessage(missing + ": there is no such trace file.");
        Path header = trace("time,snr\n1,2\n");
        assertThatThrownBy(() -> TraceChannel.read(header, false))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(header + " line 1: the header is 'time,snr'; write 'round,device,uplinkSnrDb'");
        for (String text : new String[] {"", BOTH}) {
            Path empty = trace(text);
            assertThatThrownBy(() -> TraceChannel.read(empty, false))
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith(empty + ": has no rows;");
        }
        Path binary = Files.write(folder.resolve("b.csv"), new byte[] {(byte) 0xC3, (byte) 0x28, 0});
        assertThatThrownBy(() -> TraceChannel.read(binary, false))
                .isInstanceOf(UserException.class)
                .hasMessage(binary + ": is not UTF-8 text, so not a trace.");
        assertThatThrownBy(() -> TraceChannel.read(folder, false))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(folder + ": cannot be read");
    }
}
