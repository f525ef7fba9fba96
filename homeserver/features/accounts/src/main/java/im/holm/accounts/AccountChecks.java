package im.holm.accounts;

import static im.holm.platform.db.DoctorCheck.ofServer;

import im.holm.platform.db.DoctorCheck;

import java.util.List;

/// What holds of accounts, devices and tokens.
final class AccountChecks {

    private AccountChecks() {}

    static List<DoctorCheck> all() {
        return List.of(
                ofServer("account: is of a local user", """
                        SELECT 'account ' || t.localpart FROM account t
                        LEFT JOIN user_ref u ON u.user_nid = t.user_nid
                        WHERE u.local IS NOT TRUE"""),
                ofServer("device: belongs to an account", """
                        SELECT 'device ' || t.device_nid FROM device t
                        LEFT JOIN account p ON p.user_nid = t.user_nid
                        WHERE p.user_nid IS NULL"""),
                ofServer("access_token: belongs to a device", """
                        SELECT 'user ' || t.user_nid || ' device ' || t.device_nid FROM access_token t
                        LEFT JOIN device p ON p.user_nid = t.user_nid AND p.device_nid = t.device_nid
                        WHERE p.device_nid IS NULL"""),
                ofServer("refresh_token: belongs to a device", """
                        SELECT 'user ' || t.user_nid || ' device ' || t.device_nid FROM refresh_token t
                        LEFT JOIN device p ON p.user_nid = t.user_nid AND p.device_nid = t.device_nid
                        WHERE p.device_nid IS NULL"""),
                ofServer("account: a deactivated one has no device and no token", """
                        SELECT 'account ' || t.localpart FROM account t
                        WHERE t.deactivated_ms IS NOT NULL
                            AND (EXISTS (SELECT FROM device d WHERE d.user_nid = t.user_nid)
                                OR EXISTS (SELECT FROM access_token a WHERE a.user_nid = t.user_nid))"""),
                ofServer("profile_field: belongs to an account", """
                        SELECT 'user ' || t.user_nid || ' ' || t.name FROM profile_field t
                        LEFT JOIN account p ON p.user_nid = t.user_nid
                        WHERE p.user_nid IS NULL"""));
    }
}
