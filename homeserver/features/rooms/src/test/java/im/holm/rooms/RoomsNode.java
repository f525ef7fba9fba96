package im.holm.rooms;

import im.holm.engine.RoomEngine;
import im.holm.engine.port.RemoteMembership;
import im.holm.engine.port.RemoteRooms;
import im.holm.journal.CommitLimits;
import im.holm.journal.Committer;
import im.holm.journal.JournalOpening;
import im.holm.journal.JournalStart;
import im.holm.journal.WakeUps;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.HttpListener;
import im.holm.platform.http.ListenOutcome;
import im.holm.platform.http.ListenerOptions;
import im.holm.platform.jobs.Jobs;
import im.holm.platform.metrics.Metrics;
import im.holm.platform.time.Time;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.RoomAlias;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.signing.Ed25519Signer;
import im.holm.protocol.version.RoomVersion;
import im.holm.slice.Ephemeral;
import im.holm.slice.Kernel;
import im.holm.slice.RemoteUsers;
import im.holm.slice.Slice;
import im.holm.slice.UserSource;
import im.holm.slice.assembly.Faces;
import im.holm.store.PostgresIdentities;
import im.holm.store.PostgresJournalStore;
import im.holm.store.PostgresRoomStore;
import im.holm.testnode.TestDatabase;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A node with the feature `rooms` and guests.
final class RoomsNode implements AutoCloseable {

    private static final ServerName SERVER = ServerName.of("rooms.example");

    private final TestDatabase database = TestDatabase.with("rooms");
    private final Committer journal;
    private final Guests guests;
    private final RoomEngine engine;
    private final Slice slice;
    private final HttpListener listener;
    private final Jobs jobs;

    private RoomsNode() {
        var time = Time.system();
        var metrics = new Metrics();
        var identities = new PostgresIdentities(database.database(), SERVER);
        journal = journal(metrics);
        var wakeUps = new WakeUps();
        var signer = Ed25519Signer.fromSeed(SERVER, KeyId.of("ed25519:1"), new byte[32]);
        engine = new RoomEngine(
                signer,
                time,
                new PostgresRoomStore(database.database(), identities, time),
                identities,
                journal,
                new Nowhere(),
                new Nobody(),
                wakeUps,
                64 << 20);
        guests = new Guests(SERVER, identities);
        var kernel = new Kernel(
                SERVER,
                null,
                time,
                database.database(),
                journal,
                wakeUps,
                new Ephemeral(),
                identities,
                signer,
                engine.commands(),
                engine.membership(),
                engine.inbound(),
                engine.archive(),
                engine.reader(),
                engine.memberships());
        slice = new RoomsFeature(kernel, guests, new Strangers(), (a, b, c, d) -> {}).slice();
        var faces = new Faces(List.of(slice, Slice.named("guests").withCallers(List.of(guests))));
        listener = listen(faces, metrics);
        jobs = Jobs.start(slice.jobs(), metrics);
    }

    static RoomsNode start() {
        return new RoomsNode();
    }

    private Committer journal(Metrics metrics) {
        try {
            var start = new JournalOpening(
                            new PostgresJournalStore(database.database()),
                            Time.system(),
                            CommitLimits.DEFAULT,
                            metrics.registry())
                    .start(Files.createTempDirectory("holm-rooms-"));
            if (start instanceof JournalStart.Started(Committer started)) {
                return started;
            }
            throw new IllegalStateException(start.line());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static HttpListener listen(Faces faces, Metrics metrics) {
        var outcome = HttpListener.start(
                ListenerOptions.plain("client", "127.0.0.1", 0), faces.client(), metrics);
        if (outcome instanceof ListenOutcome.Listening<HttpListener>(HttpListener started)) {
            return started;
        }
        throw new IllegalStateException(outcome.toString());
    }

    /// A new device of this user.
    Client client(String localpart) {
        String token = guests.addDevice(localpart);
        return new Client(base(), new UserId(localpart, SERVER), token);
    }

    Client clientWithToken(String token) {
        return new Client(base(), new UserId("nobody", SERVER), token);
    }

    String serverName() {
        return SERVER.text();
    }

    long roomNid(RoomId room) {
        return engine.reader().room(room).orElseThrow().identity().roomNid();
    }

    /// Another server sends an ephemeral data unit.
    void edu(String type, ServerName origin, JsonObject content) {
        slice.edus().stream()
                .filter(edu -> edu.type().equals(type))
                .forEach(edu -> edu.handler().apply(origin, content));
    }

    private URI base() {
        return URI.create("http://127.0.0.1:" + listener.port());
    }

    @Override
    public void close() {
        jobs.close();
        listener.close();
        journal.close();
        database.close();
    }

    /// There are no other servers.
    private static final class Strangers implements RemoteUsers {
        @Override
        public Optional<UserSource.Profile> profile(UserId user) {
            return Optional.empty();
        }

        @Override
        public Optional<Resolved> resolve(RoomAlias alias) {
            return Optional.empty();
        }
    }

    private static final class Nobody implements RemoteMembership {
        @Override
        public Answer<Joined> join(
                UserId user, RoomId room, List<ServerName> via, JsonObject content) {
            return nobody();
        }

        @Override
        public Answer<Knocked> knock(
                UserId user, RoomId room, List<ServerName> via, JsonObject content) {
            return nobody();
        }

        @Override
        public Answer<VerifiedPdu> leave(
                UserId user, RoomId room, List<ServerName> via, JsonObject content) {
            return nobody();
        }

        @Override
        public Answer<VerifiedPdu> invite(
                ServerName target,
                VerifiedPdu invite,
                List<VerifiedPdu> roomState,
                List<ServerName> via) {
            return nobody();
        }

        private static <T> Answer<T> nobody() {
            return new Answer.Failed<>(Problem.of(ErrorCode.NOT_FOUND, "no server knows the room"));
        }
    }

    private static final class Nowhere implements RemoteRooms {
        @Override
        public Fetch<Optional<VerifiedPdu>> event(
                ServerName from, RoomId room, RoomVersion version, EventId eventId) {
            return nothing();
        }

        @Override
        public Fetch<List<VerifiedPdu>> missingEvents(
                ServerName from,
                RoomId room,
                RoomVersion version,
                Set<EventId> earliest,
                Set<EventId> latest,
                int limit) {
            return nothing();
        }

        @Override
        public Fetch<StateIds> stateIds(ServerName from, RoomId room, EventId at) {
            return nothing();
        }

        @Override
        public Fetch<State> state(ServerName from, RoomId room, RoomVersion version, EventId at) {
            return nothing();
        }

        @Override
        public Fetch<List<VerifiedPdu>> backfill(
                ServerName from, RoomId room, RoomVersion version, Set<EventId> at, int limit) {
            return nothing();
        }

        @Override
        public Fetch<List<VerifiedPdu>> eventAuth(
                ServerName from, RoomId room, RoomVersion version, EventId eventId) {
            return nothing();
        }

        @Override
        public Verification verify(Pdu pdu) {
            return new Verification.KeyUnavailable("no other servers");
        }

        private static <T> Fetch<T> nothing() {
            return new Fetch.Failed<>("no other servers");
        }
    }
}
