package im.holm.platform.config;

import java.util.List;

/// A value as it was written, before its setting reads it.
public sealed interface Raw {
    record Text(String text) implements Raw {}

    record Items(List<String> items) implements Raw {
        public Items {
            items = List.copyOf(items);
        }
    }

    /// `null` in the file, or the word in the environment.
    record Null() implements Raw {}

    /// Something that no setting takes, such as a list of lists.
    record Other(String what) implements Raw {}
}
