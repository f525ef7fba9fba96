package im.holm.e2ee.keys;

import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonValue;
import im.holm.slice.SyncSection;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a device must learn to encrypt: messages for it, whose devices changed, and how many of its
/// own keys are left (client-server API, "Extensions to /sync").
final class KeysSyncSection implements SyncSection {

    private static final DeviceLists.Diff NOTHING = new DeviceLists.Diff(Set.of(), Set.of());

    private final Mailboxes mailboxes;
    private final DeviceLists lists;
    private final Stocks stocks;

    KeysSyncSection(Mailboxes mailboxes, DeviceLists lists, Stocks stocks) {
        this.mailboxes = mailboxes;
        this.lists = lists;
        this.stocks = stocks;
    }

    @Override
    public Part read(Reading reading) {
        var caller = reading.caller();
        List<JsonObject> messages = mailboxes.read(caller, reading.from(), reading.to());
        DeviceLists.Diff diff = reading.from()
                .map(from -> lists.between(
                        caller.user(),
                        caller.userNid(),
                        from,
                        reading.to(),
                        reading.memberships(),
                        reading.touched()))
                .orElse(NOTHING);
        OneTimeKeyTable.Stock stock = stocks.of(caller.deviceNid());
        Map<String, JsonValue> topLevel = new LinkedHashMap<>();
        topLevel.put("to_device", JsonObject.of("events", JsonArray.of(messages)));
        topLevel.put("device_lists", KeyChangesRoute.json(diff));
        topLevel.put("device_one_time_keys_count", Stocks.counts(stock));
        topLevel.put(
                "device_unused_fallback_key_types", JsonArray.ofStrings(stock.unusedFallbacks()));
        return new Part(topLevel, Map.of(), !messages.isEmpty() || !diff.isEmpty());
    }
}
