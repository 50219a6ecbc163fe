package io.splittune.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.testkit.Property;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MaskTest {
    @Test
    void everyWayOfReadingItAgrees() {
        Property.forAll(200, random -> {
            boolean[] flags = new boolean[1 + random.nextInt(300)];
            List<Integer> positions = new ArrayList<>();
            double density = random.nextDouble();
            for (int i = 0; i < flags.length; i++) {
                flags[i] = random.nextDouble() < density;
                if (flags[i]) {
                    positions.add(i);
                }
            }
            Mask mask = Mask.of(flags);
            List<Integer> byAction = new ArrayList<>();
            mask.forEachKept(byAction::add);
            List<Integer> bySteps = new ArrayList<>();
            for (int p = mask.nextKept(0); p >= 0; p = mask.nextKept(p + 1)) {
                bySteps.add(p);
            }
            assertThat(byAction).isEqualTo(positions);
            assertThat(bySteps).isEqualTo(positions);
            assertThat(mask.kept()).isEqualTo(positions.size());
            assertThat(mask.size()).isEqualTo(flags.length);
            for (int i = 0; i < flags.length; i++) {
                assertThat(mask.isKept(i)).isEqualTo(flags[i]);
            }
        });
    }

    @Test
    void slicesHoldTheirElementsAndJoinToTheWhole() {
        Property.forAll(300, random -> {
            boolean[] flags = new boolean[1 + random.nextInt(400)];
            for (int i = 0; i < flags.length; i++) {
                flags[i] = random.nextBoolean();
            }
            Mask mask = Mask.of(flags);
            List<Mask> parts = new ArrayList<>();
            for (int from = 0; from < flags.length; ) {
                int length = 1 + random.nextInt(flags.length - from);
                Mask part = mask.slice(from, length);
                assertThat(part).isEqualTo(Mask.of(Arrays.copyOfRange(flags, from, from + length)));
                parts.add(part);
                from += length;
            }
            assertThat(Mask.join(parts.toArray(Mask[]::new))).isEqualTo(mask);
        });
    }

    @Test
    void denseMasksOfEverySizeAreFull() {
        for (int size = 1; size < 200; size++) {
            boolean[] flags = new boolean[size];
            Arrays.fill(flags, true);
            assertThat(Mask.all(size)).isEqualTo(Mask.of(flags));
            assertThat(Mask.all(size).isDense()).isTrue();
            assertThat(Mask.all(size).kept()).isEqualTo(size);
        }
    }

    @Test
    void theChecksumTellsMasksApart() {
        assertThat(Mask.of(true, false).checksum())
                .isNotEqualTo(Mask.of(false, true).checksum());
        assertThat(Mask.of(true, false).checksum())
                .isEqualTo(Mask.of(true, false).checksum());
    }

    @Test
    void positionsOutsideAreRefused() {
        Mask mask = Mask.all(3);
        assertThatThrownBy(() -> mask.isKept(3)).hasMessage("position (3) must lie in [0, 3).");
        assertThatThrownBy(() -> mask.isKept(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> mask.nextKept(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(mask.nextKept(3)).isEqualTo(-1);
        assertThatThrownBy(() -> Mask.all(0)).hasMessage("size (0) must be > 0.");
        assertThatThrownBy(Mask::of).hasMessage("size (0) must be > 0.");
    }

    @Test
    void itPrintsItsCounts() {
        assertThat(Mask.of(true, false, true)).hasToString("Mask[2 of 3]");
    }
}
