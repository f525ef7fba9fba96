package im.holm.protocol.bench;

import im.holm.protocol.json.JsonObject;
import im.holm.protocol.state.StateMap;
import im.holm.protocol.version.RoomVersion;

import java.util.List;

/// A room of two branches, and the states that state resolution must join.
record Dispute(RoomVersion version, BulkRoom room, List<StateMap> states) {
    private static final int MODERATORS = 10;

    /// How many users change their profile in [#overLongHistories] and [#afterLongHistory].
    private static final int LOYAL_MEMBERS = 1_000;

    /// Half of `conflicted` places, at each of which the branches have different events, in
    /// turn: two profile changes; a ban, which is a power event, and a profile change; two
    /// profile changes; two values of some state. Every fiftieth time one branch also changes
    /// the power levels.
    static Dispute of(RoomVersion version, int conflicted) {
        int places = conflicted / 2;
        BulkRoom room = new BulkRoom(version);
        BulkRoom.Branch one = room.open(places + MODERATORS, MODERATORS);
        BulkRoom.Branch other = one.fork();
        for (int i = 0; i < places; i++) {
            String user = BulkRoom.user(MODERATORS + i);
            String moderator = BulkRoom.user(i % MODERATORS);
            if (i % 4 == 3) {
                JsonObject value = JsonObject.EMPTY.with("value", i);
                one.state(moderator, "x.setting", "" + i, value);
                other.state(moderator, "x.setting", "" + i, value.with("other", 1));
            } else {
                if (i % 4 == 1) {
                    one.member(moderator, user, "ban", "");
                } else {
                    one.member(user, user, "join", "One " + i);
                }
                other.member(user, user, "join", "Other " + i);
            }
            if (i % 50 == 49) {
                one.levels(MODERATORS, i);
            }
        }
        return new Dispute(version, room, List.of(one.state(), other.state()));
    }

    /// A room whose members have changed their profiles until its auth graph has `events`
    /// events, and that then forks: every member changes the profile on both branches.
    static Dispute afterLongHistory(RoomVersion version, int events) {
        BulkRoom room = new BulkRoom(version);
        BulkRoom.Branch one = room.open(LOYAL_MEMBERS, MODERATORS);
        for (int i = 0; room.size() < events - 2 * LOYAL_MEMBERS; i++) {
            change(one, i, "history");
        }
        BulkRoom.Branch other = one.fork();
        for (int i = 0; i < LOYAL_MEMBERS; i++) {
            change(one, i, "one");
            change(other, i, "other");
        }
        return new Dispute(version, room, List.of(one.state(), other.state()));
    }

    /// The same, but forked from the start: all of the history is in dispute.
    static Dispute overLongHistories(RoomVersion version, int events) {
        BulkRoom room = new BulkRoom(version);
        BulkRoom.Branch one = room.open(LOYAL_MEMBERS, MODERATORS);
        BulkRoom.Branch other = one.fork();
        for (int i = 0; room.size() < events; i++) {
            change(one, i, "one");
            change(other, i, "other");
        }
        return new Dispute(version, room, List.of(one.state(), other.state()));
    }

    private static void change(BulkRoom.Branch branch, int i, String side) {
        String user = BulkRoom.user(i % LOYAL_MEMBERS);
        branch.member(user, user, "join", side + " " + i);
        if (i % 500 == 499) {
            branch.levels(MODERATORS, i);
        }
    }
}
