/// A room as a state machine, and the shell that runs it.
///
/// `engine.core` decides: pure steps, no threads, SQL, HTTP or clock. This package performs: it
/// keeps one cell a room (one lock, one core state), asks the ports for what a step needs, and
/// hands appends to the journal. What others may call is in the interfaces here:
/// [im.holm.engine.RoomCommands] and [im.holm.engine.RoomMembership] (local users),
/// [im.holm.engine.InboundRooms] and [im.holm.engine.RoomArchive] (other servers),
/// [im.holm.engine.RoomReader] and [im.holm.engine.Memberships] (readers).
package im.holm.engine;
