package io.splittune.planner;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The quadratic programme of SFT Algorithm 3: {@code min t + 1/2 sum q y^2} with {@code g y + t >= r}, {@code sum w y
 * = 0} and {@code lower <= y <= upper}.
 *
 * <p>Solved by the primal-dual interior-point method of Mehrotra (1992). The variables meet in t and in the sum
 * alone, so a Newton step is one pass over the devices and a system of two unknowns: O(N), where a solver that does
 * not know the structure factorises 3 N rows. Legend: s slack of g y + t >= r, lambda its multiplier, alpha and beta
 * those of the bounds, nu that of the sum. Confined to one thread.
 */
final class EpigraphQp {
    private static final double TOLERANCE = 1e-14;
    private static final int MAX_ITERATIONS = 100;

    /** How far towards the boundary a step goes. */
    private static final double BOUNDARY = 0.995;

    /** How far inside its bounds a variable starts, of their distance. */
    private static final double START = 0.1;

    private final double[] curvature;
    private final double[] slope;
    private final double[] level;
    private final double[] weight;
    private final double[] lower;
    private final double[] upper;
    private final int size;

    private final double[] y;
    /** Distances from the bounds, kept apart from y because they go far below its rounding. */
    private final double[] below;

    private final double[] above;
    private final double[] s;
    private final double[] lambda;
    private final double[] alpha;
    private final double[] beta;
    private double t;
    private double nu;

    /**
     * Takes the programme.
     *
     * @param curvature q, positive
     * @param slope g, positive
     * @param level r
     * @param weight w, positive
     * @param lower bounds, at most 0
     * @param upper bounds, at least 0, above the lower ones
     */
    EpigraphQp(double[] curvature, double[] slope, double[] level, double[] weight, double[] lower, double[] upper) {
        this.curvature = curvature;
        this.slope = slope;
        this.level = level;
        this.weight = weight;
        this.lower = lower;
        this.upper = upper;
        this.size = curvature.length;
        this.y = new double[size];
        this.below = new double[size];
        this.above = new double[size];
        this.s = new double[size];
        this.lambda = new double[size];
        this.alpha = new double[size];
        this.beta = new double[size];
    }

    /** Moves to the optimum. */
    void solve() {
        start();
        for (int iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
            double gap = gap(0, null);
            if (gap <= TOLERANCE && residual() <= TOLERANCE * 100) {
                break;
            }
            Direction predictor = new Direction(0, null);
            double affine = gap(predictor.longest(), predictor);
            double centring = Math.pow(Math.max(0, affine) / gap, 3) * gap / (3 * size);
            Direction corrector = new Direction(centring, predictor);
            double length = Math.min(1, BOUNDARY * corrector.longest());
            if (!(length > TOLERANCE)) {
                break;
            }
            corrector.apply(length);
        }
    }

    /** Returns y of a device. */
    double variable(int device) {
        return y[device];
    }

    /** Returns t. */
    double epigraph() {
        return t;
    }

    /** A point inside all inequalities, with equal products of slacks and multipliers. */
    private void start() {
        t = 1;
        for (int i = 0; i < size; i++) {
            double margin = START * (upper[i] - lower[i]);
            y[i] = Math.max(lower[i] + margin, Math.min(0, upper[i] - margin));
            below[i] = y[i] - lower[i];
            above[i] = upper[i] - y[i];
            t = Math.max(t, level[i] - slope[i] * y[i] + 1);
        }
        double inverse = 0;
        for (int i = 0; i < size; i++) {
            s[i] = slope[i] * y[i] + t - level[i];
            inverse += 1 / s[i];
        }
        for (int i = 0; i < size; i++) {
            lambda[i] = 1 / (s[i] * inverse);
            alpha[i] = 1 / (below[i] * inverse);
            beta[i] = 1 / (above[i] * inverse);
        }
    }

    /** The sum of slack times multiplier after a step of {@code length} along a direction. */
    private double gap(double length, @Nullable Direction d) {
        double sum = 0;
        for (int i = 0; i < size; i++) {
            double dy = d == null ? 0 : length * d.dy[i];
            double ds = d == null ? 0 : length * d.ds[i];
            double dl = d == null ? 0 : length * d.dLambda[i];
            double da = d == null ? 0 : length * d.dAlpha[i];
            double db = d == null ? 0 : length * d.dBeta[i];
            sum += (s[i] + ds) * (lambda[i] + dl)
                    + (below[i] + dy) * (alpha[i] + da)
                    + (above[i] - dy) * (beta[i] + db);
        }
        return sum;
    }

    private double stationarity(int i) {
        return curvature[i] * y[i] - slope[i] * lambda[i] - alpha[i] + beta[i] - weight[i] * nu;
    }

