package im.holm.rooms;

import im.holm.engine.RoomView;
import im.holm.engine.StoredEvent;
import im.holm.engine.port.Identities;
import im.holm.journal.Position;
import im.holm.journal.Vector;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonValue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Account data and receipts of one `/sync` answer: read for all rooms at once, then handed out by
/// room.
final class PersonalNews {

    private final AccountDataTable accountData;
    private final ReceiptTable receipts;
    private final Identities identities;
    private final long userNid;
    private final Optional<Vector> since;
    private final Vector to;
    private final Map<Long, List<AccountDataTable.Stored>> dataByRoom;
    private final Map<Long, List<ReceiptTable.Stored>> receiptsByRoom;

    private PersonalNews(
            AccountDataTable accountData,
            ReceiptTable receipts,
            Identities identities,
            long userNid,
            Optional<Vector> since,
            Vector to,
            SyncChanges changes,
            Set<Long> joined) {
        this.accountData = accountData;
        this.receipts = receipts;
        this.identities = identities;
        this.userNid = userNid;
        this.since = since;
        this.to = to;
        long floor = since.map(seen -> floor(seen, to)).orElse(0L);
        Predicate<Long> isNew =
                position -> to.covers(position) && !since.orElse(Vector.ZERO).covers(position);
        List<AccountDataTable.Stored> data =
                changes.accountData() ? accountData.since(userNid, floor) : List.of();
        this.dataByRoom = data.stream()
                .filter(row -> isNew.test(row.position()))
                .collect(Collectors.groupingBy(AccountDataTable.Stored::roomNid));
        this.receiptsByRoom = receipts.since(changes.withReceipts(joined), userNid, floor).stream()
                .filter(receipt -> isNew.test(receipt.position()))
                .collect(Collectors.groupingBy(receipt -> receipt.row().roomNid()));
    }

    /// Where the tables are read from; closed over by the feature's wiring.
    record Tables(AccountDataTable accountData, ReceiptTable receipts, Identities identities) {

        PersonalNews read(
                long userNid,
                Optional<Vector> since,
                Vector to,
                SyncChanges changes,
                Set<Long> joined) {
            return new PersonalNews(
                    accountData, receipts, identities, userNid, since, to, changes, joined);
        }
    }

    /// Everything new has a position above this one.
    private static long floor(Vector since, Vector to) {
        long floor = Long.MAX_VALUE;
        for (long position : to.positions()) {
            floor = Math.min(floor, since.at(Position.slot(position)));
        }
        return floor == Long.MAX_VALUE ? 0 : floor;
    }

    /// Account data that is about no room.
    List<JsonObject> global(EventFilter filter) {
        return events(dataByRoom.getOrDefault(0L, List.of()), filter);
    }

    /// @param whole all of it, not only what is new
    List<JsonObject> accountData(long roomNid, boolean whole, EventFilter filter) {
        return events(
                whole && since.isPresent()
                        ? accountData.ofRoom(userNid, roomNid).stream()
                                .filter(row -> to.covers(row.position()))
                                .toList()
                        : dataByRoom.getOrDefault(roomNid, List.of()),
                filter);
    }

    private static List<JsonObject> events(List<AccountDataTable.Stored> rows, EventFilter filter) {
        return rows.stream()
                .filter(row -> filter.wantsType(row.type()))
                .map(row -> JsonObject.builder()
                        .put("type", row.type())
                        .put("content", row.content())
                        .build())
                .toList();
    }

    /// An `m.receipt` event, if there is something to tell.
    ///
    /// @param whole all receipts of the room, not only what is new
    Optional<JsonObject> receipts(RoomView view, boolean whole) {
        long roomNid = view.identity().roomNid();
        List<ReceiptTable.Stored> rows = whole && since.isPresent()
                ? receipts.since(List.of(roomNid), userNid, 0).stream()
                        .filter(receipt -> to.covers(receipt.position()))
                        .toList()
                : receiptsByRoom.getOrDefault(roomNid, List.of());
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        Map<Integer, String> ids = eventIds(view, rows);
        Map<String, Map<String, Map<String, JsonValue>>> content = new TreeMap<>();
        for (ReceiptTable.Stored stored : rows) {
            ReceiptTable.Row row = stored.row();
            String eventId = ids.get(row.ev());
            if (eventId != null) {
                content.computeIfAbsent(eventId, _ -> new TreeMap<>())
                        .computeIfAbsent(ReadReceipts.type(row.kind()), _ -> new TreeMap<>())
                        .put(identities.user(row.userNid()).toString(), details(row, ids));
            }
        }
        return Optional.of(JsonObject.builder()
                .put("type", "m.receipt")
                .put("content", nested(content))
                .build());
    }

    private static JsonObject details(ReceiptTable.Row row, Map<Integer, String> ids) {
        JsonObject details = JsonObject.EMPTY.with("ts", row.ts());
        return switch (row.threadEv()) {
            case ReceiptTable.UNTHREADED -> details;
            case ReceiptTable.MAIN_THREAD -> details.with("thread_id", "main");
            default ->
                Optional.ofNullable(ids.get(row.threadEv()))
                        .map(root -> details.with("thread_id", new JsonString(root)))
                        .orElse(details);
        };
    }

    private static Map<Integer, String> eventIds(RoomView view, List<ReceiptTable.Stored> rows) {
        int[] evs = rows.stream()
                .flatMapToInt(receipt ->
                        IntStream.of(receipt.row().ev(), receipt.row().threadEv()))
                .filter(ev -> ev > 0)
                .sorted()
                .distinct()
                .toArray();
        Map<Integer, String> ids = new HashMap<>();
        for (StoredEvent event : view.events(evs)) {
            ids.put(event.row().ev(), event.row().eventId().text());
        }
        return ids;
    }

    private static JsonObject nested(Map<String, Map<String, Map<String, JsonValue>>> byEvent) {
        var content = JsonObject.builder();
        byEvent.forEach((event, byType) -> {
            var types = JsonObject.builder();
            byType.forEach((type, byUser) -> types.put(type, JsonObject.of(byUser)));
            content.put(event, types.build());
        });
        return content.build();
    }

    /// `{"events": [...]}`.
    static JsonObject batch(List<JsonObject> events) {
        return JsonObject.of("events", JsonArray.of(new ArrayList<>(events)));
    }
}
