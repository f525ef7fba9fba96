/// Keys of devices and users, and messages between devices (client-server API, "End-to-End
/// Encryption", "Send-to-Device messaging"). The server never sees a secret: it stores, checks
/// signatures, and hands out.
package im.holm.e2ee.keys;
