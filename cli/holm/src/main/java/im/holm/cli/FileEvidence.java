package im.holm.cli;

import im.holm.protocol.auth.AuthEventList;
import im.holm.protocol.auth.AuthState;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.EventId;
import im.holm.protocol.receipt.AuthEvents;
import im.holm.protocol.receipt.Evidence;
import im.holm.protocol.receipt.Receipt;
import im.holm.protocol.signing.KeyRing;
import im.holm.protocol.signing.SignatureCheck;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the files of `holm explain` tell. They are believed: their events' own signatures are not
/// checked, and none counts as rejected.
///
/// @param known every event of the files, the auth events among them
/// @param before the state before the event, if a file tells it
/// @param current the room's current state, if a file tells it
record FileEvidence(
        Optional<KeyRing> keys,
        List<Pdu> known,
        Optional<List<Pdu>> stateBefore,
        Optional<List<Pdu>> stateNow)
        implements Evidence {

    @Override
    public Signatures signatures(Pdu event) {
        if (keys.isEmpty()) {
            return new Signatures.Unknown("no --keys are given");
        }
        return switch (Receipt.signaturesAndHash(event, keys.get())) {
            case SignatureCheck.Verified(var good, boolean redacted) -> new Signatures.Good(good);
            case SignatureCheck.BadSignature(String reason) -> new Signatures.Bad(reason);
            case SignatureCheck.KeyUnavailable(var server, var keyId) ->
                new Signatures.Unknown("the key " + keyId + " of " + server + " is not given");
        };
    }

    @Override
    public Optional<AuthEvents> authEvents(Pdu event) {
        Map<EventId, Pdu> byId = new HashMap<>();
        known.forEach(one -> byId.put(one.eventId(), one));
        List<AuthEventList.Entry> entries = new ArrayList<>();
        for (EventId id : event.authEvents()) {
            if (!byId.containsKey(id)) {
                return Optional.empty();
            }
            entries.add(new AuthEventList.Entry(byId.get(id), false));
        }
        Optional<Pdu> create = event.roomId().createEvent().map(byId::get);
        return Optional.of(new AuthEvents(entries, create));
    }

    /// Before a create event that follows nothing there is no state.
    @Override
    public Optional<AuthState> before(Pdu event) {
        boolean first = event.type().equals(EventTypes.CREATE)
                && event.prevEvents().isEmpty()
                && stateBefore.isEmpty();
        return first ? Optional.of(state(List.of())) : stateBefore.map(FileEvidence::state);
    }

    @Override
    public Optional<AuthState> current(Pdu event) {
        return stateNow.map(FileEvidence::state);
    }

    @Override
    public Optional<EventId> create() {
        return stateBefore
                .or(this::stateNow)
                .flatMap(state -> state(state).create())
                .map(Pdu::eventId);
    }

    private static AuthState state(List<Pdu> events) {
        Map<StateKey, Pdu> places = new HashMap<>();
        events.forEach(event -> event.statePlace().ifPresent(place -> places.put(place, event)));
        return key -> Optional.ofNullable(places.get(key));
    }
}
