/// What a Matrix client does in rooms: creating and joining them, sending, reading, `/sync`,
/// receipts, typing, aliases and the user's own data about rooms (client-server API).
///
/// One class a use case. [im.holm.rooms.RoomAccess] answers who may read what, and
/// [im.holm.rooms.Rendition] how an event looks to a client; everything else builds on these two.
package im.holm.rooms;
