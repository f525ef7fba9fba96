package im.holm.rooms;

import im.holm.engine.Inboxes;
import im.holm.engine.Memberships;
import im.holm.engine.RoomReader;
import im.holm.engine.core.Membership;
import im.holm.engine.port.RoomStore.StoredMember;
import im.holm.journal.Journal;
import im.holm.journal.Vector;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonInteger;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonValue;
import im.holm.slice.Ephemeral;
import im.holm.slice.Kernel;
import im.holm.slice.SyncSection;
import im.holm.slice.Typing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Puts a `/sync` answer together: everything between what the device has seen and a cut.
final class SyncReader {

    private static final JsonObject NO_EVENTS = JsonObject.of("events", JsonArray.EMPTY);

    private final RoomReader rooms;
    private final Memberships memberships;
    private final Journal journal;
    private final Inboxes inboxes;
    private final Ephemeral ephemeral;
    private final PersonalNews.Tables personal;
    private final SyncJoined joinedRooms;
    private final SyncLeft leftRooms;
    private final Typing typing;
    private final Supplier<List<SyncSection>> sections;

    SyncReader(
            Kernel kernel,
            PersonalNews.Tables personal,
            SyncJoined joinedRooms,
            SyncLeft leftRooms,
            Typing typing,
            Supplier<List<SyncSection>> sections) {
        this.rooms = kernel.rooms();
        this.memberships = kernel.memberships();
        this.journal = kernel.journal();
        this.inboxes = kernel.inboxes();
        this.ephemeral = kernel.ephemeral();
        this.personal = personal;
        this.joinedRooms = joinedRooms;
        this.leftRooms = leftRooms;
        this.typing = typing;
        this.sections = sections;
    }

    /// @param news whether a waiting device is to be told
    record Answer(byte[] json, boolean news) {}

    Answer read(SyncRequest request, Vector to, long ephemeralTo) {
        var since = request.since();
        Optional<Vector> seen = since.map(SyncRequest.Since::cut);
        var changes = SyncChanges.between(journal, inboxes, request.caller().userNid(), seen, to);
        List<StoredMember> members = members(request, to);
        Set<Long> joined = members.stream()
                .filter(member -> member.membership() == Membership.JOIN)
                .map(StoredMember::roomNid)
                .collect(Collectors.toSet());
        PersonalNews news = personal.read(request.caller().userNid(), seen, to, changes, joined);
        SyncSection.Part others = SyncSections.read(
                sections.get(),
                new SyncSection.Reading(
                        request.caller(),
                        seen,
                        to,
                        since.map(SyncRequest.Since::ephemeral).orElse(0L),
                        ephemeralTo,
                        joined,
                        members,
                        changes::mayConcern));
        List<JsonObject> accountData = accountData(request, news);
        var lists = new RoomLists();
        for (StoredMember member : members) {
            if (isWorthLooking(request, member, changes, others)) {
                rooms.room(member.roomNid())
                        .filter(view ->
                                request.filter().wantsRoom(view.identity().roomId()))
                        .ifPresent(view ->
                                lists.add(request, to, new SyncRoom(view, member), news, others));
            }
        }
        Vector next = seen.map(cut -> cut.merge(to)).orElse(to);
        var out = new JsonOut();
        out.beginObject()
                .field(
                        "next_batch",
                        journal.token(next, ephemeral.bootId(), ephemeralTo).text());
        lists.write(out);
        topLevel(accountData, others).forEach(out::field);
        boolean anything = lists.isAny() || !accountData.isEmpty() || others.present();
        return new Answer(out.endObject().toBytes(), anything);
    }

    /// The user's memberships at the cut.
    private List<StoredMember> members(SyncRequest request, Vector to) {
        List<StoredMember> members = new ArrayList<>();
        for (StoredMember member : memberships.ofUser(request.caller().user())) {
            Optional<StoredMember> atCut = to.covers(member.pos())
                    ? Optional.of(member)
                    : rooms.room(member.roomNid())
                            .flatMap(view -> SyncRoom.before(view, to, member));
            atCut.ifPresent(members::add);
        }
        return members;
    }

