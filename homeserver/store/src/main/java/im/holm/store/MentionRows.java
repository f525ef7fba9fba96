package im.holm.store;

import im.holm.engine.Mentions;
import im.holm.engine.core.EventRow;
import im.holm.engine.core.RoomAppend;
import im.holm.journal.UnitWriter.Placed;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonParser;

import org.jdbi.v3.core.Handle;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// `mention`: a row for each local member whom a live event names in `m.mentions.user_ids`
/// (client-server API, "User and room mentions").
final class MentionRows {
    private static final short THREAD = 3;
    private static final byte[] KEY = "\"m.mentions\"".getBytes(StandardCharsets.UTF_8);

    private final PostgresIdentities identities;

    MentionRows(PostgresIdentities identities) {
        this.identities = identities;
    }

    void write(Handle handle, List<Placed<RoomAppend>> units) {
        var mentions = new ArrayList<Mention>();
        for (var unit : units) {
            long roomNid = unit.rows().room().roomNid();
            for (EventRow event : unit.rows().events()) {
                if (event.fact() != EventRow.NO_FACT && event.tl() != EventRow.NO_TL) {
                    named(event).forEach(user -> mentions.add(new Mention(roomNid, event, user)));
                }
            }
        }
        if (mentions.isEmpty()) {
            return;
        }
        var nids = identities.knownUserNids(
                mentions.stream().map(Mention::user).distinct().toList());
        var rows = mentions.stream().filter(row -> nids.containsKey(row.user)).toList();
        Sql.update(
                handle,
                """
                INSERT INTO mention (user_nid, room_nid, thread_ev, tl, ev)
                SELECT u.user_nid, u.room_nid, u.thread_ev, u.tl, u.ev
                FROM unnest(?::bigint[], ?::bigint[], ?::int[], ?::bigint[], ?::int[])
                    AS u (user_nid, room_nid, thread_ev, tl, ev)
                JOIN membership m ON m.room_nid = u.room_nid AND m.user_nid = u.user_nid
                WHERE m.membership = 1
                ON CONFLICT DO NOTHING""",
                Column.bigints(rows, row -> nids.get(row.user)),
                Column.bigints(rows, Mention::roomNid),
                Column.ints(rows, row -> thread(row.event)),
                Column.bigints(rows, row -> row.event.tl()),
                Column.ints(rows, row -> row.event.ev()));
    }

    private static int thread(EventRow event) {
        return event.relation()
                .filter(relation -> relation.type() == THREAD)
                .map(EventRow.Relation::ev)
                .orElse(0);
    }

    private Set<UserId> named(EventRow event) {
        if (!contains(event.json(), KEY)) {
            return Set.of();
        }
        return JsonParser.parseObject(event.json(), JsonLimits.LAX_EVENT)
                .object()
                .flatMap(json -> json.object("content"))
                .stream()
                .flatMap(Mentions::named)
                .filter(user -> identities.isLocal(user) && !user.equals(event.sender()))
                .collect(Collectors.toSet());
    }

    private static boolean contains(byte[] bytes, byte[] wanted) {
        for (int at = 0; at <= bytes.length - wanted.length; at++) {
            int matched = 0;
            while (matched < wanted.length && bytes[at + matched] == wanted[matched]) {
                matched++;
            }
            if (matched == wanted.length) {
                return true;
            }
        }
        return false;
    }

    private record Mention(long roomNid, EventRow event, UserId user) {}
}
