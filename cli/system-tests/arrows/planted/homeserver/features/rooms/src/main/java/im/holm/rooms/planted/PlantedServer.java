package im.holm.rooms.planted;

/// A feature that sees the HTTP server library.
final class PlantedServer {
    io.helidon.webserver.WebServer server;
}
