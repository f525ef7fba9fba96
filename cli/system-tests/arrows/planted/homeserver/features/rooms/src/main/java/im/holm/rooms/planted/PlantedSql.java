package im.holm.rooms.planted;

/// SQL in a class that is no table class.
final class PlantedSql {
    org.jdbi.v3.core.Handle handle;
}
