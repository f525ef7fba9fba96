/// The one registry of errors, and how an error looks on the Matrix APIs and on `/v1`.
package im.holm.platform.error;
