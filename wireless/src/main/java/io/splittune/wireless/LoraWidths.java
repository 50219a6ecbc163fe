package io.splittune.wireless;

import io.splittune.core.Check;
import java.util.Set;

/** Inputs plus outputs of the linear layers that carry LoRA: a pair of rank r has r times as many values. */
final class LoraWidths {
    private LoraWidths() {}

    static long sum(Set<LoraTarget> targets, long width, long queryWidth, long keyValueWidth, long mlpWidth) {
        Check.require(!targets.isEmpty(), "targets must name a layer.");
        Check.require(
                !targets.contains(LoraTarget.QKV)
                        || !(targets.contains(LoraTarget.QUERY)
                                || targets.contains(LoraTarget.KEY)
                                || targets.contains(LoraTarget.VALUE)),
                "targets (%s) must name QKV or its parts, not both.",
                targets);
        long sum = 0;
        for (LoraTarget target : targets) {
            sum += switch (target) {
                case QKV -> width + queryWidth + 2 * keyValueWidth;
                case QUERY, PROJECTION -> width + queryWidth;
                case KEY, VALUE -> width + keyValueWidth;
                case MLP_UP, MLP_GATE, MLP_DOWN -> width + mlpWidth;
            };
        }
        return sum;
    }
}
