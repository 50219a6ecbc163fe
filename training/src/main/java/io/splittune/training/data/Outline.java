package io.splittune.training.data;

/**
 * The signed distance to a plane figure about as large as the unit disc: negative inside, in the same unit as the
 * coordinates (x to the right, y down). It need not be exact far from the edge.
 */
@FunctionalInterface
interface Outline {
    /** No figure reaches farther from the origin than this. */
    double REACH = 1.35;

    /** Returns the signed distance of a point. */
    double distance(double x, double y);

    /** A disc around a point. */
    static Outline disc(double centreX, double centreY, double radius) {
        return (x, y) -> Math.sqrt((x - centreX) * (x - centreX) + (y - centreY) * (y - centreY)) - radius;
    }

    /** A rectangle around a point. */
    static Outline box(double centreX, double centreY, double halfWidth, double halfHeight) {
        return (x, y) -> Math.max(Math.abs(x - centreX) - halfWidth, Math.abs(y - centreY) - halfHeight);
    }

    /** What is inside of any of the figures. */
    static Outline union(Outline... parts) {
        return (x, y) -> {
            double least = Double.POSITIVE_INFINITY;
            for (Outline part : parts) {
                least = Math.min(least, part.distance(x, y));
            }
            return least;
        };
    }

    /** This figure without another one. */
    default Outline without(Outline other) {
        return (x, y) -> Math.max(distance(x, y), -other.distance(x, y));
    }

    /** The edge of this figure, drawn with a pen that reaches half its width to each side. */
    default Outline stroked(double halfWidth) {
        return (x, y) -> Math.abs(distance(x, y)) - halfWidth;
    }

    /**
     * A simple polygon.
     *
     * @param corners x and y in turn
     */
    static Outline polygon(double... corners) {
        int n = corners.length / 2;
        double[] inverseSquares = new double[n];
        for (int i = 0; i < n; i++) {
            int j = (i + n - 1) % n;
            double dx = corners[2 * j] - corners[2 * i];
            double dy = corners[2 * j + 1] - corners[2 * i + 1];
            inverseSquares[i] = 1 / (dx * dx + dy * dy);
        }
        return (x, y) -> polygonDistance(corners, inverseSquares, x, y);
    }

    /** A star with corners at radius 1 and notches at the given radius, one corner up. */
    static Outline star(int points, double notchRadius) {
        double[] corners = new double[4 * points];
        for (int i = 0; i < 2 * points; i++) {
            double angle = StrictMath.PI * i / points;
            double radius = i % 2 == 0 ? 1 : notchRadius;
            corners[2 * i] = radius * StrictMath.sin(angle);
            corners[2 * i + 1] = -radius * StrictMath.cos(angle);
        }
        return polygon(corners);
    }

    /** Distance to the nearest edge; the sign from the number of edges that a horizontal ray crosses. */
    private static double polygonDistance(double[] corners, double[] inverseSquares, double x, double y) {
        double nearest = Double.POSITIVE_INFINITY;
        boolean inside = false;
        int n = inverseSquares.length;
        double endX = corners[2 * n - 2];
        double endY = corners[2 * n - 1];
        for (int i = 0; i < n; i++) {
            double startX = corners[2 * i];
            double startY = corners[2 * i + 1];
            double edgeX = endX - startX;
            double edgeY = endY - startY;
            double px = x - startX;
            double py = y - startY;
            double along = Math.max(0, Math.min(1, (px * edgeX + py * edgeY) * inverseSquares[i]));
            double restX = px - edgeX * along;
            double restY = py - edgeY * along;
            nearest = Math.min(nearest, restX * restX + restY * restY);
            if ((startY > y) != (endY > y) && (px * edgeY < py * edgeX) == (edgeY > 0)) {
                inside = !inside;
            }
            endX = startX;
            endY = startY;
        }
        double distance = Math.sqrt(nearest);
        return inside ? -distance : distance;
    }
}
