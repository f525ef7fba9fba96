package im.holm.rooms;

import im.holm.engine.RoomCommands;
import im.holm.engine.RoomCommands.SendEvent;
import im.holm.engine.RoomCommands.SendOutcome;
import im.holm.engine.RoomView;
import im.holm.engine.StoredEvent;
import im.holm.engine.core.EventRow;
import im.holm.engine.core.TxnKey;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.event.EventLimits;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.json.CanonicalJson;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.slice.Caller;
import im.holm.slice.ClientRoute;
import im.holm.slice.Documented;
import im.holm.slice.Fields;
import im.holm.slice.Kernel;
import im.holm.slice.Parameters;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Sending messages and redacting (client-server API, "Sending events to a room", "Redactions").
final class Sending {

    private final RoomCommands commands;
    private final RoomAccess access;

    Sending(Kernel kernel, RoomAccess access) {
        this.commands = kernel.commands();
        this.access = access;
    }

    List<ClientRoute> routes() {
        return List.of(
                ClientRoute.user(
                        Method.PUT,
                        "/_matrix/client/v3/rooms/{roomId}/send/{eventType}/{txnId}",
                        new Documented("sendMessage", "r0", "SendTest"),
                        this::send),
                ClientRoute.user(
                        Method.PUT,
                        "/_matrix/client/v3/rooms/{roomId}/redact/{eventId}/{txnId}",
                        new Documented("redactEvent", "r0", "SendTest"),
                        this::redact));
    }

    private Response send(Caller caller, Request http) {
        Fields body = Fields.of(http);
        Parameters parameters = body.parameters(http);
        Optional<RoomId> room = parameters.path("roomId", RoomId::parse);
        String type = parameters.path("eventType", EventLimits.FIELD_MAX_BYTES);
        String txnId = parameters.path("txnId", Transactions.TXN_ID_MAX_BYTES);
        if (type.isEmpty() || txnId.isEmpty()) {
            body.refuse(ErrorCode.INVALID_PARAM, "The path has an empty part.");
        }
        requireCanonical(body);
        Optional<EventId> redacts = type.equals(EventTypes.REDACTION)
                ? body.optionalId("redacts", EventId::parse)
                : Optional.empty();
        if (body.failed()) {
            return body.failure();
        }
        TxnKey txn = Transactions.key(caller, http, txnId);
        return switch (access.joined(caller.user(), room.orElseThrow())) {
            case RoomAccess.Access.Denied(Problem problem) -> Response.of(problem);
            case RoomAccess.Access.Granted(var readable) -> {
                Optional<Problem> refusal =
                        redacts.flatMap(target -> refusal(caller, readable.view(), target));
                yield refusal.isPresent()
                        ? Response.of(refusal.get())
                        : send(caller, room.orElseThrow(), type, body.object(), redacts, txn);
            }
        };
    }

    private Response redact(Caller caller, Request http) {
        Fields body = Fields.ofOptionalBody(http);
        Parameters parameters = body.parameters(http);
        Optional<RoomId> room = parameters.path("roomId", RoomId::parse);
        Optional<EventId> target = parameters.path("eventId", EventId::parse);
        String txnId = parameters.path("txnId", Transactions.TXN_ID_MAX_BYTES);
        Optional<String> reason = body.optionalString("reason");
        if (body.failed()) {
            return body.failure();
        }
        TxnKey txn = Transactions.key(caller, http, txnId);
        return switch (access.joined(caller.user(), room.orElseThrow())) {
            case RoomAccess.Access.Denied(Problem problem) -> Response.of(problem);
            case RoomAccess.Access.Granted(var readable) -> {
                Optional<Problem> refusal = refusal(caller, readable.view(), target.orElseThrow());
                yield refusal.isPresent()
                        ? Response.of(refusal.get())
                        : send(
                                caller,
                                room.orElseThrow(),
                                EventTypes.REDACTION,
                                redaction(readable.view(), target.orElseThrow(), reason),
                                target,
                                txn);
            }
        };
    }

    private static JsonObject redaction(RoomView view, EventId target, Optional<String> reason) {
        JsonObject content = JsonObject.builder()
                .putIfPresent("reason", reason.map(JsonString::new))
                .build();
        return view.identity().version().redactsInContent()
                ? content.with("redacts", target.text())
                : content;
    }

    /// Others' events take the level to redact; most room versions' auth rules leave that to
    /// the server whose user asks.
    private static Optional<Problem> refusal(Caller caller, RoomView view, EventId target) {
        Optional<StoredEvent> event = view.event(target)
                .filter(found ->
                        found.row().tl() != EventRow.NO_TL && view.visible(found, caller.user()));
        if (event.isEmpty()) {
            return Optional.of(Problem.of(ErrorCode.NOT_FOUND, "The room has no such event."));
        }
        if (event.get().row().sender().equals(caller.user())) {
            return Optional.empty();
        }
        var levels = RoomLevels.in(view);
        return levels.ofUser(caller.user()) >= levels.toRedact()
                ? Optional.empty()
                : Optional.of(Problem.of(
                        ErrorCode.FORBIDDEN, "You may not redact what others have sent."));
    }

    private Response send(
            Caller caller,
            RoomId room,
            String type,
            JsonObject content,
            Optional<EventId> redacts,
            TxnKey txn) {
        return answer(commands.send(new SendEvent(
                room,
                caller.user(),
                type,
                Optional.empty(),
                content,
                redacts,
                Optional.of(txn),
                OptionalLong.empty())));
    }

    static Response answer(SendOutcome outcome) {
        return switch (outcome) {
            case SendOutcome.Sent sent ->
                Answers.object("event_id", sent.eventId().text());
            case SendOutcome.Duplicate(EventId first) -> Answers.object("event_id", first.text());
            case SendOutcome.Failed(Problem problem) -> Response.of(problem);
        };
    }

    /// Events hold integers only (specification appendices, "Canonical JSON").
    static void requireCanonical(Fields body) {
        if (!CanonicalJson.isCanonical(body.object())) {
            body.refuse(
                    ErrorCode.BAD_JSON, "An event holds only integers within 2^53 - 1 as numbers.");
        }
    }
}
