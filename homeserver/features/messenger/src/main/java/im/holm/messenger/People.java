package im.holm.messenger;

import im.holm.engine.Memberships;
import im.holm.engine.RoomView;
import im.holm.engine.StoredEvent;
import im.holm.engine.core.Membership;
import im.holm.engine.port.RoomStore.StoredMember;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.state.StateMap;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Who takes part in a thread, by the names that they have there.
final class People {

    /// Participants that an answer lists, at most: as many as a group may have. Of larger rooms
    /// it lists the reader alone.
    static final int LISTED_MAX = 250;

    private static final Set<Membership> TAKING_PART = Set.of(Membership.JOIN, Membership.INVITE);

    private final Memberships memberships;

    People(Memberships memberships) {
        this.memberships = memberships;
    }

    /// The participants as an answer lists them, the invited ones included.
    JsonArray listed(RoomView view, UserId reader) {
        return JsonArray.of(
                taking(view, reader).values().stream().map(Person::json).toList());
    }

    Map<UserId, Person> taking(RoomView view, UserId reader) {
        Set<UserId> users = new LinkedHashSet<>();
        if (view.head().joined() + view.head().invited() <= LISTED_MAX) {
            memberships.inRoom(view.identity().roomNid(), TAKING_PART).stream()
                    .map(StoredMember::user)
                    .sorted()
                    .forEach(users::add);
        }
        users.add(reader);
        return named(view, users);
    }

    /// These users by name, in their order; one whom the thread does not know goes by the id.
    static Map<UserId, Person> named(RoomView view, Collection<UserId> users) {
        StateMap state = view.state();
        int[] evs = users.stream()
                .mapToInt(user -> state.find(StateKey.member(user)))
                .filter(ev -> ev != StateMap.ABSENT)
                .toArray();
        Map<String, JsonObject> contents = new HashMap<>();
        for (StoredEvent event : view.events(evs)) {
            event.row().stateKey().ifPresent(key -> contents.put(key, event.content()));
        }
        Map<UserId, Person> people = new LinkedHashMap<>();
        for (UserId user : users) {
            people.put(
                    user,
                    Person.of(user, contents.getOrDefault(user.toString(), JsonObject.EMPTY)));
        }
        return people;
    }

    /// Those whom an invitation tells of, before the thread is entered.
    static Map<UserId, Person> ofInvitation(RoomView view, UserId invited) {
        Map<UserId, Person> people = new LinkedHashMap<>();
        for (JsonObject event : view.strippedState(invited)) {
            if (event.string("type").filter(EventTypes.MEMBER::equals).isPresent()) {
                event.string("state_key")
                        .flatMap(UserId::parse)
                        .ifPresent(user -> people.put(
                                user,
                                Person.of(user, event.object("content").orElse(JsonObject.EMPTY))));
            }
        }
        return people;
    }

    static List<JsonObject> json(Collection<Person> people) {
        return people.stream().map(Person::json).toList();
    }
}
