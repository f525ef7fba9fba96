package im.holm.federation.system;

import im.holm.engine.RoomCommands.CreateOutcome;
import im.holm.engine.RoomCommands.CreateRoom;
import im.holm.engine.RoomCommands.InitialEvent;
import im.holm.engine.RoomCommands.SendEvent;
import im.holm.engine.RoomCommands.SendOutcome;
import im.holm.engine.RoomMembership.ChangeMembership;
import im.holm.engine.RoomMembership.MembershipOutcome;
import im.holm.engine.RoomView;
import im.holm.engine.StoredEvent;
import im.holm.engine.core.Membership;
import im.holm.engine.core.RoomHead;
import im.holm.engine.core.RoomKind;
import im.holm.federation.FederationClient;
import im.holm.federation.FederationFeature;
import im.holm.federation.FederationOptions;
import im.holm.federation.FederationSettings;
import im.holm.federation.call.ServerCalls;
import im.holm.federation.call.ServerHealth;
import im.holm.federation.call.ServerHealth.Trouble;
import im.holm.federation.call.Transport;
import im.holm.federation.discovery.Discovery;
import im.holm.platform.config.Config;
import im.holm.platform.db.Database;
import im.holm.platform.egress.DenyList;
import im.holm.platform.egress.EgressOptions;
import im.holm.platform.egress.EgressPolicy;
import im.holm.platform.egress.SocketEgress;
import im.holm.platform.egress.SystemResolver;
import im.holm.platform.metrics.Metrics;
import im.holm.platform.tls.PemFiles;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.signing.Signer;
import im.holm.protocol.sketch.Json;
import im.holm.protocol.version.RoomVersions;
import im.holm.slice.EduType;
import im.holm.slice.Kernel;
import im.holm.slice.assembly.Teardown;
import im.holm.testnode.TestDatabase;
import im.holm.testnode.TestNode;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// A server of two: engine, store and federation, real TLS on loopback. It can be stopped and
/// started again.
final class Region implements AutoCloseable {
    private static final int TIMELINE_MAX = 1_000;

    private final ServerName name;
    private final Path dir;
    private final PemFiles tls;
    private final Path trusted;
    private final TestDatabase database = TestDatabase.with("federation");
    private final List<String> typing = Collections.synchronizedList(new ArrayList<>());
    private TestNode node;
    private FederationFeature feature;
    private FederationClient client;
    private ServerCalls calls;

    /// @param tls of the listener
    /// @param trusted the authorities of all
    Region(ServerName name, Path dir, PemFiles tls, Path trusted) {
        this.name = name;
        this.dir = dir;
        this.tls = tls;
        this.trusted = trusted;
        start();
    }

    void start() {
        node = TestNode.start(
                TestNode.Plan.of(dir, database)
                        .with("HOLM_SERVER_NAME", name.text())
                        .with("HOLM_FEDERATION_PORT", "" + name.port().orElseThrow())
                        .withSettings(FederationSettings.all()),
                this::client,
                this::parts);
    }

    void stop() {
        node.close();
        node = null;
    }

    private FederationClient client(
            Signer signer, Database opened, Config config, Teardown teardown) {
        var resolver = teardown.add("resolver", new SystemResolver());
        var opening = SocketEgress.open(
                EgressOptions.of(DenyList.nothing(), Optional.of(trusted)),
                EgressPolicy.ALLOW_ALL,
                resolver,
                teardown.add("egress metrics", new Metrics()));
        SocketEgress egress = switch (opening) {
            case SocketEgress.Opening.Open(SocketEgress open) -> teardown.add("egress", open);
            case SocketEgress.Opening.Unusable(String reason) -> throw new AssertionError(reason);
        };
        teardown.add("federation sender", () -> feature.close());
        InstantSource time = InstantSource.system();
        calls = new ServerCalls(
                new Transport(
                        new Discovery(egress, resolver, time), egress, new ServerHealth(time)),
                signer);
        client = new FederationClient(
                signer,
                egress,
                resolver,
                opened,
                InstantSource.system(),
                FederationOptions.of(config, List.of()));
        return client;
    }

