/// The server side of HTTP: routes, requests and responses that know nothing of the server
/// underneath, and the listener that serves them.
package im.holm.platform.http;
