package im.holm.rooms;

import im.holm.platform.db.Database;
import im.holm.protocol.id.RoomAlias;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.EduOutbox;
import im.holm.slice.RemoteUsers;
import im.holm.slice.Slice;
import im.holm.slice.SyncSection;
import im.holm.slice.UserSource.Profile;
import im.holm.testnode.Gullible;
import im.holm.testnode.TestDatabase;
import im.holm.testnode.TestNode;
import im.holm.testnode.TestNode.Plan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/// A node with the feature `rooms`, and with guests instead of accounts.
final class RoomsNode implements AutoCloseable {

    private final Path dir;
    private final TestDatabase database;
    private final boolean paced;
    private TestNode node;
    private final FarServers servers = new FarServers();
    private final List<SyncSection> sections = new CopyOnWriteArrayList<>();
    private Guests guests;
    private RoomsFeature feature;

    private RoomsNode(boolean paced) {
        this.paced = paced;
        try {
            dir = Files.createTempDirectory("holm-rooms-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        database = TestDatabase.with("rooms");
        node = open();
    }

    private TestNode open() {
        return TestNode.start(
                Plan.of(dir, database).with("HOLM_RATE_LIMITS", Boolean.toString(paced)),
                (_, _, _, _) -> new Gullible(),
                (kernel, _) -> {
                    guests = new Guests(kernel.serverName(), kernel.identities());
                    feature = new RoomsFeature(
                            kernel,
                            guests,
                            new RoomsFeature.Elsewhere(new Strangers(), servers, new Unsent()),
                            () -> sections,
                            handler -> handler);
                    return TestNode.Parts.of(
                            feature.slice(), Slice.named("guests").withCallers(List.of(guests)));
                });
    }

    /// Stops the node and starts it anew on the same data. Its users have to be added again.
    void restart() {
        node.close();
        node = open();
    }

    static RoomsNode start() {
        return new RoomsNode(false);
    }

    /// With the limits that tests of anything else run without.
    static RoomsNode startPaced() {
        return new RoomsNode(true);
    }

    /// A new device of this user.
    Client client(String localpart) {
        String token = guests.addDevice(localpart);
        return new Client(
                node.clientUrl(), new UserId(localpart, node.kernel().serverName()), token);
    }

    Client clientWithToken(String token) {
        return new Client(
                node.clientUrl(), new UserId("nobody", node.kernel().serverName()), token);
    }

    String serverName() {
        return node.kernel().serverName().text();
    }

    Database database() {
        return database.database();
    }

    RoomsFeature feature() {
        return feature;
    }

    TestNode node() {
        return node;
    }

    /// Another feature has a part in `/sync` from now on.
    void add(SyncSection section) {
        sections.add(section);
    }

    /// What other servers answer.
    FarServers servers() {
        return servers;
    }

    /// Another server sends an ephemeral data unit.
    void edu(String type, ServerName origin, JsonObject content) {
        feature.slice().edus().stream()
                .filter(edu -> edu.type().equals(type))
                .forEach(edu -> edu.handler().apply(origin, content));
    }

    @Override
    public void close() {
        node.close();
        database.close();
        try (Stream<Path> paths = Files.walk(dir)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// There are no other servers.
    private static final class Strangers implements RemoteUsers {
        @Override
        public Optional<Profile> profile(UserId user) {
            return Optional.empty();
        }

        @Override
        public Optional<Resolved> resolve(RoomAlias alias) {
            return Optional.empty();
        }
    }

    private static final class Unsent implements EduOutbox {
        @Override
        public void send(
                String type,
                JsonObject content,
                String coalesceKey,
                Set<ServerName> destinations) {}

        @Override
        public void keep(List<Kept> units) {}
    }
}
