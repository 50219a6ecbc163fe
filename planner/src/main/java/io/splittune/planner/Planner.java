package io.splittune.planner;

/**
 * Decides cut, compression and bandwidth for the devices of a round.
 *
 * <p>Every plan keeps the problem's limits: accuracy, memory, least and greatest shares, the band, the deadline. It
 * gives away the whole band unless all caps bind.
 */
public interface Planner {
    /** Returns its name in scenarios and reports. */
    String name();

    /**
     * Decides everything: the large timescale.
     *
     * @param problem devices, links and limits
     * @return a plan, or the constraint that forbids one
     */
    PlanResult plan(Problem problem);

    /**
     * Divides the band anew and keeps cuts and compressions: the small timescale, SFT section VI-B.
     *
     * @param problem this round's links; its devices are all or some of the former plan's
     * @param previous where cuts and compressions come from
     * @return a plan whose lower bound is that of the band's division alone, or the constraint that forbids one
     * @throws IllegalArgumentException if a device has no place in the former plan
     */
    PlanResult reallocate(Problem problem, Plan previous);
}
