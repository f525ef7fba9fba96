/// Sends our events and ephemeral units to the servers that they concern: a follower of the journal
/// feeds one queue a destination in memory; what is durable is the journal itself, and how far each
/// destination got.
package im.holm.federation.sending;
