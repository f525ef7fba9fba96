package im.holm.engine.core;

/// The moving end of a room: one row, updated once a commit under the guard of `version`.
///
/// @param version changes with every commit of the room: a count, and in the low 16 bits the tag of
/// the run
///     of decisions that made it. A commit that expects another one is refused
/// @param nextEv the next free event number, from 1
/// @param nextSnap the next free snapshot number, from 1
/// @param tlTop the timeline key of the newest live event
/// @param tlBottom the timeline key of the oldest event
/// @param extremities numbers of the forward extremities
/// @param snap the resolved current state
/// @param lastPos journal position of the room's newest fact
/// @param lastMessageEv number of the newest event that a conversation list shows, 0 if none
/// @param bumpMs when the conversation last moved up a list, milliseconds since 1970
public record RoomHead(
        long version,
        int ownerSlot,
        int nextEv,
        int nextSnap,
        long tlTop,
        long tlBottom,
        int[] extremities,
        int snap,
        long lastPos,
        int lastMessageEv,
        long bumpMs,
        int joined,
        int invited) {

    /// Distance between the timeline keys of two live events, and of two events before our
    /// first.
    public static final long TL_STEP = 1L << 20;

    private static final int TAG_BITS = 16;

    /// The version after `version`. An append that was decided on top of one that was refused
    /// must not find, by chance, a head with its number that another run of decisions has put
    /// there: so each run has a tag.
    static long nextVersion(long version, int tag) {
        return ((version >>> TAG_BITS) + 1) << TAG_BITS | tag & (1 << TAG_BITS) - 1;
    }

    /// How many commits the room has seen.
    public long commits() {
        return version >>> TAG_BITS;
    }

    /// A room of which nothing is stored yet.
    public static RoomHead fresh(int ownerSlot) {
        return new RoomHead(0, ownerSlot, 1, 1, 0, 0, new int[0], 0, 0, 0, 0, 0, 0);
    }

    RoomHead withVersion(long changed) {
        return new RoomHead(
                changed,
                ownerSlot,
                nextEv,
                nextSnap,
                tlTop,
                tlBottom,
                extremities,
                snap,
                lastPos,
                lastMessageEv,
                bumpMs,
                joined,
                invited);
    }

    RoomHead withNextEv(int changed) {
        return new RoomHead(
                version,
                ownerSlot,
                changed,
                nextSnap,
                tlTop,
                tlBottom,
                extremities,
                snap,
                lastPos,
                lastMessageEv,
                bumpMs,
                joined,
                invited);
    }

    RoomHead withNextSnap(int changed) {
        return new RoomHead(
                version,
                ownerSlot,
                nextEv,
                changed,
                tlTop,
                tlBottom,
                extremities,
                snap,
                lastPos,
                lastMessageEv,
                bumpMs,
                joined,
                invited);
    }

    RoomHead withExtremities(int[] changed) {
        return new RoomHead(
                version,
                ownerSlot,
                nextEv,
                nextSnap,
                tlTop,
                tlBottom,
                changed,
                snap,
                lastPos,
                lastMessageEv,
                bumpMs,
                joined,
                invited);
    }

    RoomHead withSnap(int changed) {
        return new RoomHead(
                version,
                ownerSlot,
                nextEv,
                nextSnap,
                tlTop,
                tlBottom,
                extremities,
                changed,
                lastPos,
                lastMessageEv,
                bumpMs,
                joined,
                invited);
    }

    RoomHead withTimeline(long top, long bottom) {
        return new RoomHead(
                version,
                ownerSlot,
                nextEv,
                nextSnap,
                top,
                bottom,
                extremities,
                snap,
                lastPos,
                lastMessageEv,
                bumpMs,
                joined,
                invited);
    }

    RoomHead withMessage(int ev, long atMs) {
        return new RoomHead(
                version,
                ownerSlot,
                nextEv,
                nextSnap,
                tlTop,
                tlBottom,
                extremities,
                snap,
                lastPos,
                ev,
                atMs,
                joined,
                invited);
    }

    RoomHead withMembers(int nowJoined, int nowInvited) {
        return new RoomHead(
                version,
                ownerSlot,
                nextEv,
                nextSnap,
                tlTop,
                tlBottom,
                extremities,
                snap,
                lastPos,
                lastMessageEv,
                bumpMs,
                nowJoined,
                nowInvited);
    }

    /// As stored by a commit whose last fact got this position.
    public RoomHead committed(long position) {
        return new RoomHead(
                version,
                ownerSlot,
                nextEv,
                nextSnap,
                tlTop,
                tlBottom,
                extremities,
                snap,
                position,
                lastMessageEv,
                bumpMs,
                joined,
                invited);
    }
}
