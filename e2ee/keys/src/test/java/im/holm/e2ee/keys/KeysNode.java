package im.holm.e2ee.keys;

import im.holm.engine.RoomCommands.CreateOutcome;
import im.holm.engine.RoomCommands.CreateRoom;
import im.holm.engine.RoomCommands.InitialEvent;
import im.holm.engine.RoomMembership.ChangeMembership;
import im.holm.engine.core.Membership;
import im.holm.engine.core.RoomKind;
import im.holm.platform.db.Tx;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;
import im.holm.protocol.json.JsonWriter;
import im.holm.protocol.version.RoomVersions;
import im.holm.slice.Caller;
import im.holm.slice.EduOutbox;
import im.holm.slice.EduType;
import im.holm.slice.FederationRoute;
import im.holm.slice.Servers;
import im.holm.slice.Slice;
import im.holm.testnode.TestDatabase;
import im.holm.testnode.TestNode;
import im.holm.testnode.TestNode.Plan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/// A node with the slice alone, and guests. Nodes of one test reach each other directly: what is
/// asked of another server, or kept for it, goes to that node's own routes and units.
final class KeysNode implements AutoCloseable {

    private static final Map<String, KeysNode> PEERS = new ConcurrentHashMap<>();

    final String name;
    final List<String> asked = new CopyOnWriteArrayList<>();
    /// Happens when a commit has become visible and the slice was not told yet.
    volatile Runnable beforeOthers = () -> {};

    private final Path dir;
    private final TestDatabase database = TestDatabase.with("e2ee");
    private final TestNode node;
    private Guests guests;
    private KeysFeature feature;

    private KeysNode(String name) {
        this.name = name;
        try {
            dir = Files.createTempDirectory("holm-e2ee-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        node = TestNode.start(Plan.of(dir, database).with("HOLM_SERVER_NAME", name), kernel -> {
            kernel.journal().watch((_, _) -> beforeOthers.run());
            guests = new Guests(kernel.serverName(), kernel.identities());
            feature = new KeysFeature(
                    kernel,
                    new KeysFeature.People(guests, guests, guests),
                    new Peers(),
                    new Post());
            return TestNode.Parts.of(
                    feature.slice(), Slice.named("guests").withCallers(List.of(guests)));
        });
        PEERS.put(name, this);
    }

    static KeysNode start(String name) {
        return new KeysNode(name);
    }

    KeysDevice device(String localpart) {
        return new KeysDevice(this, guests.addDevice(localpart));
    }

    TestNode node() {
        return node;
    }

    KeysFeature feature() {
        return feature;
    }

    /// Signs a device out, as the accounts slice does.
    void remove(Caller device) {
        guests.remove(device);
        long position = node.kernel().journal().visible().positions()[0];
        database.database()
                .useTransaction(handle -> feature.slice()
                        .devices()
                        .getFirst()
                        .removed(
                                new Tx(handle),
                                device.userNid(),
                                new long[] {device.deviceNid()},
                                position));
    }

    /// A room in which all of these are.
    RoomId room(KeysDevice first, KeysDevice... others) {
        UserId creator = first.caller.user();
        var outcome = node.kernel()
                .commands()
                .create(new CreateRoom(
                        creator,
                        RoomVersions.V12,
                        RoomKind.PLAIN,
                        JsonObject.EMPTY,
                        List.of(
                                new InitialEvent(
                                        "m.room.member",
                                        Optional.of(creator.toString()),
                                        JsonObject.EMPTY.with("membership", "join")),
                                new InitialEvent(
                                        "m.room.power_levels", Optional.of(""), JsonObject.EMPTY),
                                new InitialEvent(
                                        "m.room.join_rules",
                                        Optional.of(""),
                                        JsonObject.EMPTY.with("join_rule", "public")))));
        RoomId room = ((CreateOutcome.Created) outcome).room();
        for (KeysDevice other : others) {
            change(room, other, Membership.JOIN);
        }
        return room;
    }

    void change(RoomId room, KeysDevice device, Membership membership) {
        UserId user = device.caller.user();
        node.kernel()
                .membership()
                .change(new ChangeMembership(
                        user, user, room, membership, JsonObject.EMPTY, List.of()));
    }

    Response federation(String origin, Method method, String path, JsonObject body) {
        for (FederationRoute route : feature.slice().federationRoutes()) {
            String prefix = route.path().replaceAll("\\{.*", "");
            if (route.method() == method
                    && path.startsWith(prefix)
                    && route.access() instanceof FederationRoute.Access.Server(var handler)) {
                Map<String, String> parts = route.path().contains("{")
                        ? Map.of("userId", path.substring(prefix.length()))
                        : Map.of();
                return handler.handle(
                        ServerName.of(origin),
                        Request.of(method, path, parts, JsonWriter.write(body)));
            }
        }
        throw new AssertionError("no route " + path);
    }

    EduType.Outcome edu(String origin, String type, JsonObject content) {
        return feature.slice().edus().stream()
                .filter(edu -> edu.type().equals(type))
                .findFirst()
                .orElseThrow()
                .handler()
                .apply(ServerName.of(origin), content);
    }

    static JsonObject json(Response response) {
        byte[] bytes = KeysDevice.bytes(response);
        return JsonParser.parseObject(bytes, JsonLimits.clientBody(bytes.length))
                .object()
                .orElseThrow();
    }

    @Override
    public void close() {
        PEERS.remove(name);
        node.close();
        database.close();
        try (Stream<Path> paths = Files.walk(dir)) {
            for (Path path :
                    new ArrayList<>(paths.sorted(Comparator.reverseOrder()).toList())) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class Peers implements Servers {
        @Override
        public Answer get(ServerName server, String path) {
            return ask(server, Method.GET, path, JsonObject.EMPTY);
        }

        @Override
        public Answer post(ServerName server, String path, JsonObject body) {
            return ask(server, Method.POST, path, body);
        }

        private Answer ask(ServerName server, Method method, String path, JsonObject body) {
            asked.add(server + path);
            KeysNode peer = PEERS.get(server.text());
            return peer == null
                    ? new Answer.Failed("no such server")
                    : new Answer.Answered(json(peer.federation(name, method, path, body)));
        }
    }

    private final class Post implements EduOutbox {
        @Override
        public void send(
                String type, JsonObject content, String coalesceKey, Set<ServerName> servers) {
            throw new AssertionError("this slice loses nothing");
        }

        @Override
        public void keep(List<Kept> units) {
            for (Kept unit : units) {
                for (ServerName server : unit.destinations()) {
                    KeysNode peer = PEERS.get(server.text());
                    if (peer != null) {
                        peer.edu(name, unit.type(), unit.content());
                    }
                }
            }
        }
    }
}
