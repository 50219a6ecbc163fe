package io.splittune.training;

import io.splittune.training.SlotRound.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a round has come to so far. Devices are added in order of their index, and what one trained is added up at once, so
 * that it need not be kept. Confined to one thread.
 */
final class RoundTotals {
    private final List<DeviceRound> records = new ArrayList<>();
    private final Optional<Aggregation> average;
    private Handover handedOn;
    private double lossSum;
    private long steppedTargets;

    /**
     * What a round has come to.
     *
     * @param next what the next round starts from; the same as this one if no device has finished
     * @param loss mean over the samples of the devices that finished; NaN if none did
     * @param devices their records, in order of index
     */
    record Result(Handover next, double loss, List<DeviceRound> devices) {
        Traffic traffic() {
            return devices.stream().map(DeviceRound::traffic).reduce(Traffic.NONE, Traffic::plus);
        }
    }

    private RoundTotals(Handover start, Optional<Aggregation> average) {
        this.handedOn = start;
        this.average = average;
    }

    /** Begins a round whose devices all start from the same and are averaged. */
    static RoundTotals averaged(Handover start, Aggregation average) {
        return new RoundTotals(start, Optional.of(average));
    }

    /** Begins a round whose devices go on one from another. */
    static RoundTotals handedOn(Handover start) {
        return new RoundTotals(start, Optional.empty());
    }

    /** What the next device starts from. A device that failed has changed nothing. */
    Handover deviceStart() {
        return handedOn;
    }

    void add(int device, Outcome outcome) {
        records.add(outcome.record());
        outcome.trained().ifPresent(trained -> {
            if (average.isPresent()) {
                average.get().add(device, trained.adapter(), outcome.record().samples());
            } else {
                handedOn = trained;
            }
            lossSum += outcome.record().loss() * (double) outcome.steppedTargets();
            steppedTargets += outcome.steppedTargets();
        });
    }

    Result result() {
        Handover next =
                average.map(sum -> new Handover(sum.result(), Optional.empty())).orElse(handedOn);
        return new Result(
                next, steppedTargets == 0 ? Double.NaN : lossSum / (double) steppedTargets, List.copyOf(records));
    }
}
