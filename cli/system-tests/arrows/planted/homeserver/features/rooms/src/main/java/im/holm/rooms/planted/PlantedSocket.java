package im.holm.rooms.planted;

/// A feature that opens its own connection.
final class PlantedSocket {
    java.net.http.HttpClient client = java.net.http.HttpClient.newHttpClient();
}
