package im.holm.messenger;

import im.holm.engine.RoomView;
import im.holm.engine.StoredEvent;
import im.holm.engine.port.RoomStore.StoredMember;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.Caller;

import java.util.Collection;
import java.util.Optional;

/// A thread as `/v1` shows it, without its messages.
final class ThreadView {

    private final People people;

    ThreadView(People people) {
        this.people = people;
    }

    JsonObject.Builder joined(RoomView view, Caller reader) {
        Optional<String> name = view.stateEvent(StateKey.of(EventTypes.NAME))
                .flatMap(event -> event.content().string("name"))
                .filter(text -> !text.isBlank());
        return common(view, ThreadType.of(view), name)
                .put("membership", "joined")
                .put("participants", people.listed(view, reader.user()));
    }

    /// What an invitation tells, and who sent it.
    JsonObject.Builder invited(RoomView view, StoredMember member, Caller reader) {
        Optional<String> name = view.strippedState(reader.user()).stream()
                .filter(event ->
                        event.string("type").filter(EventTypes.NAME::equals).isPresent())
                .flatMap(event -> event.object("content").stream())
                .flatMap(content -> content.string("name").stream())
                .findFirst();
        ThreadType type = ThreadType.ofInvitation(view, reader.user());
        Collection<Person> known = People.ofInvitation(view, reader.user()).values();
        var thread = common(view, type, name)
                .put("membership", "invited")
                .put("participants", JsonArray.of(People.json(known)));
        inviter(view, member).ifPresent(user -> thread.put("invited_by", user.toString()));
        return thread;
    }

    static Optional<UserId> inviter(RoomView view, StoredMember member) {
        return view.events(new int[] {member.ev()}).stream()
                .map(StoredEvent::row)
                .map(row -> row.sender())
                .findFirst();
    }

    private static JsonObject.Builder common(
            RoomView view, ThreadType type, Optional<String> name) {
        return JsonObject.builder()
                .put("thread_id", new ThreadId(view.identity().roomId()).text())
                .put("thread_type", type.name())
                .put("name", MessageView.orNull(name));
    }
}
