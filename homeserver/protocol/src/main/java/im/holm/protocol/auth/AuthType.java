package im.holm.protocol.auth;

import im.holm.protocol.event.Pdu;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;

import java.util.List;
import java.util.Optional;

/// A type of state event that authorizes others in a room version of our own, beside those of
/// Matrix. What it says about an event depends on the event and the given state alone: no clock,
/// no store.
///
/// Of the state its rules may read the room's create event and the places that the event in
/// question selects ([AuthSelection]). Everything else is missing where an event is judged by its
/// auth events, so that a rule that read it would answer differently there.
public interface AuthType {
    /// The event type, outside the `m.` namespace.
    String type();

    /// The state keys of the events of this type that an event lists among its `auth_events`,
    /// where they exist; without duplicates, and few: at most
    /// [im.holm.protocol.event.EventLimits#AUTH_EVENTS_MAX] events are listed altogether. Not
    /// asked for create events, which list none.
    ///
    /// @param type the selecting event's type
    /// @param stateKey its state key, if it is a state event
    List<String> selectedKeys(
            String type, UserId sender, Optional<String> stateKey, JsonObject content);

    /// Judges an event of this type by a sender who is in the room; it may lack a state key. A
    /// verdict is final. Empty lets the rules of Matrix go on with the level that sending
    /// takes.
    Optional<AuthVerdict> judge(Pdu event, AuthState state);

    /// Forbids an event of another type, a membership or a create event too, that all rules
    /// before allow; empty forbids nothing.
    Optional<AuthVerdict.Denied> veto(Pdu event, AuthState state);
}
