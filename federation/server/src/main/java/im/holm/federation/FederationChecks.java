package im.holm.federation;

import static im.holm.platform.db.DoctorCheck.ofServer;

import im.holm.platform.db.DoctorCheck;

import java.util.List;

/// What holds of what is owed to other servers.
final class FederationChecks {

    private FederationChecks() {}

    static List<DoctorCheck> all() {
        return List.of(
                ofServer("edu_outbox: its unit is kept", """
                        SELECT t.server_name || ' unit ' || t.edu_id FROM edu_outbox t
                        LEFT JOIN kept_edu p ON p.edu_id = t.edu_id
                        WHERE p.edu_id IS NULL"""),
                ofServer("federation_checkpoint: is not ahead of the writers", """
                        SELECT 'at ' || p.pos FROM federation_checkpoint t
                        CROSS JOIN LATERAL unnest(t.positions) AS p (pos)
                        LEFT JOIN stream_writer w ON w.slot = p.pos & 255
                        WHERE p.pos > coalesce(w.last_pos, 0)"""),
                ofServer("destination: no acknowledgement is ahead of the writers", """
                        SELECT t.server_name || ' at ' || p.pos FROM destination t
                        CROSS JOIN LATERAL unnest(t.acked) AS p (pos)
                        LEFT JOIN stream_writer w ON w.slot = p.pos & 255
                        WHERE p.pos > coalesce(w.last_pos, 0)"""));
    }
}
