/// From a server's name to the places where it answers (server-server API, "Resolving server
/// names").
package im.holm.federation.discovery;
