package im.holm.protocol.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.auth.AuthEventList;
import im.holm.protocol.auth.AuthRules;
import im.holm.protocol.auth.AuthSelection;
import im.holm.protocol.auth.AuthState;
import im.holm.protocol.auth.AuthVerdict;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.sketch.Verdicts;
import im.holm.protocol.state.AuthGraph;
import im.holm.protocol.state.StateMap;
import im.holm.protocol.state.StateResolution;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.visibility.EventVisibility;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/// Rooms of hostile events: rules are asked about any event in any state, and states that no
/// honest server would hold are resolved.
class RoomFuzzTest {
    private static final int CASES = 600;
    private static final int EVENTS = 40;

    private final Set<String> rules = new HashSet<>();
    private int disputes;

    @Test
    void everyRuleAnswersAndEveryDisputeHasOneResolution() {
        long cases = FuzzRun.each(CASES, random -> {
            Room room = new Room(EventChaos.ofAnyVersion(random));
            for (int i = 0; i < EVENTS; i++) {
                room.grow();
            }
            room.resolveInAnyOrder();
        });
        if (FuzzRun.isDefault()) {
            assertThat(rules).hasSizeGreaterThan(30);
            assertThat(disputes).isGreaterThan(CASES / 2);
        }
        assertThat(cases).isPositive();
    }

    /// Events refer to earlier ones at will; what was denied is in the states of some branches
    /// all the same.
    private final class Room implements AuthGraph {
        private final EventChaos chaos;
        private final RoomVersion version;
        private final List<Pdu> events = new ArrayList<>();
        private final List<int[]> auth = new ArrayList<>();
        private final List<Boolean> rejected = new ArrayList<>();
        private final List<StateMap> branches = new ArrayList<>();

        Room(EventChaos chaos) {
            this.chaos = chaos;
            this.version = chaos.version;
            events.add(chaos.create());
            auth.add(new int[0]);
            rejected.add(false);
            branches.add(StateMap.EMPTY.put(StateKey.CREATE, 1));
            put(0, EventTypes.MEMBER, EventChaos.USERS.getFirst(), joined());
            if (!chaos.oneIn(4)) {
                put(0, EventTypes.JOIN_RULES, "", JsonObject.EMPTY.with("join_rule", "public"));
            }
            put(0, EventTypes.MEMBER, EventChaos.USERS.get(1), joined());
        }

        private static JsonObject joined() {
            return JsonObject.EMPTY.with("membership", "join");
        }

        void grow() {
            if (branches.size() < 4 && chaos.oneIn(8)) {
                branches.add(chaos.any(branches));
            }
            String type = chaos.any(EventChaos.TYPES);
            String key = chaos.oneIn(2) ? "" : chaos.any(EventChaos.USERS);
            put(
                    chaos.random.nextInt(branches.size()),
                    type,
                    type.equals(EventTypes.MEMBER) ? chaos.any(EventChaos.USERS) : key,
                    chaos.content(type));
        }

        private void put(int branch, String type, String stateKey, JsonObject content) {
            String sender = type.equals(EventTypes.MEMBER) && chaos.oneIn(2)
                    ? stateKey
                    : chaos.any(EventChaos.USERS);
            StateMap state = branches.get(branch);
            int[] numbers = references(state, type, sender, stateKey, content);
            List<EventId> ids = new ArrayList<>();
            for (int ev : numbers) {
                ids.add(event(ev).eventId());
            }
            Pdu event = chaos.parse(chaos.fields(
                            type,
                            sender,
                            Optional.of(roomId().text()),
                            new EventChaos.Refs(ids, ids))
                    .put("state_key", stateKey)
                    .put("content", content));
            boolean allowed = judge(event, numbers, state);
            events.add(event);
            auth.add(numbers);
            rejected.add(!allowed && chaos.oneIn(2));
            // In version 12 a second create event is of another room, too.
            boolean isOurs = event.roomId().equals(events.getFirst().roomId());
            if (isOurs && (allowed || chaos.oneIn(3))) {
                branches.set(branch, state.put(event.statePlace().orElseThrow(), events.size()));
            }
        }

        private RoomId roomId() {
            return chaos.oneIn(50)
                    ? RoomId.of("!other:two.example")
                    : events.getFirst().roomId();
        }

        /// What the selection asks for, or anything; of a create event nothing, or it would
        /// name its own room.
        private int[] references(
                StateMap state, String type, String sender, String key, JsonObject content) {
            Set<Integer> numbers = new HashSet<>();
            for (StateKey place : AuthSelection.typesFor(
                    version, type, UserId.of(sender), Optional.of(key), content)) {
                if (state.has(place) && !chaos.oneIn(20)) {
                    numbers.add(state.find(place));
                }
            }
            if (chaos.oneIn(5)) {
                numbers.add(1 + chaos.random.nextInt(events.size()));
            }
            return numbers.stream().limit(10).mapToInt(Integer::intValue).toArray();
        }

        private boolean judge(Pdu event, int[] numbers, StateMap state) {
            List<AuthEventList.Entry> entries = new ArrayList<>();
            for (int ev : numbers) {
                entries.add(new AuthEventList.Entry(event(ev), rejected(ev)));
            }
            rules.add(Verdicts.rule(AuthEventList.check(event, entries)));
            AuthVerdict verdict = AuthRules.check(event, authState(state));
            rules.add(Verdicts.rule(verdict));
            EventVisibility.maySee(
                    event, event.sender(), authState(state), chaos.random.nextBoolean());
            return verdict.isAllowed();
        }

        private AuthState authState(StateMap state) {
            return key -> state.has(key) ? Optional.of(event(state.find(key))) : Optional.empty();
        }

        void resolveInAnyOrder() {
            StateMap resolved = StateResolution.resolve(version, branches, this);
            disputes += new HashSet<>(branches).size() > 1 ? 1 : 0;
            List<StateMap> shuffled = new ArrayList<>(branches);
            shuffled.add(branches.getFirst());
            Collections.shuffle(shuffled, new Random(1));
            assertThat(StateResolution.resolve(version, shuffled, this))
                    .as("version %s", version)
                    .isEqualTo(resolved);
            assertThat(StateResolution.resolve(version, List.of(resolved, resolved), this))
                    .isEqualTo(resolved);
            resolved.forEach((key, ev) -> assertThat(event(ev).statePlace()).contains(key));
            branches.getFirst().forEach((key, ev) -> {
                if (branches.stream().allMatch(branch -> branch.find(key) == ev)) {
                    assertThat(resolved.find(key)).as("undisputed %s", key).isEqualTo(ev);
                }
            });
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
            return rejected.get(ev - 1);
        }
    }
}
