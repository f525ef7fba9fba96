package im.holm.federation.remote;

import im.holm.engine.port.RemoteMembership.Joined;
import im.holm.federation.call.CallOutcome;
import im.holm.federation.remote.Handshakes.Attempt;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.handshake.StrippedState;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.version.RoomVersion;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Reads what a resident server answers to the second half of a handshake, and to an invite.
final class HandshakeAnswers {
    /// For the keys of all servers whose events are in a room's state.
    private static final Duration KEYS_WITHIN = Duration.ofSeconds(30);

    private static final int KNOCK_STATE_MAX = 50;

    private final PduReading reading;

    HandshakeAnswers(PduReading reading) {
        this.reading = reading;
    }

    Attempt<Joined> joined(
            ServerName server,
            RoomId room,
            RoomVersion version,
            VerifiedPdu ours,
            JsonObject body) {
        Optional<List<JsonObject>> state = RoomReads.events(body, "state");
        Optional<List<JsonObject>> chain = RoomReads.events(body, "auth_chain");
        if (state.isEmpty() || chain.isEmpty()) {
            return unusable(server, "state or auth_chain is missing");
        }
        if (body.bool("members_omitted").orElse(false)) {
            return unusable(server, "members are left out though we asked for all");
        }
        Optional<VerifiedPdu> event = asAccepted(room, version, ours, body);
        if (event.isEmpty()) {
            return unusable(
                    server, "the join lacks the signature of the server that authorises it");
        }
        List<VerifiedPdu> stateEvents = reading.verified(state.get(), room, version, KEYS_WITHIN);
        if (stateEvents.stream().noneMatch(each -> isCreate(each, version))) {
            return unusable(server, "the state has no create event of this room and version");
        }
        return new Attempt.Done<>(new Joined(
                version,
                event.get(),
                stateEvents,
                reading.verified(chain.get(), room, version, KEYS_WITHIN),
                server));
    }

    /// A join that a user of the resident server authorises carries that server's signature: it
    /// stands in the answer's `event`, which must be our event in everything else.
    private Optional<VerifiedPdu> asAccepted(
            RoomId room, RoomVersion version, VerifiedPdu ours, JsonObject body) {
        boolean authorised = version.restrictedJoins()
                && ours.pdu().content().has("join_authorised_via_users_server");
        if (!authorised) {
            return Optional.of(ours);
        }
        return body.object("event")
                .flatMap(event -> reading.verified(event, room, version))
                .filter(event -> event.eventId().equals(ours.eventId()));
    }

    private static boolean isCreate(VerifiedPdu event, RoomVersion version) {
        return event.pdu().isState(EventTypes.CREATE)
                && event.pdu().content().string("room_version").orElse("1").equals(version.id());
    }

    /// Stripped for clients; in versions that send whole events, only those that hold.
    List<JsonObject> knockState(RoomId room, RoomVersion version, JsonObject body) {
        List<JsonObject> state =
                RoomReads.events(body, "knock_room_state").orElse(List.of()).stream()
                        .limit(KNOCK_STATE_MAX)
                        .toList();
        if (version.checkedInviteState()) {
            return reading.verified(state, room, version, KEYS_WITHIN).stream()
                    .map(event -> StrippedState.strip(event.pdu().json()))
                    .toList();
        }
        return state.stream()
                .filter(StrippedState::isStripped)
                .map(StrippedState::strip)
                .toList();
    }

    /// Our invite with the target server's signature. Only the signature is taken over:
    /// whatever else the answer holds, the event stays ours.
    Attempt<VerifiedPdu> cosigned(ServerName target, VerifiedPdu invite, JsonObject body) {
        Optional<JsonObject> theirs = body.object("event")
                .flatMap(event -> event.object("signatures"))
                .flatMap(signatures -> signatures.object(target.text()));
        if (theirs.isEmpty()) {
            return unusable(target, "the invite is not signed");
        }
        JsonObject signatures = invite.pdu().json().object("signatures").orElse(JsonObject.EMPTY);
        JsonObject signed = invite.pdu()
                .json()
                .with("signatures", signatures.with(target.text(), theirs.get()));
        return reading.signedBy(target, signed, invite.pdu())
                .<Attempt<VerifiedPdu>>map(Attempt.Done::new)
                .orElseGet(() -> unusable(target, "the signature on the invite is wrong"));
    }

    static <T> Attempt<T> declined(CallOutcome.Declined declined) {
        return switch (declined.errcode()) {
            case "M_INCOMPATIBLE_ROOM_VERSION" ->
                new Attempt.Final<>(
                        Problem.of(ErrorCode.INCOMPATIBLE_ROOM_VERSION, declined.message())
                                .with(
                                        "room_version",
                                        declined.body().string("room_version").orElse("unknown")));
            case "M_UNABLE_TO_AUTHORISE_JOIN" ->
                new Attempt.Next<>(
                        Problem.of(ErrorCode.UNABLE_TO_AUTHORISE_JOIN, declined.message()));
            case "M_UNABLE_TO_GRANT_JOIN" ->
                new Attempt.Next<>(Problem.of(ErrorCode.UNABLE_TO_GRANT_JOIN, declined.message()));
            case "M_INVITE_BLOCKED" ->
                new Attempt.Final<>(Problem.of(ErrorCode.INVITE_BLOCKED, declined.message()));
            case String _ -> byStatus(declined);
        };
    }

    private static <T> Attempt<T> byStatus(CallOutcome.Declined declined) {
        if (declined.status() == 403) {
            return new Attempt.Final<>(Problem.of(ErrorCode.FORBIDDEN, declined.message()));
        }
        if (declined.status() == 404) {
            return new Attempt.Next<>(Problem.of(ErrorCode.NOT_FOUND, declined.message()));
        }
        return new Attempt.Next<>(Problem.of(
                ErrorCode.BAD_GATEWAY,
                "A server in the room could not be used: " + declined.reason()));
    }

    private static <T> Attempt<T> unusable(ServerName server, String why) {
        return new Attempt.Next<>(
                Problem.of(ErrorCode.BAD_GATEWAY, server + " answered with nonsense: " + why));
    }
}
