/// Asking other servers: the engine's ports for reading rooms and changing memberships, and
/// questions about users and aliases. Everything in an answer may be hostile.
package im.holm.federation.remote;
