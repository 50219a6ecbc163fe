package io.splittune.training.data;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Draws one procedural image: a background that changes from one colour to another, clutter, the textured figure, at
 * times a bar in front of it, and noise. Plain arithmetic and StrictMath only. Used once.
 */
final class ScenePainter {
    private static final int COLOUR_TRIES = 50;
    /** Bits of one of the three uniform numbers whose sum is the noise of a value: nine fit into a long. */
    private static final int NOISE_BITS = 7;

    private static final int NOISE_MASK = (1 << NOISE_BITS) - 1;
    private static final double NOISE_MEAN = 3 * NOISE_MASK / 2.0;
    private static final double NOISE_DEVIATION = Math.sqrt(3 * ((1L << (2 * NOISE_BITS)) - 1) / 12.0);

    private final SceneRules rules;
    private final int size;
    private final RandomGenerator random;
    private final float[] red;
    private final float[] green;
    private final float[] blue;

    ScenePainter(SceneRules rules, int size, RandomGenerator random) {
        this.rules = rules;
        this.size = size;
        this.random = random;
        this.red = new float[size * size];
        this.green = new float[size * size];
        this.blue = new float[size * size];
    }

    /** A colour with components in [0, 1]. */
    private record Colour(float red, float green, float blue) {
        double distance(Colour other) {
            double r = red - other.red;
            double g = green - other.green;
            double b = blue - other.blue;
            return Math.sqrt((r * r + g * g + b * b) / 3);
        }
    }

    RawImage paint(ShapeClass shapeClass) {
        ShapeKind kind = pick(shapeClass.kinds());
        Texture texture = pick(shapeClass.textures());
        Colour back = ground();
        Colour first = light();
        Colour second = contrasting(first);
        background(back, new Colour(nudge(back.red), nudge(back.green), nudge(back.blue)));
        for (int i = 0; i < rules.clutter(); i++) {
            clutter(back);
        }
        double radius = between(rules.smallestRadius(), rules.largestRadius()) * size;
        // The figure stays inside, but for its tips.
        double centreX = between(0.9 * radius, size - 0.9 * radius);
        double centreY = between(0.9 * radius, size - 0.9 * radius);
        figure(kind.outline(), new Fill(texture, first, second), centreX, centreY, radius);
        if (random.nextDouble() < rules.occlusion()) {
            occlude(centreX, centreY, radius, colour());
        }
        return finish();
    }

