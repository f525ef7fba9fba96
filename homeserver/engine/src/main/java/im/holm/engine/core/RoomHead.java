package im.holm.engine.core;

import java.util.function.Consumer;

/// The moving end of a room: one row, updated once a commit under the guard of `version`.
///
/// @param version changes with every commit of the room: a count, and in the low 16 bits the tag
/// of the run of decisions that made it. A commit that expects another one is refused
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
        return with(draft -> draft.version = changed);
    }

    RoomHead withNextEv(int changed) {
        return with(draft -> draft.nextEv = changed);
    }

    RoomHead withNextSnap(int changed) {
        return with(draft -> draft.nextSnap = changed);
    }

    RoomHead withExtremities(int[] changed) {
        return with(draft -> draft.extremities = changed);
    }

    RoomHead withSnap(int changed) {
        return with(draft -> draft.snap = changed);
    }

    RoomHead withTimeline(long top, long bottom) {
        return with(draft -> {
            draft.tlTop = top;
            draft.tlBottom = bottom;
        });
    }

    RoomHead withMessage(int ev, long atMs) {
        return with(draft -> {
            draft.lastMessageEv = ev;
            draft.bumpMs = atMs;
        });
    }

    RoomHead withMembers(int nowJoined, int nowInvited) {
        return with(draft -> {
            draft.joined = nowJoined;
            draft.invited = nowInvited;
        });
    }

    /// As stored by a commit whose last fact got this position.
    public RoomHead committed(long position) {
        return with(draft -> draft.lastPos = position);
    }

    private RoomHead with(Consumer<Draft> change) {
        var draft = new Draft(this);
        change.accept(draft);
        return draft.done();
    }

    /// A head while some of its columns change.
    private static final class Draft {
        private long version;
        private int ownerSlot;
        private int nextEv;
        private int nextSnap;
        private long tlTop;
        private long tlBottom;
        private int[] extremities;
        private int snap;
        private long lastPos;
        private int lastMessageEv;
        private long bumpMs;
        private int joined;
        private int invited;

        private Draft(RoomHead from) {
            version = from.version;
            ownerSlot = from.ownerSlot;
            nextEv = from.nextEv;
            nextSnap = from.nextSnap;
            tlTop = from.tlTop;
            tlBottom = from.tlBottom;
            extremities = from.extremities;
            snap = from.snap;
            lastPos = from.lastPos;
            lastMessageEv = from.lastMessageEv;
            bumpMs = from.bumpMs;
            joined = from.joined;
            invited = from.invited;
        }

        private RoomHead done() {
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
                    joined,
                    invited);
        }
    }
}
