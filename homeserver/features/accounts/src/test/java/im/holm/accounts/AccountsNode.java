package im.holm.accounts;

import im.holm.engine.RoomCommands.CreateOutcome;
import im.holm.engine.RoomCommands.CreateRoom;
import im.holm.engine.RoomCommands.InitialEvent;
import im.holm.engine.StoredEvent;
import im.holm.engine.core.RoomKind;
import im.holm.platform.time.SettableTime;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.version.RoomVersions;
import im.holm.testnode.TestDatabase;
import im.holm.testnode.TestNode;
import im.holm.testnode.TestNode.Plan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// A node with the accounts slice alone. Its clock stands still until a test moves it.
final class AccountsNode implements AutoCloseable {

    static final String PASSWORD = "correct horse";

    private static final AtomicInteger NAMES = new AtomicInteger();

    final SettableTime time = new SettableTime(Instant.parse("2026-11-25T12:00:00Z"));
    private final Path dir;
    private final TestDatabase database = TestDatabase.with("accounts");
    private final TestNode node;
    private AccountsFeature feature;

    private AccountsNode(UnaryOperator<Plan> adapt) {
        try {
            dir = Files.createTempDirectory("holm-accounts-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Plan plan = adapt.apply(Plan.of(dir, database).withTime(time));
        node = TestNode.start(plan, kernel -> {
            feature = new AccountsFeature(kernel);
            return TestNode.Parts.of(feature.slice());
        });
    }

    static AccountsNode start() {
        return new AccountsNode(plan -> plan);
    }

    static AccountsNode start(String variable, String value) {
        return new AccountsNode(plan -> plan.with(variable, value));
    }

    static AccountsNode start(UnaryOperator<Plan> adapt) {
        return new AccountsNode(adapt);
    }

    TestNode node() {
        return node;
    }

    Path dir() {
        return dir;
    }

    AccountsFeature feature() {
        return feature;
    }

    Api api() {
        return Api.anonymous(node.clientUrl());
    }

    Api management() {
        return Api.anonymous(node.managementUrl());
    }

    /// A name that nobody has.
    String freshName() {
        return "user" + NAMES.incrementAndGet();
    }

    /// A registered user, signed in.
    ///
    /// @param name the localpart
    record User(String name, UserId id, Api api, String token, String deviceId) {}

    User register() {
        return register("{}");
    }

    /// @param more further keys of the request
    User register(String more) {
        String name = freshName();
        Api.Reply reply =
                api().post("/register", body(name, more, "\"auth\":{\"type\":\"m.login.dummy\"}"));
        if (reply.status() != 200) {
            throw new AssertionError("register: " + reply);
        }
        String token = reply.text("access_token");
        return new User(
                name,
                UserId.of(reply.text("user_id")),
                api().as(token),
                token,
                reply.text("device_id"));
    }

    static String body(String name, String more, String auth) {
        String inner = more.strip();
        inner = inner.substring(1, inner.length() - 1).strip();
        return "{\"username\":\"" + name + "\",\"password\":\"" + PASSWORD + "\""
                + (inner.isEmpty() ? "" : "," + inner)
                + (auth.isEmpty() ? "" : "," + auth) + "}";
    }

    Api.Reply login(String name, String password) {
        return login(name, password, "{}");
    }

    Api.Reply login(String name, String password, String more) {
        String inner = more.strip();
        inner = inner.substring(1, inner.length() - 1).strip();
        return api().post(
                        "/login",
                        "{\"type\":\"m.login.password\",\"identifier\":{\"type\":\"m.id.user\","
                                + "\"user\":\"" + name + "\"},\"password\":\"" + password + "\""
                                + (inner.isEmpty() ? "" : "," + inner) + "}");
    }

    /// A room with this user as its only member.
    ///
    /// @return its number
    long room(UserId creator, JsonObject memberContent) {
        var version = RoomVersions.find("12").orElseThrow();
        var join = new InitialEvent(
                "m.room.member",
                Optional.of(creator.toString()),
                memberContent.with("membership", "join"));
        var outcome = node.kernel()
                .commands()
                .create(new CreateRoom(
                        creator, version, RoomKind.PLAIN, JsonObject.EMPTY, List.of(join)));
        return switch (outcome) {
            case CreateOutcome.Created created -> created.roomNid();
            case CreateOutcome.Failed(var problem) -> throw new AssertionError(problem);
        };
    }

    JsonObject memberContent(long roomNid, UserId user) {
        return node.kernel()
                .rooms()
                .room(roomNid)
                .flatMap(view -> view.stateEvent(StateKey.member(user)))
                .map(StoredEvent::content)
                .orElseThrow();
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
}
