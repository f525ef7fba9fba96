package im.holm.engine.core;

/// The moving end of a room: one row, updated once a commit under the guard of `version`.
///
/// @param version counts commits of the room; a commit that expects another one is refused
/// @param ownerSlot the journal writer that may append
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

    /// Distance between the timeline keys of two live events, and of two events before our first.
    public static final long TL_STEP = 1L << 20;

    /// A room of which nothing is stored yet.
    public static RoomHead fresh(int ownerSlot) {
        return new RoomHead(0, ownerSlot, 1, 1, 0, 0, new int[0], 0, 0, 0, 0, 0, 0);
    }
}
