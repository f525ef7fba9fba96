// Bob, in the us region, with matrix-js-sdk: is invited from the other region, joins over
// federation, reads what was said before, talks, sees.
//
// The other half of the conversation is nio_eu.py. Neither knows of the other's process: they meet
// only in the room, and each waits for what the other says there.
//
// Usage: node jssdk_us.mjs CLIENT_URL EU_SERVER_NAME US_SERVER_NAME

import assert from "node:assert/strict";
import { performance } from "node:perf_hooks";
import { ClientEvent, RoomEvent, RoomMemberEvent, SyncState, createClient } from "matrix-js-sdk";

const BEFORE_JOIN = 30;
const ROUNDS = 10;
const PASSWORD = "tr0ub4dor and three more words";
// Far above what a step takes: on a loaded machine a slow step must not look like a broken one.
const STEP_TIMEOUT_MS = 60_000;

const [url, eu, us] = process.argv.slice(2);
const aliceId = `@alice:${eu}`;
const bobId = `@bob:${us}`;

// The library tells its life at length, on the console and on the logger it is given.
const tell = (line) => process.stdout.write(`js   us  ${line}\n`);
for (const level of ["log", "info", "warn", "debug", "trace"]) {
    console[level] = () => {};
}
const quiet = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, getChild: () => quiet };

let passed = 0;

/** Names a step, times it and counts it. The first that fails ends the conversation. */
async function step(name, body) {
    const started = performance.now();
    const tookMs = () => `(${(performance.now() - started).toFixed(0)} ms)`;
    try {
        await body();
    } catch (failure) {
        tell(`FAILED ${name} ${tookMs()}`);
        console.error(failure);
        tell(`: ${passed} passed, 1 failed`);
        process.exit(1);
    }
    passed += 1;
    tell(`ok     ${name} ${tookMs()}`);
}

/** Calls `check` at each of the client's events until it gives something; checks once at first. */
function until(client, what, check) {
    return new Promise((resolve, reject) => {
        const sources = [
            RoomEvent.Timeline, RoomEvent.MyMembership, RoomEvent.Name,
            RoomMemberEvent.Membership, ClientEvent.Sync, ClientEvent.Room,
        ];
        const timer = setTimeout(() => {
            stop();
            reject(new Error(`not within ${STEP_TIMEOUT_MS / 1000} s: ${what}`));
        }, STEP_TIMEOUT_MS);
        const look = () => {
            const found = check();
            if (found) {
                stop();
                resolve(found);
            }
        };
        const stop = () => {
            clearTimeout(timer);
            sources.forEach((source) => client.off(source, look));
        };
        sources.forEach((source) => client.on(source, look));
        look();
    });
}

const bodiesOf = (room, sender) => room.getLiveTimeline().getEvents()
    .filter((event) => event.getType() === "m.room.message" && event.getSender() === sender)
    .map((event) => event.getContent().body);

const say = (client, roomId, body) =>
    client.sendEvent(roomId, "m.room.message", { msgtype: "m.text", body });

const percentile = (sorted, share) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

async function signIn() {
    const visitor = createClient({ baseUrl: url, logger: quiet });
    await step("registers an account", async () => {
        const answer = await visitor.registerRequest({
            username: "bob",
            password: PASSWORD,
            auth: { type: "m.login.dummy" },
            inhibit_login: true,
        });
        assert.equal(answer.user_id, bobId);
    });
    let credentials;
    await step("logs in with the password", async () => {
        credentials = await visitor.loginRequest({
            type: "m.login.password",
            identifier: { type: "m.id.user", user: "bob" },
            password: PASSWORD,
        });
        assert.equal(credentials.user_id, bobId);
    });
    return createClient({
        baseUrl: url,
        userId: credentials.user_id,
        deviceId: credentials.device_id,
        accessToken: credentials.access_token,
        logger: quiet,
    });
}

