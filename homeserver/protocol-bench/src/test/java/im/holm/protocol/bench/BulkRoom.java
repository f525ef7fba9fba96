package im.holm.protocol.bench;

import im.holm.protocol.auth.AuthSelection;
import im.holm.protocol.event.EventDraft;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.signing.EventSigning;
import im.holm.protocol.signing.SignedEvent;
import im.holm.protocol.signing.Signer;
import im.holm.protocol.state.AuthGraph;
import im.holm.protocol.state.StateMap;
import im.holm.protocol.version.RoomVersion;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A room of very many events, made fast: nobody checks them when they are made, and their
/// signatures are worthless. State resolution reads neither.
final class BulkRoom implements AuthGraph {
    static final String ALICE = "@alice:one.example";

    private static final long FIRST_TS = 1_700_000_000_000L;
    private static final Signer NOBODY = new Nobody();

    private final RoomVersion version;
    private final List<Pdu> events = new ArrayList<>();
    private final List<int[]> auth = new ArrayList<>();
    private Optional<RoomId> roomId = Optional.empty();

    /// A line of history; its events follow one another.
    final class Branch {
        private StateMap state;
        private int head;

        private Branch(StateMap state, int head) {
            this.state = state;
            this.head = head;
        }

        StateMap state() {
            return state;
        }

        Branch fork() {
            return new Branch(state, head);
        }

        void state(String sender, String type, String stateKey, JsonObject content) {
            head = add(this, UserId.of(sender), type, stateKey, content);
            state = state.put(new StateKey(type, stateKey), head);
        }

        void member(String sender, String user, String membership, String name) {
            state(
                    sender,
                    EventTypes.MEMBER,
                    user,
                    JsonObject.builder()
                            .put("membership", membership)
                            .put("displayname", name)
                            .build());
        }

        /// Power levels in which all numbered users below `moderators` may ban.
        void levels(int moderators, int note) {
            JsonObject.Builder users = JsonObject.builder();
            if (!version.privilegedCreators()) {
                users.put(ALICE, 100);
            }
            for (int i = 0; i < moderators; i++) {
                users.put(user(i), 50);
            }
            state(
                    ALICE,
                    EventTypes.POWER_LEVELS,
                    "",
                    JsonObject.builder()
                            .put("users", users.build())
                            .put("events", JsonObject.EMPTY.with("x.note", note))
                            .build());
        }
    }

    BulkRoom(RoomVersion version) {
        this.version = version;
    }

    static String user(int number) {
        return "@user" + number + ":server" + number % 20 + ".example";
    }

    /// The room's first events: created, public, with members, the first of whom may ban.
    Branch open(int members, int moderators) {
        Branch main = new Branch(StateMap.EMPTY, 0);
        JsonObject create = JsonObject.EMPTY.with("room_version", version.id());
        if (version.creatorInContent()) {
            create = create.with("creator", ALICE);
        }
        if (!version.roomIdIsCreateHash()) {
            roomId = Optional.of(RoomId.of("!bulk:one.example"));
        }
        main.state(ALICE, EventTypes.CREATE, "", create);
        main.member(ALICE, ALICE, "join", "Alice");
        main.levels(moderators, 0);
        main.state(ALICE, EventTypes.JOIN_RULES, "", JsonObject.EMPTY.with("join_rule", "public"));
        for (int i = 0; i < members; i++) {
            main.member(user(i), user(i), "join", "User " + i);
        }
        return main;
    }

    /// How many events there are.
    int size() {
        return events.size();
    }

    private int add(
            Branch branch, UserId sender, String type, String stateKey, JsonObject content) {
        List<EventId> authIds = new ArrayList<>();
        List<Integer> authNumbers = new ArrayList<>();
        for (StateKey key :
                AuthSelection.typesFor(version, type, sender, Optional.of(stateKey), content)) {
            int ev = branch.state.find(key);
            if (ev != StateMap.ABSENT) {
                authNumbers.add(ev);
                authIds.add(event(ev).eventId());
            }
        }
        EventDraft draft = new EventDraft(
                roomId,
                sender,
                type,
                Optional.of(stateKey),
                content,
                branch.head == 0 ? List.of() : List.of(event(branch.head).eventId()),
                authIds,
                events.size() + 1L,
                FIRST_TS + events.size());
        Pdu event = sign(draft);
        if (roomId.isEmpty()) {
            roomId = Optional.of(event.roomId());
        }
        events.add(event);
        auth.add(authNumbers.stream().mapToInt(Integer::intValue).toArray());
        return events.size();
    }

    private Pdu sign(EventDraft draft) {
        return switch (EventSigning.sign(version, draft, NOBODY)) {
            case SignedEvent.Signed(var signed) -> signed.pdu();
            case SignedEvent.Refused(boolean tooLarge, String reason) ->
                throw new AssertionError(reason);
        };
    }

    @Override
    public Pdu event(int ev) {
        return events.get(ev - 1);
    }

    @Override
    public int[] auth(int ev) {
        return auth.get(ev - 1);
    }

    @Override
    public boolean rejected(int ev) {
        return false;
    }

    private static final class Nobody implements Signer {
        @Override
        public ServerName server() {
            return ServerName.of("one.example");
        }

        @Override
        public KeyId keyId() {
            return KeyId.of("ed25519:none");
        }

        @Override
        public byte[] publicKey() {
            return new byte[32];
        }

        @Override
        public byte[] sign(byte[] message) {
            return new byte[64];
        }
    }
}