    private TestNode.Parts parts(Kernel kernel, FederationClient remote) {
        feature = new FederationFeature(
                kernel,
                remote,
                () -> List.of(new EduType("m.typing", (origin, content) -> {
                    typing.add(origin + " " + content.string("user_id").orElse("?"));
                    return EduType.Outcome.DONE;
                })),
                _ -> Optional.empty(),
                _ -> true);
        return new TestNode.Parts(
                List.of(feature.slice()), feature.originCheck(), Optional.of(tls));
    }

    /// As after many failed attempts.
    void holdToBeDown(ServerName server, Duration pause) {
        long now = InstantSource.system().millis();
        client.health().restore(server, new Trouble(12, now, now + pause.toMillis(), now));
    }

    /// Calls with this server's signature, whatever they ask.
    ServerCalls calls() {
        return calls;
    }

    FederationFeature feature() {
        return feature;
    }

    Kernel kernel() {
        return node.kernel();
    }

    ServerName name() {
        return name;
    }

    List<String> typing() {
        return List.copyOf(typing);
    }

    UserId user(String localpart) {
        return UserId.of("@" + localpart + ":" + name);
    }

    /// A room with a join rule and a history visibility.
    RoomId createRoom(UserId creator, String joinRule, String visibility) {
        List<InitialEvent> events = List.of(
                state("m.room.member", creator.toString(), "{'membership':'join'}"),
                state("m.room.power_levels", "", "{}"),
                state("m.room.join_rules", "", "{'join_rule':'" + joinRule + "'}"),
                state(
                        "m.room.history_visibility",
                        "",
                        "{'history_visibility':'" + visibility + "'}"));
        CreateOutcome outcome = kernel().commands()
                .create(new CreateRoom(
                        creator, RoomVersions.V12, RoomKind.PLAIN, JsonObject.EMPTY, events));
        return switch (outcome) {
            case CreateOutcome.Created created -> created.room();
            case CreateOutcome.Failed(var problem) -> throw new AssertionError(problem);
        };
    }

    private static InitialEvent state(String type, String key, String content) {
        return new InitialEvent(type, Optional.of(key), Json.of(content));
    }

    void say(UserId sender, RoomId room, String body) {
        SendOutcome outcome = kernel().commands()
                .send(new SendEvent(
                        room,
                        sender,
                        "m.room.message",
                        Optional.empty(),
                        JsonObject.EMPTY.with("msgtype", "m.text").with("body", body),
                        Optional.empty(),
                        Optional.empty(),
                        OptionalLong.empty()));
        if (outcome instanceof SendOutcome.Failed(var problem)) {
            throw new AssertionError(problem);
        }
    }

    MembershipOutcome change(
            UserId sender, UserId target, RoomId room, Membership membership, ServerName... via) {
        return kernel().membership()
                .change(new ChangeMembership(
                        sender, target, room, membership, JsonObject.EMPTY, List.of(via)));
    }

    Optional<RoomView> view(RoomId room) {
        return kernel().rooms().room(room);
    }

    /// Bodies of the messages in the room, in the order of the timeline.
    List<String> messages(RoomId room) {
        return view(room)
                .map(view -> view.page(view.head().tlTop() + RoomHead.TL_STEP, true, TIMELINE_MAX))
                .map(page -> page.events().reversed().stream()
                        .flatMap(event -> body(event).stream())
                        .toList())
                .orElse(List.of());
    }

    static Optional<String> body(StoredEvent event) {
        return event.row().type().equals("m.room.message")
                ? event.content().string("body")
                : Optional.empty();
    }

    Optional<Membership> membership(RoomId room, UserId user) {
        return view(room)
                .flatMap(view -> kernel().memberships().of(view.identity().roomNid(), user))
                .map(member -> member.membership());
    }

    @Override
    public void close() {
        if (node != null) {
            node.close();
        }
        database.close();
    }
}
