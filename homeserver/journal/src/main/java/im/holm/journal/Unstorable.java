package im.holm.journal;

/// The reason of a refusal when a unit's rows could not be stored and its writer did not foresee
/// it: a value that the database does not take, or a bug. The unit's neighbours were committed
/// without it.
public record Unstorable(String detail) {}
