/// How the node logs: one line of text or of JSON for each event, with the request id.
package im.holm.platform.log;
