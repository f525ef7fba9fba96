package im.holm.store;

import java.util.List;
import java.util.Objects;

/// What has to be known of each table of the store so that data can be kept, exported and erased
/// by rule. Who puts a node together turns it into the slices' `Table`.
public final class StoreTables {
    private static final String AS_ROOM = "as long as its room";
    private static final String NO_ERASURE = "";
    private static final String NO_EXPORT = "";

    private StoreTables() {}

    /// Whose data a row is.
    public enum Owner {
        ROOM,
        USER,
        SERVER
    }

    /// @param retention in words: how long a row stays
    /// @param erasure what happens to a user's rows on erasure; empty if the owner is not a
    ///     user
    /// @param export SQL with one parameter `:user_nid` that lists a user's rows; empty
    ///     likewise
    public record Declared(
            String name, Owner owner, String retention, String erasure, String export) {

        public Declared {
            Objects.requireNonNull(name);
            Objects.requireNonNull(owner);
            Objects.requireNonNull(retention);
            Objects.requireNonNull(erasure);
            Objects.requireNonNull(export);
        }
    }

    public static List<Declared> all() {
        return List.of(
                ofServer("server", "for ever: a name and a number"),
                ofServer("stream_writer", "a row a writer slot"),
                ofServer("writer_generation", "a row a change of the writer slots"),
                ofServer("journal", "7 days, and at least 10 million rows"),
                ofServer("journal_dropped", "a row a writer slot"),
                ofServer("follower_cursor", "a row a follower"),
                ofRoom("room"),
                ofRoom("room_head"),
                ofRoom("event"),
                ofRoom("current_state"),
                ofRoom("state_snapshot"),
                ofRoom("room_server"),
                ofRoom("room_summary"),
                ofRoom("missing_prev"),
                ofRoom("room_gap"),
                ofRoom("pending_redaction"),
                new Declared("redacted_original", Owner.ROOM, "7 days", NO_ERASURE, NO_EXPORT),
                new Declared(
                        "inbound_pdu",
                        Owner.ROOM,
                        "until it is in its room or given up",
                        NO_ERASURE,
                        NO_EXPORT),
                ofUser(
                        "user_ref",
                        "for ever: events name the user",
                        "stays: it holds nothing but the user id, which is in events",
                        "SELECT user_id, local FROM user_ref WHERE user_nid = :user_nid"),
                ofUser(
                        "membership",
                        AS_ROOM,
                        "stays: it says what the room's events say",
                        "SELECT room_nid, membership, ev, pos, forgotten FROM membership"
                                + " WHERE user_nid = :user_nid"),
                ofUser(
                        "membership_log",
                        AS_ROOM,
                        "deleted",
                        "SELECT pos, room_nid, ev, membership FROM membership_log"
                                + " WHERE user_nid = :user_nid"),
                ofUser(
                        "stripped_state",
                        "until it is replaced",
                        "deleted",
                        "SELECT room_nid, json FROM stripped_state WHERE user_nid = :user_nid"),
                ofUser(
                        "mention",
                        "until it is read",
                        "deleted",
                        "SELECT room_nid, thread_ev, tl, ev FROM mention"
                                + " WHERE user_nid = :user_nid"),
                ofUser(
                        "receipt",
                        AS_ROOM,
                        "deleted",
                        "SELECT room_nid, kind, thread_ev, ev, tl, ts, pos FROM receipt"
                                + " WHERE user_nid = :user_nid"));
    }

    private static Declared ofServer(String name, String retention) {
        return new Declared(name, Owner.SERVER, retention, NO_ERASURE, NO_EXPORT);
    }

    private static Declared ofRoom(String name) {
        return new Declared(name, Owner.ROOM, AS_ROOM, NO_ERASURE, NO_EXPORT);
    }

    private static Declared ofUser(String name, String retention, String erasure, String export) {
        return new Declared(name, Owner.USER, retention, erasure, export);
    }
}
