package io.splittune.cli.scenario;

/** Built-in hardware, as {@link io.splittune.wireless.HardwareProfiles} names it. */
public enum HardwareName {
    /** Jetson Nano. */
    JETSON_NANO,
    /** Jetson TX2. */
    JETSON_TX2,
    /** Jetson Xavier NX. */
    JETSON_XAVIER_NX,
    /** Jetson AGX Xavier. */
    JETSON_AGX_XAVIER,
    /** Jetson Orin Nano, 4 GB. */
    JETSON_ORIN_NANO_4GB,
    /** Jetson Orin Nano, 8 GB. */
    JETSON_ORIN_NANO_8GB,
    /** Jetson AGX Orin. */
    JETSON_AGX_ORIN,
    /** Raspberry Pi 4B. */
    RASPBERRY_PI_4B,
    /** GeForce RTX 4060. */
    RTX_4060,
    /** Tesla T4. */
    T4,
    /** Tesla V100. */
    V100,
    /** A phone with an Exynos 990. */
    PHONE_EXYNOS_990,
    /** A phone with a first Tensor. */
    PHONE_TENSOR_G1,
    /** A phone with a second Tensor. */
    PHONE_TENSOR_G2
}
