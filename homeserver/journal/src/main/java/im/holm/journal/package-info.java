/// Positions, ordered group commit, sync tokens, wake-ups and durable followers: the one way to
/// write anything that a client, another server, an appservice or a follower must learn of.
///
/// The order of this server's facts is one journal. A writer (a commit pipeline, one *slot*) gives
/// each fact a [Position]; a [Vector] says up to which position each slot is visible; a [SyncToken]
/// is a vector in a client's hands. What is durable is decided in one place, [Journal#submit].
package im.holm.journal;