    private double slackResidual(int i) {
        return slope[i] * y[i] + t - level[i] - s[i];
    }

    private double residual() {
        double sum = 0;
        double largest = Math.abs(1 - Arrays.stream(lambda).sum());
        for (int i = 0; i < size; i++) {
            sum += weight[i] * y[i];
            largest = Math.max(largest, Math.max(Math.abs(stationarity(i)), Math.abs(slackResidual(i))));
        }
        return Math.max(largest, Math.abs(sum) / size);
    }

    /** A Newton direction towards products equal to {@code centring}, with second-order terms of a predictor. */
    private final class Direction {
        private final double[] dy = new double[size];
        private final double[] ds = new double[size];
        private final double[] dLambda = new double[size];
        private final double[] dAlpha = new double[size];
        private final double[] dBeta = new double[size];
        private final double[] diagonal = new double[size];
        private final double[] right = new double[size];
        private double dt;
        private double dNu;

        Direction(double centring, @Nullable Direction predictor) {
            for (int i = 0; i < size; i++) {
                // Until the system is solved these hold the wanted changes of the three products.
                dLambda[i] = centring - lambda[i] * s[i];
                dAlpha[i] = centring - alpha[i] * below[i];
                dBeta[i] = centring - beta[i] * above[i];
                if (predictor != null) {
                    dLambda[i] -= predictor.ds[i] * predictor.dLambda[i];
                    dAlpha[i] -= predictor.dy[i] * predictor.dAlpha[i];
                    dBeta[i] += predictor.dy[i] * predictor.dBeta[i];
                }
            }
            solveBorder();
            expand();
        }

        /** Eliminates the devices: what is left are t and the multiplier of the sum. */
        private void solveBorder() {
            double tt = 0;
            double tn = 0;
            double nn = 0;
            double tRight = -1;
            double nRight = 0;
            for (int i = 0; i < size; i++) {
                double ratio = lambda[i] / s[i];
                double rest = curvature[i] + alpha[i] / below[i] + beta[i] / above[i];
                double product = (dLambda[i] - lambda[i] * slackResidual(i)) / s[i];
                diagonal[i] = rest + slope[i] * slope[i] * ratio;
                right[i] = -stationarity(i) + slope[i] * product + dAlpha[i] / below[i] - dBeta[i] / above[i];
                double column = slope[i] * ratio / diagonal[i];
                // ratio - column^2 * diagonal, without the cancellation.
                tt += ratio * rest / diagonal[i];
                tn += column * weight[i];
                nn += weight[i] * weight[i] / diagonal[i];
                tRight += product + lambda[i] - column * right[i];
                nRight -= weight[i] * y[i] + weight[i] * right[i] / diagonal[i];
            }
            double determinant = tt * nn + tn * tn;
            dt = (tRight * nn - tn * nRight) / determinant;
            dNu = (tt * nRight + tn * tRight) / determinant;
        }

        private void expand() {
            for (int i = 0; i < size; i++) {
                double ratio = lambda[i] / s[i];
                dy[i] = (right[i] - slope[i] * ratio * dt + weight[i] * dNu) / diagonal[i];
                ds[i] = slope[i] * dy[i] + dt + slackResidual(i);
                dLambda[i] = (dLambda[i] - lambda[i] * ds[i]) / s[i];
                dAlpha[i] = (dAlpha[i] - alpha[i] * dy[i]) / below[i];
                dBeta[i] = (dBeta[i] + beta[i] * dy[i]) / above[i];
            }
        }

        /** The length at which the first slack or multiplier reaches zero, at most 1 / BOUNDARY. */
        double longest() {
            double length = 1 / BOUNDARY;
            for (int i = 0; i < size; i++) {
                length = Math.min(length, limit(s[i], ds[i]));
                length = Math.min(length, limit(below[i], dy[i]));
                length = Math.min(length, limit(above[i], -dy[i]));
                length = Math.min(length, limit(lambda[i], dLambda[i]));
                length = Math.min(length, limit(alpha[i], dAlpha[i]));
                length = Math.min(length, limit(beta[i], dBeta[i]));
            }
            return length;
        }

        private static double limit(double value, double change) {
            return change < 0 ? -value / change : Double.POSITIVE_INFINITY;
        }

        void apply(double length) {
            t += length * dt;
            nu += length * dNu;
            for (int i = 0; i < size; i++) {
                y[i] += length * dy[i];
                below[i] += length * dy[i];
                above[i] -= length * dy[i];
                s[i] += length * ds[i];
                lambda[i] += length * dLambda[i];
                alpha[i] += length * dAlpha[i];
                beta[i] += length * dBeta[i];
            }
        }
    }
}
