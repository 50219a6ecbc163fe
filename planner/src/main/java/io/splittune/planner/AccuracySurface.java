package io.splittune.planner;

import io.splittune.core.Check;
import java.util.List;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.DecompositionSolver;
import org.hipparchus.linear.QRDecomposition;

/**
 * Accuracy over keep and bits: SFT eq. (10), the full polynomial of third order, ten coefficients, fitted by least
 * squares.
 *
 * <p>The second variable is {@code log2(E + 1)}, the bits of a level, not E: the accuracy is smooth in bits. Outside
 * of the measured range a cubic means nothing. Immutable and thread-safe.
 */
public final class AccuracySurface {
    private static final int COEFFICIENTS = 10;

    /** Bits are divided by this so that all columns of the fit are of one size. */
    private static final double BITS_SCALE = 8;

    /** Relative size of a diagonal element of R below which the points do not determine the polynomial. */
    private static final double SINGULAR = 1e-10;

    private final double[] coefficients;
    private final double meanSquaredError;

    private AccuracySurface(double[] coefficients, List<AccuracyPoint> points) {
        this.coefficients = coefficients;
        this.meanSquaredError = points.stream()
                .mapToDouble(p -> p.accuracy() - at(p.keep(), p.levels()))
                .map(difference -> difference * difference)
                .average()
                .orElseThrow();
    }

    /**
     * Fits a surface.
     *
     * @param points at least ten, with at least four keeps and four numbers of levels among them
     * @throws IllegalArgumentException if the points do not determine the polynomial
     */
    public static AccuracySurface fit(List<AccuracyPoint> points) {
        Check.require(
                points.size() >= COEFFICIENTS,
                "A cubic surface needs at least %s points, there are %s.",
                COEFFICIENTS,
                points.size());
        double[][] rows = points.stream()
                .map(point -> terms(point.keep(), point.levels()))
                .toArray(double[][]::new);
        double[] values = points.stream().mapToDouble(AccuracyPoint::accuracy).toArray();
        DecompositionSolver solver = new QRDecomposition(new Array2DRowRealMatrix(rows, false), SINGULAR).getSolver();
        Check.require(
                solver.isNonSingular(),
                "The points do not determine a cubic surface: they need four keeps and four numbers of levels.");
        return new AccuracySurface(solver.solve(new ArrayRealVector(values)).toArray(), points);
    }

    /**
     * Returns the fitted accuracy.
     *
     * @param keep rho, in (0, 1]
     * @param levels E, positive
     */
    public double at(double keep, int levels) {
        Check.positive(levels, "levels");
        double[] terms = terms(keep, levels);
        double sum = 0;
        for (int i = 0; i < COEFFICIENTS; i++) {
            sum += coefficients[i] * terms[i];
        }
        return sum;
    }

    /** Returns the mean of the squared differences at the fitted points. */
    public double meanSquaredError() {
        return meanSquaredError;
    }

    private static double[] terms(double keep, int levels) {
        double bits = Math.log(levels + 1.0) / Math.log(2) / BITS_SCALE;
        double[] terms = new double[COEFFICIENTS];
        int next = 0;
        for (int order = 0; order <= 3; order++) {
            for (int power = 0; power <= order; power++) {
                terms[next++] = Math.pow(keep, order - power) * Math.pow(bits, power);
            }
        }
        return terms;
    }
}
