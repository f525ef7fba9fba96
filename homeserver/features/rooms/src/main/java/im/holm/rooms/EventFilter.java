package im.holm.rooms;

import im.holm.engine.StoredEvent;
import im.holm.platform.error.ErrorCode;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.Fields;
import im.holm.slice.Parameters;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Which events a client wants (client-server API, "Filtering": `EventFilter` and
/// `RoomEventFilter`).
///
/// @param limit how many events; the reader of the filter bounds it
/// @param types `*` matches any sequence of characters
/// @param containsUrl only events with or only events without a `url` in their content
record EventFilter(
        OptionalInt limit,
        Optional<List<String>> types,
        List<String> notTypes,
        Optional<List<UserId>> senders,
        List<UserId> notSenders,
        Optional<List<RoomId>> rooms,
        List<RoomId> notRooms,
        boolean lazyLoadMembers,
        boolean includeRedundantMembers,
        Optional<Boolean> containsUrl) {

    /// Entries of each list, at most.
    static final int ENTRIES_MAX = 1000;

    static final EventFilter ALL = new EventFilter(
            OptionalInt.empty(),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            List.of(),
            false,
            false,
            Optional.empty());

    static EventFilter read(Fields fields) {
        var limit = fields.optionalInteger("limit", 0, Integer.MAX_VALUE);
        return new EventFilter(
                limit.isPresent() ? OptionalInt.of((int) limit.getAsLong()) : OptionalInt.empty(),
                fields.optionalStrings("types", ENTRIES_MAX),
                fields.strings("not_types", ENTRIES_MAX),
                fields.has("senders")
                        ? Optional.of(fields.ids("senders", ENTRIES_MAX, UserId::parse))
                        : Optional.empty(),
                fields.ids("not_senders", ENTRIES_MAX, UserId::parse),
                fields.has("rooms")
                        ? Optional.of(fields.ids("rooms", ENTRIES_MAX, RoomId::parse))
                        : Optional.empty(),
                fields.ids("not_rooms", ENTRIES_MAX, RoomId::parse),
                fields.bool("lazy_load_members", false),
                fields.bool("include_redundant_members", false),
                fields.optionalBool("contains_url"));
    }

    static EventFilter read(Optional<Fields> fields) {
        return fields.map(EventFilter::read).orElse(ALL);
    }

    /// Reads the `filter` parameter of `/messages` and `/context`.
    static EventFilter parse(Optional<String> json, Parameters parameters) {
        if (json.isEmpty()) {
            return ALL;
        }
        Optional<JsonObject> object = Filter.object(json.get());
        if (object.isEmpty()) {
            parameters.refuse(ErrorCode.NOT_JSON, "'filter' is not a JSON object");
            return ALL;
        }
        Fields fields = Fields.of(object.get());
        EventFilter filter = read(fields);
        fields.problem().ifPresent(flaw -> parameters.refuse(flaw.code(), flaw.message()));
        return filter;
    }

    boolean wants(StoredEvent event) {
        return wants(event.row().type(), event.row().sender())
                && containsUrl
                        .map(wanted -> event.content().string("url").isPresent() == wanted)
                        .orElse(true);
    }

    boolean wants(String type, UserId sender) {
        return wantsType(type)
                && senders.map(wanted -> wanted.contains(sender)).orElse(true)
                && !notSenders.contains(sender);
    }

    /// For events without a sender, such as account data.
    boolean wantsType(String type) {
        return types.map(wanted -> anyMatches(wanted, type)).orElse(true)
                && !anyMatches(notTypes, type);
    }

    boolean wantsRoom(RoomId room) {
        return rooms.map(wanted -> wanted.contains(room)).orElse(true) && !notRooms.contains(room);
    }

    private static boolean anyMatches(List<String> patterns, String type) {
        return patterns.stream().anyMatch(pattern -> Wildcards.matches(pattern, type));
    }
}
