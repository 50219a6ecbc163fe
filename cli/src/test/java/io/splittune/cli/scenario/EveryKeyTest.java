package io.splittune.cli.scenario;

import static io.splittune.cli.scenario.Scenarios.MINIMAL;
import static io.splittune.cli.scenario.Scenarios.read;
import static io.splittune.cli.scenario.Scenarios.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What must hold of every key that there is, found by walking the records. */
class EveryKeyTest {
    private record Found(String path, Type type, Key key) {}

    private static List<Found> keys() {
        List<Found> keys = new ArrayList<>();
        collect(Scenario.class, "", keys);
        collect(StreamSection.class, "compression.activations.", keys);
        collect(GradientSection.class, "compression.gradients.", keys);
        collect(AdaptersSection.class, "compression.adapters.", keys);
        collect(CacheSection.class, "compression.cache.", keys);
        return keys;
    }

    private static void collect(Class<?> section, String prefix, List<Found> keys) {
        for (RecordComponent component : section.getRecordComponents()) {
            Type type = component.getGenericType();
            if (type instanceof ParameterizedType generic && generic.getRawType() == Optional.class) {
                type = generic.getActualTypeArguments()[0];
            }
            String path = prefix + component.getName();
            keys.add(new Found(path, type, component.getAnnotation(Key.class)));
            if (type instanceof Class<?> plain && plain.isRecord() && !Choices.knows(plain)) {
                collect(plain, path + ".", keys);
            }
        }
    }

    @Test
    void everyKeyIsDocumented() {
        assertThat(keys()).hasSizeGreaterThan(60).allSatisfy(found -> {
            assertThat(found.key()).as(found.path()).isNotNull();
            assertThat(found.key().value()).as(found.path()).isNotBlank();
        });
    }

    @Test
    void everyKeyRefusesNothingAndANestedListWithItsPath() {
        for (Found found : keys()) {
            for (String wrong : List.of("null", "[[[]]]", "{ zzz: 1 }", "''")) {
                assertThat(refusal(MINIMAL, found.path() + "=" + wrong))
                        .as(found.path() + "=" + wrong)
                        .startsWith("--set: " + found.path())
                        .containsAnyOf("expected", "unknown key");
            }
        }
    }

    @Test
    void everyNumberRefusesTextAndInfinity() {
        for (Found found : keys()) {
            if (isNumber(found.type())) {
                for (String wrong : List.of("abc", "'3'", "true", ".inf", ".nan", "1e999")) {
                    assertThat(refusal(MINIMAL, found.path() + "=" + wrong))
                            .startsWith("--set: " + found.path() + ": read ")
                            .contains("expected a");
                }
            }
        }
    }

    @Test
    void everyRangeIsHeldAtBothEnds() {
        int ends = 0;
        for (Found found : keys()) {
            Key key = found.key();
            if (isNumber(found.type()) && Double.isFinite(key.min())) {
                assertRefusedNumber(found, key.min() - 1);
                ends++;
            }
            if (isNumber(found.type()) && Double.isFinite(key.above())) {
                assertRefusedNumber(found, key.above());
                ends++;
            }
            if (isNumber(found.type()) && Double.isFinite(key.max())) {
                assertRefusedNumber(found, key.max() + 1);
                ends++;
            }
            if (isNumber(found.type()) && Double.isFinite(key.below())) {
                assertRefusedNumber(found, key.below());
                ends++;
            }
        }
        assertThat(ends).isGreaterThan(40);
    }

    private static void assertRefusedNumber(Found found, double value) {
        String text = value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
        assertThat(refusal(MINIMAL, found.path() + "=" + text))
                .startsWith("--set: " + found.path() + ": read " + text + ", expected a ");
    }

    @Test
    void wholeNumbersRefuseFractionsAndOverflow() {
        for (Found found : keys()) {
            if (found.type() == int.class || found.type() == Integer.class || found.type() == long.class) {
                assertThat(refusal(MINIMAL, found.path() + "=1.5")).contains("expected a whole number");
                assertThat(refusal(MINIMAL, found.path() + "=99999999999999999999"))
                        .contains("expected a whole number");
            }
        }
    }

    @Test
    void everyDefaultIsAllowed() {
        for (Found found : keys()) {
            String standard = found.key().byDefault();
            boolean side = found.path().startsWith("compression.");
            if (!standard.isEmpty() && !side && found.key().when().length == 0) {
                assertThat(read(MINIMAL, found.path() + "=" + standard)).isEqualTo(read(MINIMAL));
            }
        }
    }

    @Test
    void everyKeyThatNeedsANeighbourIsOptionalAndRefusedWithoutIt() {
        List<Found> conditional =
                keys().stream().filter(found -> found.key().when().length > 0).toList();
        assertThat(conditional).hasSizeGreaterThan(15);
        for (Found found : conditional) {
            String standard = found.key().byDefault();
            boolean held = found.path().endsWith("nrDb"); // kind is fixed unless it is given
            if (!standard.isEmpty() && !held) {
                assertThat(refusal(MINIMAL, found.path() + "=" + standard))
                        .startsWith("--set: " + found.path() + ": ")
                        .containsAnyOf("goes with ", "goes together with ");
            }
        }
    }

    private static boolean isNumber(Type type) {
        return List.<Type>of(int.class, Integer.class, long.class, Long.class, double.class, Double.class)
                .contains(type);
    }
}
