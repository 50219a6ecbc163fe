package io.splittune.wireless;

import io.splittune.core.UserException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Known boards and cards, with peak fp32 figures: real training reaches a part of them, which calibration measures.
 *
 * <p>Sources. Jetsons: NVIDIA's data sheets of the modules (CUDA cores, highest GPU clock, highest power mode; the two
 * Orin Nanos as first released, before the "Super" mode). Raspberry Pi 4B: the product brief (four Cortex-A72 at 1.5
 * GHz, 8 GB version), eight fp32 operations a cycle from one 128-bit multiply-add, 7 W as testers report for the loaded
 * board. RTX 4060, T4, V100 SXM2 16 GB: NVIDIA's product pages and data sheets, boost clocks. Phones: Arm's published
 * multiply-adds of the Mali core (32 for G77 and G78, 64 for G710) times the cores and clocks that the makers' chips
 * ship with, 1 core here being 1 multiply-add; their makers publish no power, 5 W is our assumption for what a phone
 * can lose as heat.
 */
public final class HardwareProfiles {
    private static final long GIB = 1L << 30;
    private static final double MHZ = 1e6;
    private static final Map<String, HardwareProfile> PROFILES = profiles();

    private HardwareProfiles() {}

    private static Map<String, HardwareProfile> profiles() {
        Map<String, HardwareProfile> profiles = new LinkedHashMap<>();
        for (HardwareProfile profile : List.of(
                new HardwareProfile("jetson-nano", 128, 2, 921.6 * MHZ, 4 * GIB, 10),
                new HardwareProfile("jetson-tx2", 256, 2, 1300 * MHZ, 8 * GIB, 15),
                new HardwareProfile("jetson-xavier-nx", 384, 2, 1100 * MHZ, 8 * GIB, 20),
                new HardwareProfile("jetson-agx-xavier", 512, 2, 1377 * MHZ, 32 * GIB, 30),
                new HardwareProfile("jetson-orin-nano-4gb", 512, 2, 625 * MHZ, 4 * GIB, 10),
                new HardwareProfile("jetson-orin-nano-8gb", 1024, 2, 625 * MHZ, 8 * GIB, 15),
                new HardwareProfile("jetson-agx-orin", 2048, 2, 1300 * MHZ, 64 * GIB, 60),
                new HardwareProfile("raspberry-pi-4b", 4, 8, 1500 * MHZ, 8 * GIB, 7),
                new HardwareProfile("rtx-4060", 3072, 2, 2460 * MHZ, 8 * GIB, 115),
                new HardwareProfile("t4", 2560, 2, 1590 * MHZ, 16 * GIB, 70),
                new HardwareProfile("v100", 5120, 2, 1530 * MHZ, 16 * GIB, 300),
                new HardwareProfile("phone-exynos-990", 352, 2, 800 * MHZ, 8 * GIB, 5),
                new HardwareProfile("phone-tensor-g1", 640, 2, 848 * MHZ, 8 * GIB, 5),
                new HardwareProfile("phone-tensor-g2", 448, 2, 848 * MHZ, 8 * GIB, 5))) {
            profiles.put(profile.name(), profile);
        }
        return profiles;
    }

    /** Returns the names, in the order of the documentation. */
    public static List<String> names() {
        return List.copyOf(PROFILES.keySet());
    }

    /**
     * Returns the profile of that name.
     *
     * @param name one of {@link #names()}
     * @throws UserException if the name is unknown
     */
    public static HardwareProfile named(String name) {
        HardwareProfile profile = PROFILES.get(name);
        if (profile == null) {
            throw new UserException("hardware: '" + name + "' is not known; choose one of "
                    + String.join(", ", PROFILES.keySet()) + ".");
        }
        return profile;
    }
}
