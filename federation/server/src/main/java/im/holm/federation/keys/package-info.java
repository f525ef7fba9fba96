/// Signing keys: ours as others fetch them, theirs as we fetch, check and keep them, and the notary
/// that passes theirs on (server-server API, "Retrieving server keys").
package im.holm.federation.keys;
