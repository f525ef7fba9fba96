package im.holm.rooms;

import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.Servers;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// Other servers for tests: they answer what they were told to, and nothing else.
final class FarServers implements Servers {

    final List<String> asked = new CopyOnWriteArrayList<>();
    private final Map<String, JsonObject> answers = new ConcurrentHashMap<>();

    /// @param path without its query
    void answer(String server, String path, JsonObject body) {
        answers.put(server + path, body);
    }

    @Override
    public Answer get(ServerName server, String path) {
        String asking = server + path.replaceAll("\\?.*", "");
        asked.add(asking);
        JsonObject answer = answers.get(asking);
        return answer == null ? new Answer.Failed("no answer") : new Answer.Answered(answer);
    }

    @Override
    public Answer post(ServerName server, String path, JsonObject body) {
        return get(server, path);
    }
}
