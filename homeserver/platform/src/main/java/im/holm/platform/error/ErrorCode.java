package im.holm.platform.error;

import static im.holm.platform.error.Blame.INTERNAL;
import static im.holm.platform.error.Blame.RESOURCES;
import static im.holm.platform.error.Blame.USER;

import java.util.Locale;

/// Every error that Holm can answer with: the one registry of both APIs.
///
/// A Matrix code that the specification uses with several HTTP statuses has one constant for each,
/// so that a constant says all there is to say (client-server API, "Standard error response";
/// server-server API). `docs/errors.md` is generated from this list by [ErrorDocs].
public enum ErrorCode {
    BAD_JSON(
            "M_BAD_JSON",
            400,
            USER,
            "The JSON is well formed, but a key is missing or has a wrong value."),
    NOT_JSON("M_NOT_JSON", 400, USER, "The body is not valid JSON."),
    INVALID_PARAM("M_INVALID_PARAM", 400, USER, "A parameter has a wrong value."),
    MISSING_PARAM("M_MISSING_PARAM", 400, USER, "A required parameter is missing."),
    BAD_REQUEST("M_UNKNOWN", 400, USER, "The request is invalid."),
    BAD_STATE(
            "M_BAD_STATE",
            403,
            USER,
            "The state does not allow this change, such as an unban of nobody."),
    DUPLICATE_ANNOTATION(
            "M_DUPLICATE_ANNOTATION", 400, USER, "The sender has already reacted with this key."),
    INVALID_USERNAME("M_INVALID_USERNAME", 400, USER, "The user name is not valid."),
    USER_IN_USE("M_USER_IN_USE", 400, USER, "The user name is taken."),
    WEAK_PASSWORD("M_WEAK_PASSWORD", 400, USER, "The password is too weak."),
    ROOM_IN_USE("M_ROOM_IN_USE", 400, USER, "The room alias is taken."),
    ALIAS_IN_USE("M_UNKNOWN", 409, USER, "The room alias exists already."),
    BAD_ALIAS("M_BAD_ALIAS", 400, USER, "The alias does not point to the room."),
    INVALID_ROOM_STATE(
            "M_INVALID_ROOM_STATE", 400, USER, "The initial state of the room is invalid."),
    UNSUPPORTED_ROOM_VERSION(
            "M_UNSUPPORTED_ROOM_VERSION",
            400,
            USER,
            "The server does not create rooms of this version."),
    INCOMPATIBLE_ROOM_VERSION(
            "M_INCOMPATIBLE_ROOM_VERSION",
            400,
            USER,
            "The server does not support the version of this room."),
    NOT_JOINED("M_NOT_JOINED", 403, USER, "The user is not joined to the room."),
    UNKNOWN_POS(
            "M_UNKNOWN_POS", 400, USER, "The sync position is not known; start again without one."),
    TOO_LARGE("M_TOO_LARGE", 413, USER, "The request or what it asks for is too large."),
    EVENT_TOO_LARGE("M_TOO_LARGE", 400, USER, "The event is larger than the specification allows."),
    PROFILE_TOO_LARGE("M_PROFILE_TOO_LARGE", 400, USER, "A profile must stay below 64 KiB."),
    KEY_TOO_LARGE("M_KEY_TOO_LARGE", 400, USER, "The key is longer than 255 bytes."),
    URI_TOO_LONG("M_TOO_LARGE", 414, USER, "The request's path and query are too long."),
    HEADERS_TOO_LARGE("M_TOO_LARGE", 431, USER, "The request's headers are too large."),
    CANNOT_OVERWRITE_MEDIA(
            "M_CANNOT_OVERWRITE_MEDIA", 409, USER, "The media id already has content."),
    NOT_YET_UPLOADED("M_NOT_YET_UPLOADED", 504, USER, "The media id has no content yet."),
    CAPTCHA_INVALID("M_CAPTCHA_INVALID", 401, USER, "The captcha was not solved."),
    CAPTCHA_NEEDED("M_CAPTCHA_NEEDED", 401, USER, "A captcha has to be solved."),
    MISSING_TOKEN("M_MISSING_TOKEN", 401, USER, "The request carries no access token."),
    UNKNOWN_TOKEN("M_UNKNOWN_TOKEN", 401, USER, "The access or refresh token is not known."),
    UNAUTHORIZED("M_UNAUTHORIZED", 401, USER, "The request is not correctly authorised."),
    UNKNOWN_DEVICE("M_UNKNOWN_DEVICE", 400, USER, "The device does not belong to the user."),
    FORBIDDEN("M_FORBIDDEN", 403, USER, "The request is not allowed."),
    UIA_REFUSED("M_FORBIDDEN", 401, USER, "User-interactive authentication did not succeed."),
    EXCLUSIVE("M_EXCLUSIVE", 400, USER, "The name is reserved by an application service."),
    APPSERVICE_LOGIN_UNSUPPORTED(
            "M_APPSERVICE_LOGIN_UNSUPPORTED",
            400,
            USER,
            "Application services cannot sign in this way."),
    GUEST_ACCESS_FORBIDDEN("M_GUEST_ACCESS_FORBIDDEN", 403, USER, "Guests are not permitted here."),
    CANNOT_LEAVE_SERVER_NOTICE_ROOM(
            "M_CANNOT_LEAVE_SERVER_NOTICE_ROOM",
            403,
            USER,
            "The room of server notices cannot be left."),
    CONSENT_NOT_GIVEN("M_CONSENT_NOT_GIVEN", 403, USER, "The terms have to be accepted first."),
    TERMS_NOT_SIGNED(
            "M_TERMS_NOT_SIGNED", 403, USER, "The service's terms have to be accepted first."),
    USER_DEACTIVATED("M_USER_DEACTIVATED", 403, USER, "The account has been deactivated."),
    USER_LOCKED("M_USER_LOCKED", 401, USER, "The account is locked."),
    USER_SUSPENDED("M_USER_SUSPENDED", 403, USER, "The account is suspended; it can only read."),
    SERVER_NOT_TRUSTED("M_SERVER_NOT_TRUSTED", 400, USER, "The third-party server is not trusted."),
    THREEPID_AUTH_FAILED(
            "M_THREEPID_AUTH_FAILED", 400, USER, "The third-party identifier was not proven."),
    THREEPID_DENIED("M_THREEPID_DENIED", 403, USER, "The third-party identifier is not permitted."),
    THREEPID_IN_USE("M_THREEPID_IN_USE", 400, USER, "The third-party identifier is in use."),
    THREEPID_MEDIUM_NOT_SUPPORTED(
            "M_THREEPID_MEDIUM_NOT_SUPPORTED",
            400,
            USER,
            "Third-party identifiers of this kind are not supported."),
    THREEPID_NOT_FOUND(
            "M_THREEPID_NOT_FOUND", 400, USER, "The third-party identifier is not known."),
    INVITE_BLOCKED("M_INVITE_BLOCKED", 403, USER, "The user does not accept this invite."),
    BAD_PAGINATION("M_BAD_PAGINATION", 400, USER, "The pagination token cannot be used here."),
    WRONG_ROOM_KEYS_VERSION(
            "M_WRONG_ROOM_KEYS_VERSION", 403, USER, "The key backup has a newer version."),
    INVALID_SIGNATURE("M_INVALID_SIGNATURE", 400, USER, "A signature is not valid."),
    URL_NOT_SET("M_URL_NOT_SET", 400, USER, "The application service has no URL."),
    BAD_STATUS("M_BAD_STATUS", 502, USER, "The application service answered with a bad status."),
    CONNECTION_FAILED(
            "M_CONNECTION_FAILED", 502, USER, "The application service could not be reached."),
    CONNECTION_TIMEOUT(
            "M_CONNECTION_TIMEOUT", 504, USER, "The application service did not answer in time."),
    UNABLE_TO_AUTHORISE_JOIN(
            "M_UNABLE_TO_AUTHORISE_JOIN",
            400,
            USER,
            "This server cannot see whether the join is permitted."),
    UNABLE_TO_GRANT_JOIN(
            "M_UNABLE_TO_GRANT_JOIN",
            400,
            USER,
            "This server has no member who could sign for the join."),
    NOT_FOUND("M_NOT_FOUND", 404, USER, "Nothing was found under this name."),
    UNRECOGNIZED("M_UNRECOGNIZED", 404, USER, "The server does not know this path."),
    METHOD_NOT_ALLOWED("M_UNRECOGNIZED", 405, USER, "The path does not take this method."),
    NOT_IMPLEMENTED("M_UNRECOGNIZED", 400, USER, "The server does not know what is asked for."),
    CONFLICT("M_UNKNOWN", 409, USER, "The request contradicts what is stored."),
    GONE("M_NOT_FOUND", 410, USER, "What was here is gone."),
    REQUEST_TIMEOUT("M_UNKNOWN", 408, USER, "The request did not arrive in time."),
    HTTP_VERSION("M_UNKNOWN", 505, USER, "The server speaks HTTP/1.1."),
    LIMIT_EXCEEDED("M_LIMIT_EXCEEDED", 429, RESOURCES, "Too many requests; wait and ask again."),
    RESOURCE_LIMIT_EXCEEDED(
            "M_RESOURCE_LIMIT_EXCEEDED", 403, RESOURCES, "A limit of the server was reached."),
    USER_LIMIT_EXCEEDED(
            "M_USER_LIMIT_EXCEEDED", 403, RESOURCES, "A limit of the account was reached."),
    UNAVAILABLE(
            "M_UNKNOWN",
            503,
            RESOURCES,
            "The server cannot take the request now; ask again later."),
    UNKNOWN(
            "M_UNKNOWN",
            500,
            INTERNAL,
            "Something failed inside; the log has it under the request id."),
    BAD_GATEWAY(
            "M_UNKNOWN",
            502,
            INTERNAL,
            "Another server could not be reached or answered nonsense."),
    GATEWAY_TIMEOUT("M_UNKNOWN", 504, INTERNAL, "Another server did not answer in time.");

    private final String errcode;
    private final int status;
    private final Blame blame;
    private final String description;

    ErrorCode(String errcode, int status, Blame blame, String description) {
        this.errcode = errcode;
        this.status = status;
        this.blame = blame;
        this.description = description;
    }

    /// The code as Matrix clients know it, such as `M_FORBIDDEN`.
    public String errcode() {
        return errcode;
    }

    /// The HTTP status that goes with it.
    public int status() {
        return status;
    }

    public Blame blame() {
        return blame;
    }

    /// One sentence for people who look the code up.
    public String description() {
        return description;
    }

    /// The `type` of the error as problem details (RFC 9457), such as
    /// `urn:holm:problem:not-found`.
    public String typeUri() {
        return "urn:holm:problem:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
