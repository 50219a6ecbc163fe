package io.splittune.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Random rounds for the property tests. */
final class RandomRounds {
    private RandomRounds() {}

    /** Returns 1 to 60 devices with 0 to 12 mini-batches; a stage in eight takes no time, one in sixteen very long. */
    static List<StageSeconds> devices(RandomGenerator random) {
        List<StageSeconds> devices = new ArrayList<>();
        int count = 1 + random.nextInt(60);
        double serverShare = Math.pow(10, random.nextDouble(-2, 1));
        for (int n = 0; n < count; n++) {
            devices.add(new StageSeconds(
                    stage(random),
                    stage(random),
                    stage(random),
                    serverShare * stage(random),
                    stage(random),
                    stage(random),
                    stage(random),
                    random.nextInt(13)));
        }
        return devices;
    }

    private static double stage(RandomGenerator random) {
        double seconds = 3 * random.nextDouble();
        return switch (random.nextInt(16)) {
            case 0, 1 -> 0;
            case 2 -> 200 * seconds;
            default -> seconds;
        };
    }
}
