package im.holm.engine.sim;

import im.holm.engine.RoomView;
import im.holm.engine.StoredEvent;
import im.holm.engine.core.RoomStatus;
import im.holm.protocol.auth.AuthSelection;
import im.holm.protocol.event.EventDraft;
import im.holm.protocol.event.PduParser;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.signing.EventSigning;
import im.holm.protocol.signing.SignedEvent;
import im.holm.protocol.state.StateMap;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/// What hostile servers do beside what all do: events at old places of the DAG, different ones for
/// different servers, with false times and depths, against the rules, in others' names, wrongly
/// signed, or no events at all.
final class Hostility {

    private static final int EVENTS_MAX = 3;

    private final World world;
    private final SplittableRandom random;
    private int number;

    Hostility(World world) {
        this.world = world;
        this.random = world.random.split();
    }

    void act() {
        List<SimServer> able = world.servers.stream()
                .filter(server -> server.hostile && server.isUp())
                .filter(server -> server.view(world.room())
                        .filter(view -> view.status() == RoomStatus.JOINED
                                || view.status() == RoomStatus.LEFT)
                        .isPresent())
                .toList();
        if (able.isEmpty()) {
            return;
        }
        SimServer server = able.get(random.nextInt(able.size()));
        int count = 1 + random.nextInt(EVENTS_MAX);
        for (int i = 0; i < count; i++) {
            forge(server);
        }
    }

    private void forge(SimServer server) {
        RoomView view = server.view(world.room()).orElseThrow();
        List<StoredEvent> known = view.page(Long.MAX_VALUE, true, 30).events();
        if (known.isEmpty()) {
            return;
        }
        JsonObject event = event(server, view, known);
        JsonObject sent = spoil(event);
        PduParser.parse(world.version, sent).wellFormed().ifPresent(world.oracle::learn);
        world.trace.count("forged");
        boolean anybody = false;
        for (SimServer peer : world.servers) {
            if (peer != server && random.nextInt(3) == 0) {
                anybody = true;
                world.schedule.in(world.faults.delayMs(), () -> give(server, peer, sent));
            }
        }
        if (anybody && random.nextBoolean()) {
            server.serve(() -> server.receive(server.name, sent));
        }
    }

    private void give(SimServer from, SimServer to, JsonObject event) {
        if (world.network.reach(from.name, to.name).isPresent()) {
            to.serve(() -> to.receive(from.name, event));
        }
    }

    private JsonObject event(SimServer server, RoomView view, List<StoredEvent> known) {
        StoredEvent at = known.get(random.nextInt(Math.min(known.size(), 1 + random.nextInt(30))));
        List<EventId> prev = new ArrayList<>(List.of(at.row().eventId()));
        if (random.nextInt(5) == 0) {
            prev.add(known.get(random.nextInt(known.size())).row().eventId());
        }
        if (random.nextInt(15) == 0) {
            prev.add(EventId.ofHash(random(32)));
        }
        UserId sender = sender(server);
        Shape shape = shape(server, sender);
        StateMap state = view.state(at.row().snapAfter());
        List<EventId> auth = new ArrayList<>();
        for (StateKey key : AuthSelection.typesFor(
                world.version, shape.type(), sender, shape.key(), shape.content())) {
            int ev = state.find(key);
            if (ev != StateMap.ABSENT && random.nextInt(40) != 0) {
                auth.add(view.events(new int[] {ev}).getFirst().row().eventId());
            }
        }
        long depth =
                random.nextInt(4) == 0 ? random.nextInt(1_000_000) : at.row().depth() + 1;
        long ts = world.schedule.nowMs()
                + (random.nextBoolean() ? 0 : random.nextLong(-400_000, 400_000));
        var draft = new EventDraft(
                Optional.of(world.room()),
                sender,
                shape.type(),
                shape.key(),
                shape.content(),
                prev.stream().distinct().toList(),
                auth,
                depth,
                ts);
        return switch (EventSigning.sign(world.version, draft, server.signer)) {
            case SignedEvent.Signed(var signed) -> signed.pdu().json();
            case SignedEvent.Refused(boolean tooLarge, String reason) ->
                throw new IllegalStateException(reason);
        };
    }

    private UserId sender(SimServer server) {
        return random.nextInt(12) == 0
                ? world.home().user("admin")
                : server.user("u" + random.nextInt(2));
    }

    private record Shape(String type, Optional<String> key, JsonObject content) {}

    private Shape shape(SimServer server, UserId sender) {
        SimServer victim = world.servers.get(random.nextInt(world.servers.size()));
        return switch (random.nextInt(8)) {
            case 0, 1 -> new Shape("m.room.message", Optional.empty(), text());
            case 2, 3 ->
                new Shape(
                        "m.room.topic",
                        Optional.of(""),
                        JsonObject.EMPTY.with("topic", "forged " + ++number));
            case 4 ->
                new Shape(
                        "m.room.power_levels",
                        Optional.of(""),
                        JsonObject.of("users", JsonObject.EMPTY.with(sender.toString(), 100L)));
            case 5 -> member(victim.user("u" + random.nextInt(2)), "ban");
            case 6 -> member(server.user("u" + random.nextInt(2)), "join");
            case 7 -> member(sender, "leave");
            default -> throw new AssertionError();
        };
    }

    private JsonObject text() {
        return JsonObject.EMPTY.with("msgtype", "m.text").with("body", "forged " + ++number);
    }

    private static Shape member(UserId user, String membership) {
        return new Shape(
                "m.room.member",
                Optional.of(user.toString()),
                JsonObject.EMPTY.with("membership", membership));
    }

    /// Most are left as they are.
    private JsonObject spoil(JsonObject event) {
        return switch (random.nextInt(16)) {
            case 0 -> event.without("signatures");
            case 1 -> event.with("origin_server_ts", 5L);
            case 2 -> event.with("content", JsonObject.EMPTY.with("body", "another"));
            case 3 -> event.with("depth", "deep");
            case 4 -> JsonObject.EMPTY.with("room_id", world.room().toString());
            default -> event;
        };
    }

    private byte[] random(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