    private void background(Colour from, Colour to) {
        double angle = between(0, 2 * StrictMath.PI);
        double stepX = StrictMath.cos(angle) / size;
        double stepY = StrictMath.sin(angle) / size;
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                double part = 0.5 + (x - size / 2.0) * stepX + (y - size / 2.0) * stepY;
                int at = y * size + x;
                red[at] = (float) (from.red + part * (to.red - from.red));
                green[at] = (float) (from.green + part * (to.green - from.green));
                blue[at] = (float) (from.blue + part * (to.blue - from.blue));
            }
        }
    }

    /** A small spot or stroke whose colour is not far from the background's. */
    private void clutter(Colour back) {
        double x = between(0, size);
        double y = between(0, size);
        boolean stroke = random.nextBoolean();
        double length = stroke ? between(0.08, 0.2) * size : between(0.02, 0.06) * size;
        double width = stroke ? between(0.01, 0.03) * size : length;
        Colour colour = new Colour(nudge(back.red), nudge(back.green), nudge(back.blue));
        bar(x, y, length, width, colour);
    }

    private void occlude(double centreX, double centreY, double radius, Colour colour) {
        double angle = between(0, 2 * StrictMath.PI);
        double x = centreX + 0.8 * radius * StrictMath.cos(angle);
        double y = centreY + 0.8 * radius * StrictMath.sin(angle);
        bar(x, y, between(0.4, 0.8) * radius, between(0.15, 0.3) * radius, colour);
    }

    /** A full rectangle at a random angle. */
    private void bar(double centreX, double centreY, double halfLength, double halfWidth, Colour colour) {
        double angle = between(0, StrictMath.PI);
        double cos = StrictMath.cos(angle);
        double sin = StrictMath.sin(angle);
        double reach = halfLength + halfWidth + 1;
        for (int y = first(centreY - reach); y < end(centreY + reach); y++) {
            for (int x = first(centreX - reach); x < end(centreX + reach); x++) {
                double dx = x + 0.5 - centreX;
                double dy = y + 0.5 - centreY;
                double across = Math.abs(dy * cos - dx * sin) - halfWidth;
                double along = Math.abs(dx * cos + dy * sin) - halfLength;
                blend(y * size + x, 0.5 - Math.max(across, along), colour);
            }
        }
    }

    /** How a figure is filled. */
    private record Fill(Texture texture, Colour first, Colour second) {}

    private void figure(Outline outline, Fill fill, double centreX, double centreY, double radius) {
        double turn = StrictMath.toRadians(between(-rules.rotationDegrees(), rules.rotationDegrees()));
        double cos = StrictMath.cos(turn) / radius;
        double sin = StrictMath.sin(turn) / radius;
        double period = between(rules.smallestPeriod(), rules.largestPeriod()) * size;
        double patternTurn = StrictMath.toRadians(between(-rules.textureDegrees(), rules.textureDegrees()));
        double patternCos = StrictMath.cos(patternTurn) / period;
        double patternSin = StrictMath.sin(patternTurn) / period;
        double phaseU = random.nextDouble();
        double phaseV = random.nextDouble();
        double reach = Outline.REACH * radius + 1;
        for (int y = first(centreY - reach); y < end(centreY + reach); y++) {
            for (int x = first(centreX - reach); x < end(centreX + reach); x++) {
                double dx = x + 0.5 - centreX;
                double dy = y + 0.5 - centreY;
                double distance = outline.distance(dx * cos + dy * sin, dy * cos - dx * sin);
                double cover = 0.5 - distance * radius;
                if (cover > 0) {
                    double u = dx * patternCos + dy * patternSin + phaseU;
                    double v = dy * patternCos - dx * patternSin + phaseV;
                    double share = fill.texture.at(u, v, period / 2);
                    blend(y * size + x, cover * (1 - share), cover * share, fill);
                }
            }
        }
    }

    private void blend(int at, double cover, Colour colour) {
        if (cover > 0) {
            float part = (float) Math.min(1, cover);
            red[at] += part * (colour.red - red[at]);
            green[at] += part * (colour.green - green[at]);
            blue[at] += part * (colour.blue - blue[at]);
        }
    }

    private void blend(int at, double coverFirst, double coverSecond, Fill fill) {
        double total = Math.min(1, coverFirst + coverSecond);
        float share = (float) (coverSecond / (coverFirst + coverSecond));
        float part = (float) total;
        red[at] += part * (fill.first.red + share * (fill.second.red - fill.first.red) - red[at]);
        green[at] += part * (fill.first.green + share * (fill.second.green - fill.first.green) - green[at]);
        blue[at] += part * (fill.first.blue + share * (fill.second.blue - fill.first.blue) - blue[at]);
    }

    private RawImage finish() {
        int plane = size * size;
        byte[] planes = new byte[RawImage.CHANNELS * plane];
        for (int at = 0; at < plane; at++) {
            long bits = random.nextLong();
            planes[at] = level(red[at], bits);
            planes[plane + at] = level(green[at], bits >>> (3 * NOISE_BITS));
            planes[2 * plane + at] = level(blue[at], bits >>> (6 * NOISE_BITS));
        }
        return RawImage.ofPlanes(planes, size, size);
    }

    /** Adds nearly normal noise made of the sum of three uniform numbers. */
    private byte level(float value, long bits) {
        long sum =
                (bits & NOISE_MASK) + ((bits >>> NOISE_BITS) & NOISE_MASK) + ((bits >>> (2 * NOISE_BITS)) & NOISE_MASK);
        double noisy = value + rules.noise() * (sum - NOISE_MEAN) / NOISE_DEVIATION;
        return (byte) Math.rint(255 * Math.max(0, Math.min(1, noisy)));
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private Colour colour() {
        return new Colour(random.nextFloat(), random.nextFloat(), random.nextFloat());
    }

    /** A dark colour: figures are lighter than the ground, which lets a small network find them soon. */
    private Colour ground() {
        return new Colour(0.5f * random.nextFloat(), 0.5f * random.nextFloat(), 0.5f * random.nextFloat());
    }

    private Colour light() {
        return new Colour(lift(random.nextFloat()), lift(random.nextFloat()), lift(random.nextFloat()));
    }

    private static float lift(float component) {
        return 0.4f + 0.6f * component;
    }

    /** A light colour that differs well from the given one. */
    private Colour contrasting(Colour other) {
        Colour best = light();
        for (int i = 0; i < COLOUR_TRIES && best.distance(other) < rules.contrast(); i++) {
            Colour next = light();
            if (next.distance(other) > best.distance(other)) {
                best = next;
            }
        }
        return best;
    }

    private float nudge(float component) {
        return Math.max(0, Math.min(1, component + (random.nextFloat() - 0.5f) * 0.4f));
    }

    private double between(double low, double high) {
        return low + (high - low) * random.nextDouble();
    }

    private static int first(double edge) {
        return (int) Math.max(0, Math.floor(edge));
    }

    private int end(double edge) {
        return (int) Math.min(size, Math.ceil(edge));
    }
}
