package im.holm.testnode;

import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.VerifiedPdu;

/// Other servers that answer nothing, and whose signatures are all believed.
public final class Gullible extends Alone {

    @Override
    public Verification verify(Pdu pdu) {
        return new Verification.Good(new VerifiedPdu(pdu));
    }
}
