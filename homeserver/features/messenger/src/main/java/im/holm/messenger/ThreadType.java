package im.holm.messenger;

import im.holm.engine.RoomView;
import im.holm.engine.StoredEvent;
import im.holm.engine.core.RoomKind;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What a thread is. The create event says so, and thereby says it to every server; rooms that
/// Matrix clients made are taken by their looks.
enum ThreadType {
    ONE_TO_ONE,
    GROUP,
    SECRET;

    /// Keys of the create event's content.
    static final String TYPE_KEY = "im.holm.thread_type";
    static final String PARTICIPANTS_KEY = "im.holm.participants";

    static ThreadType of(RoomView view) {
        Optional<ThreadType> declared = create(view).flatMap(event -> declared(event.content()));
        if (declared.isPresent()) {
            return declared.get();
        }
        return switch (view.identity().kind()) {
            case ONE_TO_ONE -> ONE_TO_ONE;
            case SECRET -> SECRET;
            case GROUP, STORY, NOTICES -> GROUP;
            case PLAIN -> byLooks(view);
        };
    }

    /// The type as an invitation tells it; without a word a group, which promises least.
    static ThreadType ofInvitation(RoomView view, UserId invited) {
        return invitedCreate(view, invited)
                .flatMap(event -> declared(content(event)))
                .orElse(GROUP);
    }

    /// The two users of a thread that was made as a one-to-one thread by one of them.
    static Optional<Set<UserId>> pair(RoomView view) {
        return create(view).filter(event -> isOneToOne(event.content())).flatMap(event -> {
            Set<UserId> pair = participants(event.content());
            return pair.size() == 2 && pair.contains(event.row().sender())
                    ? Optional.of(pair)
                    : Optional.empty();
        });
    }

    /// The same of an invitation to a room that this server is not in.
    static Optional<Set<UserId>> invitedPair(RoomView view, UserId invited) {
        return invitedCreate(view, invited)
                .filter(event -> isOneToOne(content(event)))
                .flatMap(event -> {
                    Set<UserId> pair = participants(content(event));
                    Optional<UserId> sender = event.string("sender").flatMap(UserId::parse);
                    return pair.size() == 2 && sender.filter(pair::contains).isPresent()
                            ? Optional.of(pair)
                            : Optional.empty();
                });
    }

    static RoomKind kind(ThreadType type) {
        return switch (type) {
            case ONE_TO_ONE -> RoomKind.ONE_TO_ONE;
            case GROUP -> RoomKind.GROUP;
            case SECRET -> RoomKind.SECRET;
        };
    }

    private static Optional<JsonObject> invitedCreate(RoomView view, UserId invited) {
        return view.strippedState(invited).stream()
                .filter(event ->
                        event.string("type").filter(EventTypes.CREATE::equals).isPresent())
                .findFirst();
    }

    private static JsonObject content(JsonObject event) {
        return event.object("content").orElse(JsonObject.EMPTY);
    }

    private static Optional<ThreadType> declared(JsonObject createContent) {
        Optional<String> name = createContent.string(TYPE_KEY);
        return Arrays.stream(values())
                .filter(type -> name.filter(type.name()::equals).isPresent())
                .findFirst();
    }

    private static boolean isOneToOne(JsonObject createContent) {
        return createContent.string(TYPE_KEY).filter(ONE_TO_ONE.name()::equals).isPresent();
    }

    private static Set<UserId> participants(JsonObject createContent) {
        return createContent
                .array(PARTICIPANTS_KEY)
                .flatMap(array -> array.strings())
                .orElse(List.of())
                .stream()
                .limit(3)
                .flatMap(text -> UserId.parse(text).stream())
                .collect(Collectors.toSet());
    }

    private static Optional<StoredEvent> create(RoomView view) {
        return view.stateEvent(StateKey.CREATE);
    }

    private static ThreadType byLooks(RoomView view) {
        boolean named = view.state().has(StateKey.of(EventTypes.NAME));
        return !named && view.head().joined() + view.head().invited() <= 2 ? ONE_TO_ONE : GROUP;
    }
}
