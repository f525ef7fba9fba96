package im.holm.protocol.sketch;

import im.holm.protocol.event.EventTypes;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.version.RoomVersion;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// A room in which everybody does everything on several branches at once: what state
/// resolution must cope with.
public final class RandomRoom {
    private static final List<String> USERS = List.of(
            "@alice:one.example",
            "@bob:two.example",
            "@carol:three.example",
            "@dave:four.example",
            "@erin:five.example");
    private static final List<String> RULES = List.of("public", "invite", "knock", "restricted");
    private static final int BRANCHES_MAX = 4;

    private final Random random;
    private final RoomSketch room;
    private final List<SketchBranch> branches = new ArrayList<>();

    public RandomRoom(RoomVersion version, long seed) {
        random = new Random(seed);
        room = RoomSketch.open(version, USERS.getFirst());
        SketchBranch main = room.main();
        main.powerLevels(USERS.getFirst(), levels());
        main.joinRule(USERS.getFirst(), "public");
        USERS.subList(1, 4).forEach(main::join);
        branches.add(main);
    }

    public RoomSketch room() {
        return room;
    }

    /// The branches as they are now.
    public List<SketchBranch> branches() {
        return List.copyOf(branches);
    }

    /// Does one more thing on one branch, now and then forking or merging.
    public void step() {
        int dice = random.nextInt(20);
        if (dice == 0 && branches.size() < BRANCHES_MAX) {
            branches.add(any(branches).fork());
        } else if (dice == 1 && branches.size() > 1) {
            SketchBranch one = branches.remove(random.nextInt(branches.size()));
            SketchBranch other = branches.remove(random.nextInt(branches.size()));
            branches.add(one.merge(other));
        } else {
            act(any(branches));
        }
        if (random.nextInt(4) == 0) {
            // Clocks differ, and whole seconds make for ties.
            room.setNextTs(1_700_000_000_000L + 1_000L * random.nextInt(room.size() + 10));
        }
    }

    private void act(SketchBranch branch) {
        String sender = any(USERS);
        String target = any(USERS);
        switch (random.nextInt(10)) {
            case 0 -> branch.join(sender);
            case 1 -> branch.leave(sender);
            case 2 -> branch.invite(sender, target);
            case 3 -> branch.kick(sender, target);
            case 4 -> branch.ban(sender, target);
            case 5, 6 -> branch.powerLevels(sender, levels());
            case 7 -> branch.joinRule(sender, any(RULES));
            case 8 -> branch.topic(sender, "topic " + room.size());
            default -> branch.state(sender, "x.state", "key" + random.nextInt(3), JsonObject.EMPTY);
        }
    }

    private JsonObject levels() {
        JsonObject.Builder users = JsonObject.builder();
        int first = room.version().privilegedCreators() ? 1 : 0;
        for (int i = first; i < USERS.size(); i++) {
            int level = List.of(100, 75, 50, 50, 0).get(i);
            users.put(USERS.get(i), random.nextInt(4) == 0 ? 25L * random.nextInt(5) : level);
        }
        return JsonObject.builder()
                .put("users", users.build())
                .put("events", JsonObject.EMPTY.with(EventTypes.POWER_LEVELS, 50))
                .put("ban", 25L * random.nextInt(4))
                .put("kick", 50)
                .put("state_default", 25L * random.nextInt(3))
                .build();
    }

    private <T> T any(List<T> items) {
        return items.get(random.nextInt(items.size()));
    }
}
