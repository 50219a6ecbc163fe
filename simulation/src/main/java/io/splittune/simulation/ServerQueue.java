package io.splittune.simulation;

/** How the server shares itself among the devices. */
public enum ServerQueue {
    /** One job at a time, in order of arrival over all devices: SFT section IV-A. */
    FIFO,
    /** Every device has the whole server for itself: what eq. (14) and (18) of SFT assume. */
    NONE
}
