package im.holm.rooms;

import im.holm.engine.RoomView;
import im.holm.engine.StoredEvent;
import im.holm.engine.core.Membership;
import im.holm.journal.Vector;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.Typing;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `rooms.join.<room>` of a `/sync` answer.
final class SyncJoined {

    private final InstantSource time;
    private final Heroes heroes;
    private final Typing typing;
    private final Unread unread;

    SyncJoined(InstantSource time, Heroes heroes, Typing typing, Unread unread) {
        this.time = time;
        this.heroes = heroes;
        this.typing = typing;
        this.unread = unread;
    }

    /// @param sections keys of other features for this room
    /// @return empty if there is nothing new
    Optional<byte[]> read(
            SyncRequest request,
            Vector to,
            SyncRoom room,
            PersonalNews personal,
            Map<String, JsonObject> sections) {
        RoomView view = room.view();
        Optional<Vector> since = request.since().map(SyncRequest.Since::cut);
        boolean fresh = since.isEmpty() || !wasJoined(room, since.get());
        boolean whole = fresh || request.fullState();
        Optional<TimelinePart> timeline =
                whole || !since.get().covers(view.head().lastPos())
                        ? Optional.of(timeline(request, to, room, fresh ? Optional.empty() : since))
                        : Optional.empty();
        List<JsonObject> ephemeral = ephemeral(request, room, personal, fresh);
        List<JsonObject> data =
                personal.accountData(room.roomNid(), fresh, request.filter().roomAccountData());
        boolean news = whole
                || timeline.filter(TimelinePart::hasNews).isPresent()
                || !ephemeral.isEmpty()
                || !data.isEmpty()
                || !sections.isEmpty();
        if (!news) {
            return Optional.empty();
        }
        var out = new JsonOut();
        out.beginObject();
        writeTimeline(out, request, view, to, timeline);
        writeRest(out, ephemeral, data, sections);
        unread.write(out, room, request.caller());
        return Optional.of(out.endObject().toBytes());
    }

    /// @param heroes of the summary, if one is told
    private record TimelinePart(
            SyncWindow window,
            List<StoredEvent> state,
            boolean summary,
            Optional<List<String>> heroes) {

        boolean hasNews() {
            return summary || !window.events().isEmpty() || !state.isEmpty();
        }
    }

    private static boolean wasJoined(SyncRoom room, Vector since) {
        return since.covers(room.member().pos())
                || SyncRoom.membershipAt(room.view(), since, room.member().user())
                        .filter(Membership.JOIN::equals)
                        .isPresent();
    }

    /// @param since empty for a room that the device has not or no longer
    private TimelinePart timeline(
            SyncRequest request, Vector to, SyncRoom room, Optional<Vector> since) {
        RoomView view = room.view();
        SyncWindow window = SyncWindow.ofJoined(view, request, since.orElse(Vector.ZERO), to);
        if (since.isEmpty() && hasAnOldTimeline(request, room)) {
            window = window.asLimited();
        }
        int end = view.snapAt(to);
        int start = window.events().isEmpty() ? end : window.snapBefore();
        int known = since.isEmpty() || request.fullState() ? 0 : view.snapAt(since.get());
        var state = new SyncState(view, request, known, start, end);
        boolean summary = state.changesSummary();
        Optional<List<String>> names = summary
                ? heroes.of(view, state.atEnd(), request.caller().user())
                : Optional.empty();
        return new TimelinePart(
                window, state.events(window.events(), names.orElse(List.of())), summary, names);
    }

    /// Whether the device may still show what it saw of the room before the user left.
    private static boolean hasAnOldTimeline(SyncRequest request, SyncRoom room) {
        return request.since().isPresent()
                && SyncRoom.membershipAt(
                                room.view(),
                                request.since().get().cut(),
                                room.member().user())
                        .filter(before -> before == Membership.LEAVE || before == Membership.BAN)
                        .isPresent();
    }

    private List<JsonObject> ephemeral(
            SyncRequest request, SyncRoom room, PersonalNews personal, boolean fresh) {
        EventFilter filter = request.filter().ephemeral();
        List<JsonObject> events = new ArrayList<>();
        if (filter.wantsType("m.typing") && typingChanged(request, room, fresh)) {
            events.add(JsonObject.builder()
                    .put("type", "m.typing")
                    .put(
                            "content",
                            JsonObject.of(
                                    "user_ids", JsonArray.ofStrings(typing.in(room.roomNid()))))
                    .build());
        }
        if (filter.wantsType("m.receipt")) {
            personal.receipts(room.view(), fresh).ifPresent(events::add);
        }
        return events;
    }

    private boolean typingChanged(SyncRequest request, SyncRoom room, boolean fresh) {
        return fresh
                ? !typing.in(room.roomNid()).isEmpty()
                : typing.changedAt(room.roomNid())
                        > request.since().map(SyncRequest.Since::ephemeral).orElse(0L);
    }

    private void writeTimeline(
            JsonOut out,
            SyncRequest request,
            RoomView view,
            Vector to,
            Optional<TimelinePart> part) {
        var rendition = new Rendition(view, request.caller(), time.millis(), request.form());
        SyncWindow window =
                part.map(TimelinePart::window).orElseGet(() -> SyncWindow.nothing(view, to));
        out.key("timeline").beginObject().key("events");
        rendition.writeAll(out, window.events());
        out.field("limited", window.limited())
                .field("prev_batch", window.prevBatch().text())
                .endObject();
        out.key(request.stateForm().key()).beginObject().key("events");
        rendition.writeState(out, part.map(TimelinePart::state).orElse(List.of()));
        out.endObject();
        out.key("summary").beginObject();
        if (part.filter(TimelinePart::summary).isPresent()) {
            part.get()
                    .heroes()
                    .ifPresent(names -> out.field("m.heroes", JsonArray.ofStrings(names)));
            out.field("m.joined_member_count", view.head().joined());
            out.field("m.invited_member_count", view.head().invited());
        }
        out.endObject();
    }

    private static void writeRest(
            JsonOut out,
            List<JsonObject> ephemeral,
            List<JsonObject> data,
            Map<String, JsonObject> sections) {
        Map<String, JsonObject> own = Map.of(
                "ephemeral", PersonalNews.batch(ephemeral),
                "account_data", PersonalNews.batch(data));
        SyncSections.mergeObjects(own, sections).forEach(out::field);
    }
}
