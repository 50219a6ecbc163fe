package io.splittune.wireless;

import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** What several tests start from. */
final class Setups {
    static final double MIB = 1 << 20;

    private Setups() {}

    /** ViT-B/16 of Table III: 200 classes, batch 64, rank 16. */
    static TuningSetup tableIII() {
        return SftSetting.tuning(SftSetting.TABLE_III_CLASSES);
    }

    static TuningSetup cifar100() {
        return SftSetting.tuning(SftSetting.CLASSES);
    }

    static Device device(double clockHz) {
        return new Device("d", 256, 4, clockHz, 8L << 30, 0.2, 1e-26);
    }

    static DeviceSite site(double clockHz, double iterations) {
        return new DeviceSite(device(clockHz), LinkState.ofSnrDb(17, 17), iterations);
    }

    static TuningSetup random(RandomGenerator random) {
        List<String> names = ModelShapes.names();
        ModelShape shape = ModelShapes.named(names.get(random.nextInt(names.size())), 1 + random.nextInt(1000), 128);
        boolean vit = shape instanceof VitShape;
        int batch = 1 + random.nextInt(64);
        Set<LoraTarget> targets = vit && random.nextBoolean() ? LoraTarget.VIT_SEPARATE : shape.allLinear();
        return new TuningSetup(
                shape,
                batch,
                1 + random.nextInt(batch),
                1 + random.nextInt(32),
                targets,
                random.nextBoolean() ? 4 : 2,
                random.nextBoolean() ? OptimizerKind.SGD_MOMENTUM : OptimizerKind.ADAM,
                random.nextBoolean() ? BackwardCost.TWICE_FORWARD : BackwardCost.FROZEN_WEIGHTS,
                vit && random.nextBoolean() ? Formulas.PRINTED : Formulas.OURS);
    }

    static DeviceSite randomSite(RandomGenerator random) {
        return new DeviceSite(
                device(random.nextDouble(0.1e9, 3e9)),
                LinkState.ofSnrDb(random.nextDouble(-5, 30), random.nextDouble(-5, 30)),
                random.nextDouble(0.5, 200));
    }
}
