package im.holm.e2ee.keys;

import im.holm.e2ee.keys.ToDeviceTable.Message;
import im.holm.e2ee.keys.ToDeviceTable.Write;
import im.holm.engine.port.Identities;
import im.holm.journal.CommitOutcome;
import im.holm.journal.Fact;
import im.holm.journal.FactKind;
import im.holm.journal.Journal;
import im.holm.journal.Unit;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.event.Base64Text;
import im.holm.protocol.event.Sha256;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonValue;
import im.holm.protocol.json.JsonWriter;
import im.holm.slice.Caller;
import im.holm.slice.ClientRoute;
import im.holm.slice.DeviceSource;
import im.holm.slice.DeviceSource.UserDevice;
import im.holm.slice.Documented;
import im.holm.slice.EduOutbox;
import im.holm.slice.EduType;
import im.holm.slice.Fields;
import im.holm.slice.Parameters;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Messages from device to device, outside any room, each delivered once (client-server API,
/// "Send-to-Device messaging").
final class ToDevice {

    static final String EDU = "m.direct_to_device";

    /// Devices in one request, counted before `*` is read.
    static final int TARGETS_MAX = 5_000;

    private static final int TYPE_MAX_BYTES = 255;
    private static final int TXN_MAX_BYTES = 255;
    private static final int MESSAGE_ID_MAX = 255;
    private static final String ALL_DEVICES = "*";
    private static final int ROW_BYTES = 128;
    private static final Duration SENT_KEPT = Duration.ofDays(7);
    private static final Duration RECEIVED_KEPT = Duration.ofDays(30);

    private final ServerName self;
    private final Identities identities;
    private final DeviceSource devices;
    private final ToDeviceTable table;
    private final Journal journal;
    private final EduOutbox outbox;
    private final InstantSource time;

    ToDevice(
            ServerName self,
            Identities identities,
            DeviceSource devices,
            ToDeviceTable table,
            Journal journal,
            EduOutbox outbox,
            InstantSource time) {
        this.self = self;
        this.identities = identities;
        this.devices = devices;
        this.table = table;
        this.journal = journal;
        this.outbox = outbox;
        this.time = time;
    }

    ClientRoute route() {
        return ClientRoute.user(
                Method.PUT,
                "/_matrix/client/v3/sendToDevice/{eventType}/{txnId}",
                new Documented("sendToDevice", "r0", "ToDeviceTest"),
                this::send);
    }

    EduType edu() {
        return new EduType(EDU, this::receive);
    }

    void prune() {
        long now = time.millis();
        table.prune(now - SENT_KEPT.toMillis(), now - RECEIVED_KEPT.toMillis());
    }

    private Response send(Caller caller, Request request) {
        Fields body = Fields.of(request);
        Parameters parameters = body.parameters(request);
        String type = parameters.path("eventType", TYPE_MAX_BYTES);
        String txnId = parameters.path("txnId", TXN_MAX_BYTES);
        Map<UserId, JsonObject> wanted = new LinkedHashMap<>();
        body.requiredFields("messages").forEach((name, byDevice) -> {
            byDevice.forEach((_, _) -> {});
            UserId.parse(name)
                    .ifPresentOrElse(
                            user -> wanted.put(user, byDevice.object()),
                            () -> body.refuse(
                                    ErrorCode.INVALID_PARAM,
                                    "'messages' has a key that is no user id"));
        });
        if (wanted.values().stream().mapToInt(JsonObject::size).sum() > TARGETS_MAX) {
            body.refuse(ErrorCode.INVALID_PARAM, "more than " + TARGETS_MAX + " devices");
        }
        if (body.failed()) {
            return body.failure();
        }
        byte[] key = key(type, txnId);
        if (table.wasSent(caller.deviceNid(), key)) {
            return Response.empty();
        }
        sendElsewhere(caller, type, key, wanted);
        var write = new Write.Sent(
                caller.deviceNid(),
                key,
                time.millis(),
                local(caller.user(), type, JsonObject.of(named(wanted, self))));
        return switch (commit(write)) {
            case CommitOutcome.Committed _, CommitOutcome.Refused _ -> Response.empty();
            case CommitOutcome.Unavailable(String _, long retryAfterMs) ->
                Response.of(Commits.unavailable(retryAfterMs));
        };
    }

    /// The transaction id counts for its path only.
    private static byte[] key(String type, String txnId) {
        return Sha256.of((type + '\n' + txnId).getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, JsonValue> named(Map<UserId, JsonObject> wanted, ServerName server) {
        Map<String, JsonValue> named = new LinkedHashMap<>();
        wanted.forEach((user, byDevice) -> {
            if (user.server().equals(server)) {
                named.put(user.toString(), byDevice);
            }
        });
        return named;
    }

    /// Before the transaction id is kept, so that nothing is lost between; a repeat carries the
    /// same message id, by which the other server knows it.
    private void sendElsewhere(
            Caller caller, String type, byte[] key, Map<UserId, JsonObject> wanted) {
        List<EduOutbox.Kept> units = new ArrayList<>();
        wanted.keySet().stream()
                .map(UserId::server)
                .filter(server -> !server.equals(self))
                .distinct()
                .forEach(server -> units.add(new EduOutbox.Kept(
                        EDU,
                        JsonObject.builder()
                                .put("sender", caller.user().toString())
                                .put("type", type)
                                .put("message_id", messageId(caller, key))
                                .put("messages", (JsonValue) JsonObject.of(named(wanted, server)))
                                .build(),
                        Set.of(server))));
        if (!units.isEmpty()) {
            outbox.keep(units);
        }
    }

    private static String messageId(Caller caller, byte[] key) {
        byte[] device = (caller.deviceNid() + "\n").getBytes(StandardCharsets.UTF_8);
        byte[] all = new byte[device.length + key.length];
        System.arraycopy(device, 0, all, 0, device.length);
        System.arraycopy(key, 0, all, device.length, key.length);
        // 32 characters, which is what the specification asks for at most.
        return Base64Text.encode(Sha256.of(all)).substring(0, 32);
    }

    /// One message for each device of ours that is meant.
    private List<Message> local(UserId sender, String type, JsonObject byUser) {
        List<Message> messages = new ArrayList<>();
        byUser.forEach((name, value) -> {
            JsonObject byDevice = (JsonObject) value;
            UserId.parse(name)
                    .filter(user -> user.server().equals(self))
                    .flatMap(identities::knownUserNid)
                    .ifPresent(nid -> {
                        for (UserDevice device : devices.devices(nid)) {
                            byDevice.object(device.deviceId())
                                    .or(() -> byDevice.object(ALL_DEVICES))
                                    .map(content -> new Message(
                                            nid,
                                            device.deviceNid(),
                                            message(sender, type, content)))
                                    .ifPresent(messages::add);
                        }
                    });
        });
        return messages;
    }

    private static JsonObject message(UserId sender, String type, JsonObject content) {
        return JsonObject.builder()
                .put("content", content)
                .put("sender", sender.toString())
                .put("type", type)
                .build();
    }

    private CommitOutcome commit(Write write) {
        List<Fact> facts = write.messages().stream()
                .map(message ->
                        new Fact(FactKind.TO_DEVICE, message.userNid(), message.deviceNid()))
                .toList();
        int bytes = write.messages().stream()
                .mapToInt(message -> ROW_BYTES + JsonWriter.write(message.json()).length)
                .sum();
        return journal.commit(new Unit<>(table.writer(), write, facts, ROW_BYTES + bytes));
    }

    /// @return whether it is durable, or not worth keeping
    private EduType.Outcome receive(ServerName origin, JsonObject content) {
        Optional<UserId> sender = content.string("sender")
                .flatMap(UserId::parse)
                .filter(user -> user.server().equals(origin));
        Optional<String> type = content.string("type")
                .filter(text -> text.length() <= TYPE_MAX_BYTES && text.indexOf('\0') < 0);
        Optional<String> id = content.string("message_id")
                .filter(text -> text.length() <= MESSAGE_ID_MAX && text.indexOf('\0') < 0);
        Optional<JsonObject> messages = content.object("messages")
                .filter(byUser -> byUser.keys().stream()
                        .allMatch(user -> byUser.object(user).isPresent()))
                .filter(byUser -> byUser.keys().stream()
                                .mapToInt(user -> byUser.object(user).get().size())
                                .sum()
                        <= TARGETS_MAX);
        if (sender.isEmpty() || type.isEmpty() || id.isEmpty() || messages.isEmpty()) {
            return EduType.Outcome.DONE;
        }
        var write = new Write.Received(
                origin, id.get(), time.millis(), local(sender.get(), type.get(), messages.get()));
        return switch (commit(write)) {
            case CommitOutcome.Committed _, CommitOutcome.Refused _ -> EduType.Outcome.DONE;
            case CommitOutcome.Unavailable _ -> EduType.Outcome.LATER;
        };
    }
}
