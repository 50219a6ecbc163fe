package io.splittune.training.data;

import java.util.random.RandomGenerator;

/**
 * Gamma and Dirichlet variates from StrictMath alone, so that they are the same on every platform and JDK.
 *
 * <p>Source: Marsaglia and Tsang 2000, with their power-of-uniform step for shapes below one, kept in logarithms because
 * that power underflows for small shapes.
 */
final class GammaDraws {
    private GammaDraws() {}

    /** Returns proportions that sum to one, drawn from the symmetric Dirichlet distribution. */
    static double[] dirichlet(double alpha, int size, RandomGenerator random) {
        double[] values = new double[size];
        double highest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < size; i++) {
            values[i] = logGamma(alpha, random);
            highest = Math.max(highest, values[i]);
        }
        double sum = 0;
        for (int i = 0; i < size; i++) {
            values[i] = StrictMath.exp(values[i] - highest);
            sum += values[i];
        }
        for (int i = 0; i < size; i++) {
            values[i] /= sum;
        }
        return values;
    }

    /** Returns the logarithm of a Gamma(shape, 1) variate. */
    private static double logGamma(double shape, RandomGenerator random) {
        if (shape < 1) {
            return logGamma(shape + 1, random) + StrictMath.log(positiveUniform(random)) / shape;
        }
        double d = shape - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double x = gaussian(random);
            double root = 1 + c * x;
            if (root > 0) {
                double v = root * root * root;
                double accept = 0.5 * x * x + d * (1 - v + StrictMath.log(v));
                if (StrictMath.log(positiveUniform(random)) < accept) {
                    return StrictMath.log(d * v);
                }
            }
        }
    }

    /** Box and Muller's method; one of its two values is enough here. */
    private static double gaussian(RandomGenerator random) {
        double radius = Math.sqrt(-2 * StrictMath.log(positiveUniform(random)));
        return radius * StrictMath.cos(2 * StrictMath.PI * random.nextDouble());
    }

    private static double positiveUniform(RandomGenerator random) {
        return 1 - random.nextDouble();
    }
}
