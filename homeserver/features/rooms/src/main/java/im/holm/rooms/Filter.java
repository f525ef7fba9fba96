package im.holm.rooms;

import im.holm.platform.error.ErrorCode;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;
import im.holm.slice.Fields;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// What a client wants of `/sync` (client-server API, "Filtering"). `event_fields` is checked and
/// otherwise not used: a server may include more fields than were asked for.
///
/// @param federationFormat whether events are given as servers exchange them
/// @param includeLeave whether rooms that were left before are given too
record Filter(
        boolean federationFormat,
        EventFilter accountData,
        Optional<List<RoomId>> rooms,
        List<RoomId> notRooms,
        boolean includeLeave,
        EventFilter ephemeral,
        EventFilter state,
        EventFilter timeline,
        EventFilter roomAccountData) {

    /// A filter is at most so long.
    static final int FILTER_MAX_BYTES = 1 << 16;

    static final Filter ALL = read(Fields.of(JsonObject.EMPTY));

    static Filter read(Fields fields) {
        fields.strings("event_fields", EventFilter.ENTRIES_MAX);
        Optional<String> format = fields.optionalString("event_format");
        if (format.isPresent() && !List.of("client", "federation").contains(format.get())) {
            fields.refuse(
                    ErrorCode.INVALID_PARAM, "'event_format' is neither client nor federation");
        }
        EventFilter.read(fields.optionalFields("presence"));
        EventFilter accountData = EventFilter.read(fields.optionalFields("account_data"));
        Fields room = fields.optionalFields("room").orElseGet(() -> Fields.of(JsonObject.EMPTY));
        return new Filter(
                format.filter("federation"::equals).isPresent(),
                accountData,
                room.has("rooms")
                        ? Optional.of(room.ids("rooms", EventFilter.ENTRIES_MAX, RoomId::parse))
                        : Optional.empty(),
                room.ids("not_rooms", EventFilter.ENTRIES_MAX, RoomId::parse),
                room.bool("include_leave", false),
                EventFilter.read(room.optionalFields("ephemeral")),
                EventFilter.read(room.optionalFields("state")),
                EventFilter.read(room.optionalFields("timeline")),
                EventFilter.read(room.optionalFields("account_data")));
    }

    boolean wantsRoom(RoomId room) {
        return rooms.map(wanted -> wanted.contains(room)).orElse(true) && !notRooms.contains(room);
    }

    boolean lazyLoadMembers() {
        return state.lazyLoadMembers();
    }

    /// JSON text that is an object of acceptable size.
    static Optional<JsonObject> object(String json) {
        return JsonParser.parseObject(
                        json.getBytes(StandardCharsets.UTF_8),
                        JsonLimits.clientBody(FILTER_MAX_BYTES))
                .object();
    }
}
