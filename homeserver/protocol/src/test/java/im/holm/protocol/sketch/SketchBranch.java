package im.holm.protocol.sketch;

import im.holm.protocol.auth.AuthVerdict;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.state.StateMap;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/// One line of events in a [RoomSketch]. Each method adds an event after the branch's heads,
/// whether or not the rules allow it, and answers its number.
public final class SketchBranch {
    private final RoomSketch room;
    private int[] heads;

    SketchBranch(RoomSketch room, int[] heads) {
        this.room = room;
        this.heads = heads.clone();
    }

    public RoomSketch room() {
        return room;
    }

    public int[] heads() {
        return heads.clone();
    }

    /// A branch that starts where this one is now.
    public SketchBranch fork() {
        return new SketchBranch(room, heads);
    }

    /// A branch that follows both.
    public SketchBranch merge(SketchBranch other) {
        return new SketchBranch(
                room,
                IntStream.concat(Arrays.stream(heads), Arrays.stream(other.heads))
                        .distinct()
                        .toArray());
    }

    public StateMap state() {
        return room.stateAfter(heads);
    }

    /// The number of the event at a place in the state, or [StateMap#ABSENT].
    public int state(String type, String key) {
        return state().find(new StateKey(type, key));
    }

    /// The membership of a user in the state, `none` when there is none.
    public String membership(String user) {
        int ev = state(EventTypes.MEMBER, user);
        return ev == StateMap.ABSENT ? "none" : room.event(ev).membership().orElse("none");
    }

    /// What the rules say about an event after the heads. The event is drawn, but the branch
    /// does not follow it.
    public AuthVerdict verdict(String sender, String type, String stateKey, JsonObject content) {
        return room.verdict(fork().state(sender, type, stateKey, content));
    }

    public AuthVerdict verdict(String sender, String type, JsonObject content) {
        return room.verdict(fork().send(sender, type, content));
    }

    public int send(String sender, String type, JsonObject content) {
        return add(sender, type, Optional.empty(), content);
    }

    public int state(String sender, String type, String stateKey, JsonObject content) {
        return add(sender, type, Optional.of(stateKey), content);
    }

    public int message(String sender, String body) {
        return send(
                sender,
                EventTypes.MESSAGE,
                JsonObject.builder().put("msgtype", "m.text").put("body", body).build());
    }

    public int topic(String sender, String topic) {
        return state(sender, EventTypes.TOPIC, "", JsonObject.EMPTY.with("topic", topic));
    }

    public int joinRule(String sender, String rule) {
        return state(sender, EventTypes.JOIN_RULES, "", JsonObject.EMPTY.with("join_rule", rule));
    }

    public int powerLevels(String sender, JsonObject content) {
        return state(sender, EventTypes.POWER_LEVELS, "", content);
    }

    public int join(String user) {
        return membership(user, user, "join");
    }

    public int leave(String user) {
        return membership(user, user, "leave");
    }

    public int knock(String user) {
        return membership(user, user, "knock");
    }

    public int invite(String sender, String user) {
        return membership(sender, user, "invite");
    }

    public int kick(String sender, String user) {
        return membership(sender, user, "leave");
    }

    public int ban(String sender, String user) {
        return membership(sender, user, "ban");
    }

    public int membership(String sender, String user, String membership) {
        return state(
                sender, EventTypes.MEMBER, user, JsonObject.EMPTY.with("membership", membership));
    }

    private int add(String sender, String type, Optional<String> stateKey, JsonObject content) {
        int ev = room.add(room.draft(UserId.of(sender), type, stateKey, content, heads));
        heads = new int[] {ev};
        return ev;
    }
}
