/// Requests to other servers: found, signed, sent, bounded, and held back from servers that are
/// down.
package im.holm.federation.call;
