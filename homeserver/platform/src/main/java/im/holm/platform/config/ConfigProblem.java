package im.holm.platform.config;

/// One thing that is wrong with the configuration, in one clear line.
///
/// @param where `holm.yaml:12`, the name of an environment variable, or empty when there is no
/// place
public record ConfigProblem(String where, String message) {
    @Override
    public String toString() {
        return where.isEmpty() ? message : where + ": " + message;
    }
}
