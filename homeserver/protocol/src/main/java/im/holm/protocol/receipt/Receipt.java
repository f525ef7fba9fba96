package im.holm.protocol.receipt;

import im.holm.protocol.auth.AuthEventList;
import im.holm.protocol.auth.AuthRule;
import im.holm.protocol.auth.AuthRules;
import im.holm.protocol.auth.AuthState;
import im.holm.protocol.auth.AuthVerdict;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.ParsedPdu;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.PduParser;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.signing.EventVerification;
import im.holm.protocol.signing.KeyRing;
import im.holm.protocol.signing.SignatureCheck;
import im.holm.protocol.version.RoomVersion;

import java.util.List;
import java.util.Optional;

/// The checks of [ReceiptCheck], from JSON to an event that may be the room's newest. Each turns
/// one type of trust into the next: [Pdu], [VerifiedPdu], [AllowedPdu], [AuthorizedPdu].
///
/// Between them the caller fetches what the next one needs: keys, auth events, ancestors.
public final class Receipt {
    /// A room is created once. The rules of the specification allow a second create event,
    /// which has no state before it, up to version 11.
    public static final AuthRule SECOND_CREATE = new AuthRule.Own("create.second");

    private Receipt() {}

    /// What checks 4 and 5 say.
    public sealed interface AtPlace {
        List<Finding> findings();

        record Allowed(AllowedPdu event, List<Finding> findings) implements AtPlace {}

        record Rejected(VerifiedPdu event, List<Finding> findings) implements AtPlace {
            /// What it failed.
            public Finding failure() {
                return findings.getLast();
            }
        }
    }

    /// What check 6 says.
    public sealed interface Now {
        record Authorized(AuthorizedPdu event, Finding finding) implements Now {}

        record SoftFailed(AllowedPdu event, Finding finding) implements Now {}
    }

    /// Check 1.
    public static ParsedPdu form(RoomVersion version, JsonObject event) {
        return PduParser.parse(version, event);
    }

    /// Checks 2 and 3.
    public static SignatureCheck signaturesAndHash(Pdu event, KeyRing keys) {
        return EventVerification.verify(event, keys);
    }

    /// Check 4: the rules about the list of auth events, and all others by the state that they
    /// show.
    public static Finding byAuthEvents(Pdu event, AuthEvents auth) {
        AuthVerdict list = AuthEventList.check(event, auth.entries());
        if (!list.isAllowed()) {
            return Finding.of(ReceiptCheck.AUTH_EVENTS, list, List.of());
        }
        WatchedState watched = new WatchedState(auth);
        return Finding.of(
                ReceiptCheck.AUTH_EVENTS, AuthRules.check(event, watched), watched.consulted());
    }

    /// Checks 4 and 5.
    ///
    /// @param auth every event that its `auth_events` name
    /// @param before the room's state before it
    /// @param create the room's create event, if it has one
    public static AtPlace atPlace(
            VerifiedPdu event, AuthEvents auth, AuthState before, Optional<EventId> create) {
        Finding byAuth = byAuthEvents(event.pdu(), auth);
        if (!byAuth.passed()) {
            return new AtPlace.Rejected(event, List.of(byAuth));
        }
        Finding byState = isSecondCreate(event.pdu(), create)
                ? Finding.of(ReceiptCheck.STATE_BEFORE, secondCreate(), List.of())
                : byState(ReceiptCheck.STATE_BEFORE, event.pdu(), before);
        List<Finding> findings = List.of(byAuth, byState);
        return byState.passed()
                ? new AtPlace.Allowed(new AllowedPdu(event), findings)
                : new AtPlace.Rejected(event, findings);
    }

    /// Check 6.
    public static Now now(AllowedPdu event, AuthState current) {
        Finding finding = byState(ReceiptCheck.CURRENT_STATE, event.pdu(), current);
        return finding.passed()
                ? new Now.Authorized(new AuthorizedPdu(event), finding)
                : new Now.SoftFailed(event, finding);
    }

    /// Check 6 of an event before which the state is the current one: check 5 has answered it.
    public static Now.Authorized nothingSince(AllowedPdu event) {
        return new Now.Authorized(
                new AuthorizedPdu(event), Finding.passed(ReceiptCheck.CURRENT_STATE));
    }

    /// Check 5 or 6 alone.
    static Finding byState(ReceiptCheck check, Pdu event, AuthState state) {
        WatchedState watched = new WatchedState(state);
        AuthVerdict verdict = isSecondCreate(event, createIn(event, watched))
                ? secondCreate()
                : AuthRules.check(event, watched);
        return Finding.of(check, verdict, watched.consulted());
    }

    private static Optional<EventId> createIn(Pdu event, AuthState state) {
        return event.type().equals(EventTypes.CREATE)
                ? state.create().map(Pdu::eventId)
                : Optional.empty();
    }

    private static boolean isSecondCreate(Pdu event, Optional<EventId> create) {
        return event.type().equals(EventTypes.CREATE)
                && create.filter(id -> !id.equals(event.eventId())).isPresent();
    }

    private static AuthVerdict secondCreate() {
        return SECOND_CREATE.denies("the room has another create event");
    }
}
