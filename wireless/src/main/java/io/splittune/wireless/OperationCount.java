package io.splittune.wireless;

/** What SFLAM's workloads phi_c and phi_s count. */
public enum OperationCount {
    /** Multiply-adds of the forward pass: what SFLAM's Tables I and II print as "GFLOPs". */
    FORWARD_MACS(1, 1),
    /**
     * Floating-point operations of a training step, a multiply-add as two: three forward passes, or two for the first
     * layer, whose input needs no gradient.
     */
    TRAINING_FLOPS(4, 6);

    private final double perFirstLayerMac;
    private final double perMac;

    OperationCount(double perFirstLayerMac, double perMac) {
        this.perFirstLayerMac = perFirstLayerMac;
        this.perMac = perMac;
    }

    double ofFirstLayer(double macs) {
        return perFirstLayerMac * macs;
    }

    double ofOtherLayers(double macs) {
        return perMac * macs;
    }
}
