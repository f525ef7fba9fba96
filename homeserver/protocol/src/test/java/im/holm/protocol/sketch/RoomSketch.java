package im.holm.protocol.sketch;

import im.holm.protocol.auth.AuthEventList;
import im.holm.protocol.auth.AuthRules;
import im.holm.protocol.auth.AuthSelection;
import im.holm.protocol.auth.AuthState;
import im.holm.protocol.auth.AuthVerdict;
import im.holm.protocol.event.EventDraft;
import im.holm.protocol.event.EventLimits;
import im.holm.protocol.event.EventReference;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.signing.EventSigning;
import im.holm.protocol.signing.SignedEvent;
import im.holm.protocol.state.AuthGraph;
import im.holm.protocol.state.StateMap;
import im.holm.protocol.state.StateResolution;
import im.holm.protocol.version.RoomVersion;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A room for tests, drawn event by event: each is hashed, signed by its sender's server,
/// given the auth events that the selection asks for, checked by the auth rules, and numbered
/// from 1 in the order of drawing.
///
/// Branches ([SketchBranch]) fork and merge; states come from real state resolution.
public final class RoomSketch implements AuthGraph {
    private static final long FIRST_TS = 1_700_000_000_000L;
    private static final long STEP_MS = 1_000;

    private final RoomVersion version;
    private final List<Pdu> events = new ArrayList<>();
    private final List<int[]> auth = new ArrayList<>();
    private final List<AuthVerdict> verdicts = new ArrayList<>();
    private final List<StateMap> statesAfter = new ArrayList<>();
    private final Map<EventId, Integer> numbers = new HashMap<>();
    private RoomId roomId;
    private long nextTs = FIRST_TS;

    private RoomSketch(RoomVersion version) {
        this.version = version;
    }

    /// A room with a create event and its creator's join: numbers 1 and 2.
    public static RoomSketch open(RoomVersion version, String creator) {
        return open(version, creator, JsonObject.EMPTY);
    }

    /// As [#open(RoomVersion, String)], with more content in the create event.
    public static RoomSketch open(RoomVersion version, String creator, JsonObject createContent) {
        RoomSketch room = new RoomSketch(version);
        UserId user = UserId.of(creator);
        if (!version.roomIdIsCreateHash()) {
            room.roomId = RoomId.of("!sketch:" + user.server());
        }
        JsonObject.Builder content =
                JsonObject.builder().put("room_version", version.id()).putAll(createContent);
        if (version.creatorInContent()) {
            content.put("creator", creator);
        }
        room.add(room.draft(user, EventTypes.CREATE, Optional.of(""), content.build(), new int[0]));
        room.main().join(creator);
        return room;
    }

    /// A branch that goes on after everything drawn so far that nothing follows.
    public SketchBranch main() {
        return new SketchBranch(this, new int[] {events.size()});
    }

    public RoomVersion version() {
        return version;
    }

    public RoomId roomId() {
        return roomId;
    }

    /// How many events there are; the highest number.
    public int size() {
        return events.size();
    }

    /// The time that the next event gets, unless the test sets another.
    public void setNextTs(long originServerTs) {
        nextTs = originServerTs;
    }

    public int number(EventId id) {
        return numbers.get(id);
    }

    public AuthVerdict verdict(int ev) {
        return verdicts.get(ev - 1);
    }

    public StateMap stateAfter(int ev) {
        return statesAfter.get(ev - 1);
    }

    /// The state before an event that follows these.
    public StateMap stateAfter(int[] heads) {
        if (heads.length == 0) {
            return StateMap.EMPTY;
        }
        return StateResolution.resolve(
                version, Arrays.stream(heads).mapToObj(this::stateAfter).toList(), this);
    }

    public AuthState authState(StateMap state) {
        return key -> {
            int ev = state.find(key);
            return ev == StateMap.ABSENT ? Optional.empty() : Optional.of(event(ev));
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
        return !verdicts.get(ev - 1).isAllowed();
    }

    /// A draft of an event after the heads, with the auth events that the state there offers.
    public EventDraft draft(
            UserId sender,
            String type,
            Optional<String> stateKey,
            JsonObject content,
            int[] heads) {
        StateMap before = stateAfter(heads);
        List<Pdu> auth = AuthSelection.typesFor(version, type, sender, stateKey, content).stream()
                .filter(before::has)
                .map(key -> event(before.find(key)))
                .toList();
        List<Pdu> prev = Arrays.stream(heads).mapToObj(this::event).toList();
        long depth = EventLimits.depthAfter(
                version, prev.stream().mapToLong(Pdu::depth).max().orElse(0));
        Map<EventId, String> hashes = new HashMap<>(EventReference.hashesOf(auth));
        hashes.putAll(EventReference.hashesOf(prev));
        long ts = nextTs;
        nextTs += STEP_MS;
        return new EventDraft(
                        Optional.ofNullable(roomId),
                        sender,
                        type,
                        stateKey,
                        content,
                        prev.stream().map(Pdu::eventId).toList(),
                        auth.stream().map(Pdu::eventId).toList(),
                        depth,
                        ts)
                .withHashes(hashes);
    }

    /// Signs the draft in the name of its sender's server and adds it, allowed or not.
    public int add(EventDraft draft) {
        return switch (EventSigning.sign(
                version, draft, SketchKeys.signer(draft.sender().server()))) {
            case SignedEvent.Signed(VerifiedPdu signed) -> add(signed.pdu());
            case SignedEvent.Refused(boolean tooLarge, String reason) ->
                throw new AssertionError("the test's own event is refused: " + reason);
        };
    }

    /// Adds an event made elsewhere; everything that it refers to must be here.
    public int add(Pdu event) {
        if (roomId == null) {
            roomId = event.roomId();
        }
        int[] authNumbers = event.authEvents().stream().mapToInt(numbers::get).toArray();
        int[] prev = event.prevEvents().stream().mapToInt(numbers::get).toArray();
        StateMap before = stateAfter(prev);
        AuthVerdict verdict = judge(event, authNumbers, before);
        events.add(event);
        auth.add(authNumbers);
        verdicts.add(verdict);
        int ev = events.size();
        numbers.put(event.eventId(), ev);
        Optional<StateKey> place = event.statePlace().filter(key -> verdict.isAllowed());
        statesAfter.add(place.map(key -> before.put(key, ev)).orElse(before));
        return ev;
    }

    private AuthVerdict judge(Pdu event, int[] authNumbers, StateMap before) {
        List<AuthEventList.Entry> entries = Arrays.stream(authNumbers)
                .mapToObj(ev -> new AuthEventList.Entry(event(ev), rejected(ev)))
                .toList();
        AuthVerdict list = AuthEventList.check(event, entries);
        return list.isAllowed() ? AuthRules.check(event, authState(before)) : list;
    }
}
