package im.holm.slice;

import im.holm.platform.db.Tx;

/// What a slice keeps of devices, and changes together with them: within the commit that has the
/// `DEVICE_LIST` fact.
public interface DeviceLifecycle {

    /// Deletes what belongs to devices that are being removed.
    ///
    /// @param deviceNids devices of one user
    /// @param position of the fact
    void removed(Tx tx, long userNid, long[] deviceNids, long position);

    /// A device has got another display name.
    void renamed(Tx tx, long userNid, long deviceNid, long position);
}
