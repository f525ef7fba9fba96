package im.holm.accounts;

import im.holm.platform.error.ErrorCode;
import im.holm.slice.Fields;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// How device ids and names are read from a body.
final class DeviceFields {

    private DeviceFields() {}

    static Optional<String> deviceId(Fields body) {
        Optional<String> id = body.optionalString("device_id");
        if (id.filter(given -> !isDeviceId(given)).isPresent()) {
            body.refuse(
                    ErrorCode.INVALID_PARAM,
                    "'device_id' is empty, longer than " + Device.NAME_LIMIT_BYTES
                            + " bytes or holds control characters");
        }
        return id;
    }

    static Optional<String> displayName(Fields body, String key) {
        Optional<String> name = body.optionalString(key);
        if (name.filter(given -> !fits(given)).isPresent()) {
            body.refuse(
                    ErrorCode.INVALID_PARAM,
                    "'" + key + "' is longer than " + Device.NAME_LIMIT_BYTES
                            + " bytes or holds a NUL");
        }
        return name;
    }

    static boolean isDeviceId(String id) {
        return !id.isEmpty() && fits(id) && id.chars().noneMatch(Character::isISOControl);
    }

    private static boolean fits(String text) {
        return text.indexOf('\0') < 0
                && text.getBytes(StandardCharsets.UTF_8).length <= Device.NAME_LIMIT_BYTES;
    }
}
