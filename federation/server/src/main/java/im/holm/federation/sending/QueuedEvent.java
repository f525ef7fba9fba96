package im.holm.federation.sending;

/// An event that a destination has not got yet; its bytes are read when it is sent.
///
/// @param position of its fact in the journal
record QueuedEvent(long roomNid, int ev, long position) {}
