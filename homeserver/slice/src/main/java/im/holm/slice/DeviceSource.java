package im.holm.slice;

import java.util.List;
import java.util.Optional;

/// The devices of local users; the accounts slice fills it.
public interface DeviceSource {

    /// A user's devices in the order in which they came; none of a user who is not of here.
    List<UserDevice> devices(long userNid);

    /// @param deviceNid this server's number for the device
    /// @param deviceId as clients know it
    record UserDevice(long deviceNid, String deviceId, Optional<String> displayName) {}
}
