package im.holm.e2ee.keys;

/// A signature that was uploaded for a key.
///
/// @param targetKey a device id, or the public part of a cross-signing key
/// @param device whether it is a device
/// @param signerKey with its algorithm, such as `ed25519:ABCDEFGHIJ`
record KeySignature(
        long targetNid,
        String targetKey,
        boolean device,
        long signerNid,
        String signerKey,
        String signature) {}
