package im.holm.slice;

import java.util.List;
import java.util.Objects;

/// An invariant of a live database that `holm doctor` verifies.
///
/// @param name a sentence that is true of a healthy database
public record DoctorCheck(String name, Check check) {

    public DoctorCheck {
        Objects.requireNonNull(name);
        Objects.requireNonNull(check);
    }

    public interface Check {
        /// What is wrong, a line each, at most [#FINDINGS_MAX]; empty if the invariant
        /// holds.
        List<String> run();
    }

    public static final int FINDINGS_MAX = 100;
}
