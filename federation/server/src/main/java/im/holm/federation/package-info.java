/// Federation: discovery, signed requests, server keys, transactions, queues, replication of rooms
/// (server-server API). [im.holm.federation.FederationClient] is what is asked of other servers; it
/// exists before the engine, whose ports it fills. [im.holm.federation.FederationFeature] is what
/// they ask of us, and the sending of our events.
package im.holm.federation;
