package io.splittune.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.splittune.planner.Theorem1Bound.Term;
import io.splittune.testkit.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class Theorem1BoundTest {
    @Test
    void fallsInEveryDevicesBits() {
        Property.forAll(200, random -> {
            Theorem1Bound bound = bound(random);
            List<Term> terms = terms(random);
            for (int n = 0; n < terms.size(); n++) {
                List<Term> more = new ArrayList<>(terms);
                Term term = terms.get(n);
                more.set(n, new Term(term.share(), term.gradientVariance(), term.bits() + 1, term.participation()));
                assertThat(bound.gap(more, 1000)).isLessThan(bound.gap(terms, 1000));
            }
        });
    }

    @Test
    void fallsAsOneOverTheSteps() {
        Property.forAll(50, random -> {
            Theorem1Bound bound = bound(random);
            List<Term> terms = terms(random);
            double far = bound.gap(terms, 1_000_000_000L) * 1e9;
            double farther = bound.gap(terms, 100_000_000_000L) * 1e11;
            assertThat(farther).isCloseTo(far, within(1e-4 * far));
        });
    }

    @Test
    void fallsWithParticipation() {
        Theorem1Bound bound = new Theorem1Bound(4, 1, 2, 0.5, 100, 1, 5, 0.1, 3);
        assertThat(bound.gap(List.of(new Term(1, 1, 8, 1)), 100))
                .isLessThan(bound.gap(List.of(new Term(1, 1, 8, 0.5)), 100));
    }

    /** 2 (B + C) / mu + mu gamma / 2 over gamma + T - 1, by hand; the worst quantiser counts in G_q. */
    @Test
    void isTheFormulaForTwoDevices() {
        Theorem1Bound bound = new Theorem1Bound(2, 1, 3, 1, 4, 3, 2, 0.5, 7);
        assertThat(bound.quantisationError(2)).isEqualTo(1);
        assertThat(bound.quantisationError(1)).isEqualTo(9);
        double b = 0.25 * (5 + 1) + 0.25 * (6 + 9) + 6 * 2 * 0.5 + 8 * (3 + 9);
        double c = 4 * 4 * (3 + 9) * 0.25 * (1 - 0.25) / 0.25;
        double expected = 2.0 / (16 + 10 - 1) * (2 * (b + c) + 16 / 2.0 * 7);
        List<Term> terms = List.of(new Term(0.5, 5, 2, 0.25), new Term(0.5, 6, 1, 1));
        assertThat(bound.gap(terms, 10)).isCloseTo(expected, within(1e-12 * expected));
    }

    @Test
    void valuesOutOfRangeAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Theorem1Bound(1, 2, 1, 1, 1, 1, 1, 1, 1))
                .withMessage("strongConvexity (2.0) must lie in (0, smoothness (1.0)].");
        assertThatIllegalArgumentException().isThrownBy(() -> new Term(1, 1, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Term(1, 1, 4, 0));
        Theorem1Bound bound = new Theorem1Bound(2, 1, 3, 1, 4, 3, 2, 0.5, 7);
        assertThatIllegalArgumentException().isThrownBy(() -> bound.gap(List.of(), 10));
    }

    private static Theorem1Bound bound(RandomGenerator random) {
        double convexity = random.nextDouble(0.01, 1);
        return new Theorem1Bound(
                convexity * random.nextDouble(1, 100),
                convexity,
                random.nextDouble(0, 10),
                random.nextDouble(0.1, 2),
                random.nextDouble(10, 1000),
                random.nextDouble(0.1, 5),
                random.nextInt(1, 6),
                random.nextDouble(),
                random.nextDouble(0, 10));
    }

    private static List<Term> terms(RandomGenerator random) {
        int count = random.nextInt(1, 6);
        List<Term> terms = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            terms.add(new Term(1.0 / count, random.nextDouble(0, 3), random.nextInt(1, 9), random.nextDouble(0.1, 1)));
        }
        return terms;
    }
}
