/// The Messenger API: `/v1` and its gateway, a view of the same rooms that Matrix clients see.
package im.holm.messenger;