async function converse(client) {
    let room;
    await step("sets a display name and prepares the first sync", async () => {
        await client.setDisplayName("Bob of America");
        await client.startClient({ initialSyncLimit: 5 });
        await until(client, "the first sync", () => client.getSyncState() === SyncState.Prepared
            || client.getSyncState() === SyncState.Syncing);
    });

    await step("sees alice's invite from the other region, with the room's name", async () => {
        room = await until(client, "the invite", () => client.getRooms()
            .find((each) => each.getMyMembership() === "invite"));
        assert.equal(room.getMember(bobId).events.member.getSender(), aliceId);
        assert.equal(room.name, "Two regions");
    });

    const delivered_ms = [];
    client.on(RoomEvent.Timeline, (event, _room, toStart, _removed, data) => {
        if (!toStart && data.liveEvent && event.getSender() === aliceId
            && /^alice /.test(event.getContent().body ?? "")) {
            delivered_ms.push(Date.now() - event.getTs());
        }
    });

    await step("joins over federation", async () => {
        await client.joinRoom(room.roomId, { viaServers: [eu] });
        await until(client, "own join", () => room.getMyMembership() === "join");
    });

    const before = Array.from({ length: BEFORE_JOIN }, (_, n) => `before ${n + 1}`);
    await step(`scrolls back to all ${BEFORE_JOIN} messages from before the join`, async () => {
        await until(client, "the timeline", () => room.getLiveTimeline().getEvents().length > 0);
        for (let page = 0; page < 50 && bodiesOf(room, aliceId)[0] !== before[0]; page += 1) {
            await client.scrollback(room, 10);
        }
        assert.deepEqual(bodiesOf(room, aliceId), [...before, "once"]);
    });

    await step("reads both members with their names, the room's name and topic", async () => {
        const { joined } = await client.getJoinedRoomMembers(room.roomId);
        assert.deepEqual(
            Object.fromEntries(Object.entries(joined).map(([id, who]) => [id, who.display_name])),
            { [aliceId]: "Alice of Europe", [bobId]: "Bob of America" },
        );
        assert.deepEqual(room.getJoinedMembers().map((member) => member.userId).sort(),
            [aliceId, bobId].sort());
        assert.equal(room.name, "Two regions");
        const topic = await client.getStateEvent(room.roomId, "m.room.topic", "");
        assert.equal(topic.topic, "One thread");
    });

    await step(`${ROUNDS} times bob speaks and alice answers, live`, async () => {
        for (let n = 1; n <= ROUNDS; n += 1) {
            await say(client, room.roomId, `bob ${n}`);
            await until(client, `alice's answer ${n}`,
                () => bodiesOf(room, aliceId).includes(`alice ${n}`));
        }
    });

    await step("both talk at once; nothing is lost and nothing doubled", async () => {
        for (let n = 1; n <= ROUNDS; n += 1) {
            await say(client, room.roomId, `bob at once ${n}`);
        }
        const heard = () => bodiesOf(room, aliceId)
            .filter((body) => body.startsWith("alice at once"));
        await until(client, "all of alice's messages", () => heard().length >= ROUNDS);
        assert.deepEqual(heard(),
            Array.from({ length: ROUNDS }, (_, n) => `alice at once ${n + 1}`));
    });

    await step("sees alice change the room's name", async () => {
        await until(client, "the new name", () => room.name === "Two regions, one thread");
    });

    await step("leaves", async () => {
        await client.leave(room.roomId);
        await until(client, "own leave", () => room.getMyMembership() === "leave");
    });

    await step("is invited again and declines", async () => {
        const membership = () => client.getRoom(room.roomId)?.getMyMembership();
        await until(client, "the second invite", () => membership() === "invite");
        await client.leave(room.roomId);
        await until(client, "own refusal", () => membership() === "leave");
    });

    await step("logs out, and the token is dead", async () => {
        client.stopClient();
        await client.logout(true);
        await assert.rejects(client.whoami(), (error) => error.errcode === "M_UNKNOWN_TOKEN");
    });

    delivered_ms.sort((a, b) => a - b);
    tell(`alice's ${delivered_ms.length} live messages took, from her server's`
        + ` clock to bob's client: p50 ${percentile(delivered_ms, 0.5)} ms,`
        + ` p95 ${percentile(delivered_ms, 0.95)} ms`);
}

const client = await signIn();
await converse(client);
tell(`: ${passed} passed, 0 failed`);
process.exit(0);
