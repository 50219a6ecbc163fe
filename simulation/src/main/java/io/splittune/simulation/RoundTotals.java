package io.splittune.simulation;

import io.splittune.wireless.PhaseSeconds;

/** What is kept of a simulated round. */
record RoundTotals(double seconds, double joules, PhaseSeconds phases, PhaseBytes bytes, int participants) {
    static RoundTotals of(RoundCost cost) {
        return new RoundTotals(
                cost.virtualSeconds(), cost.energy().total(), cost.phases(), cost.bytes(), cost.participants());
    }
}
