/// WebSocket listeners: the gateway of the Messenger API.
package im.holm.platform.ws;
