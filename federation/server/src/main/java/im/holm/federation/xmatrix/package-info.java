/// Signing of requests to other servers and checking of theirs (server-server API, "Request
/// Authentication").
package im.holm.federation.xmatrix;
