/// The pure core of the Matrix protocol: values in, values out. No sockets, no SQL, no
/// threads, no clock.
///
/// It requires a JSON tokenizer and Ed25519, and nothing else.
module im.holm.protocol {
    requires com.fasterxml.jackson.core;
    requires org.bouncycastle.provider;

    exports im.holm.protocol.auth;
    exports im.holm.protocol.event;
    exports im.holm.protocol.handshake;
    exports im.holm.protocol.id;
    exports im.holm.protocol.json;
    exports im.holm.protocol.receipt;
    exports im.holm.protocol.signing;
    exports im.holm.protocol.state;
    exports im.holm.protocol.version;
    exports im.holm.protocol.visibility;
}