    /// Loading a room that nothing has happened in would be the larger part of a sync.
    private boolean isWorthLooking(
            SyncRequest request,
            StoredMember member,
            SyncChanges changes,
            SyncSection.Part others) {
        if (request.since().isEmpty()
                || request.fullState()
                || !request.since().get().covers(member.pos())) {
            return true;
        }
        return member.membership() == Membership.JOIN
                && (changes.mayConcern(member.roomNid())
                        || others.rooms().containsKey(member.roomNid())
                        || typing.changedAt(member.roomNid())
                                > request.since().get().ephemeral());
    }

    private static List<JsonObject> accountData(SyncRequest request, PersonalNews news) {
        EventFilter filter = request.filter().accountData();
        List<JsonObject> events = new ArrayList<>(news.global(filter));
        if (request.since().isEmpty() && filter.wantsType(PushRules.TYPE)) {
            events.add(JsonObject.builder()
                    .put("type", PushRules.TYPE)
                    .put("content", PushRules.all(request.caller().user()))
                    .build());
        }
        return events;
    }

    /// Keys that clients expect whether there is something in them or not: one that is missing
    /// makes some upload all their keys again.
    private static Map<String, JsonValue> topLevel(
            List<JsonObject> accountData, SyncSection.Part others) {
        Map<String, JsonValue> own = new LinkedHashMap<>();
        own.put("account_data", PersonalNews.batch(accountData));
        own.put("presence", NO_EVENTS);
        own.put("to_device", NO_EVENTS);
        own.put(
                "device_lists",
                JsonObject.builder()
                        .put("changed", JsonArray.EMPTY)
                        .put("left", JsonArray.EMPTY)
                        .build());
        own.put(
                "device_one_time_keys_count",
                JsonObject.of("signed_curve25519", new JsonInteger(0)));
        return SyncSections.merge(own, others.topLevel());
    }

    /// The four lists of rooms while they are filled.
    private final class RoomLists {

        private final Map<String, byte[]> join = new LinkedHashMap<>();
        private final Map<String, byte[]> invite = new LinkedHashMap<>();
        private final Map<String, byte[]> knock = new LinkedHashMap<>();
        private final Map<String, byte[]> leave = new LinkedHashMap<>();

        void add(
                SyncRequest request,
                Vector to,
                SyncRoom room,
                PersonalNews news,
                SyncSection.Part others) {
            var keys = others.rooms().getOrDefault(room.roomNid(), Map.of());
            switch (room.membership()) {
                case JOIN ->
                    joinedRooms
                            .read(request, to, room, news, keys)
                            .ifPresent(json -> join.put(room.roomId(), json));
                case INVITE ->
                    SyncInvites.read(request, room, "invite_state")
                            .ifPresent(json -> invite.put(room.roomId(), json));
                case KNOCK ->
                    SyncInvites.read(request, room, "knock_state")
                            .ifPresent(json -> knock.put(room.roomId(), json));
                case LEAVE, BAN ->
                    leftRooms.read(request, room).ifPresent(json -> leave.put(room.roomId(), json));
            }
        }

        boolean isAny() {
            return !join.isEmpty() || !invite.isEmpty() || !knock.isEmpty() || !leave.isEmpty();
        }

        void write(JsonOut out) {
            out.key("rooms").beginObject();
            write(out, "join", join);
            write(out, "invite", invite);
            write(out, "knock", knock);
            write(out, "leave", leave);
            out.endObject();
        }

        private void write(JsonOut out, String key, Map<String, byte[]> list) {
            out.key(key).beginObject();
            list.forEach((room, json) -> out.key(room).raw(json, 0, json.length));
            out.endObject();
        }
    }
}
