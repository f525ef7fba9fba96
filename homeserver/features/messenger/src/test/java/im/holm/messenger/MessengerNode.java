package im.holm.messenger;

import im.holm.engine.RoomCommands.SendEvent;
import im.holm.engine.RoomCommands.SendOutcome;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;
import im.holm.slice.Kernel;
import im.holm.slice.Slice;
import im.holm.testnode.Gullible;
import im.holm.testnode.TestDatabase;
import im.holm.testnode.TestNode;
import im.holm.testnode.TestNode.Plan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// A node with the messenger feature, and with stand-ins for accounts and rooms.
final class MessengerNode implements AutoCloseable {

    private final Path dir;
    private final TestDatabase database = TestDatabase.with("messenger");
    private final TestNode node;
    private Residents residents;

    private MessengerNode(UnaryOperator<Plan> adapt) {
        try {
            dir = Files.createTempDirectory("holm-messenger-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        node = TestNode.start(
                adapt.apply(Plan.of(dir, database)),
                (_, _, _, _) -> new Gullible(),
                (kernel, _) -> compose(kernel));
    }

    static MessengerNode start() {
        return new MessengerNode(plan -> plan);
    }

    static MessengerNode start(UnaryOperator<Plan> adapt) {
        return new MessengerNode(adapt);
    }

    private TestNode.Parts compose(Kernel kernel) {
        residents = new Residents(kernel.serverName(), kernel.identities());
        var receipts = new ReceiptsInMemory(kernel.rooms(), kernel.identities());
        var feature = new MessengerFeature(kernel, residents, new TypingInMemory(kernel), receipts);
        return TestNode.Parts.of(
                feature.slice(), Slice.named("residents").withCallers(List.of(residents)));
    }

    /// A new device of this user.
    App app(String localpart) {
        return new App(
                new UserId(localpart, node.kernel().serverName()),
                residents.addDevice(localpart),
                node.clientUrl());
    }

    App appWithToken(String token) {
        return new App(UserId.of("@nobody:test.example"), token, node.clientUrl());
    }

    Residents residents() {
        return residents;
    }

    Kernel kernel() {
        return node.kernel();
    }

    URI gatewayUrl() {
        return node.gatewayUrl();
    }

    /// An event as a Matrix client sends it.
    EventId sendMatrix(UserId sender, String threadId, String type, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        JsonObject json = JsonParser.parseObject(bytes, JsonLimits.clientBody(bytes.length))
                .object()
                .orElseThrow();
        var outcome = kernel().commands()
                .send(new SendEvent(
                        ThreadId.parse(threadId).orElseThrow().room(),
                        sender,
                        type,
                        Optional.empty(),
                        json,
                        Optional.empty(),
                        Optional.empty(),
                        OptionalLong.empty()));
        return switch (outcome) {
            case SendOutcome.Sent sent -> sent.eventId();
            case SendOutcome.Duplicate _, SendOutcome.Failed _ -> throw new AssertionError(outcome);
        };
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
