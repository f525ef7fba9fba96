// Encryption with matrix-js-sdk and its Rust crypto: Carol in the eu region and Dave in the us
// region talk in an encrypted room across regions; Carol verifies a second device, which reads
// the history from her key backup; all of it again after the devices' memory is gone.
//
// Usage: node jssdk_crypto.mjs EU_URL EU_SERVER_NAME US_URL US_SERVER_NAME RUN
// RUN names the run: users of another run are others.

import assert from "node:assert/strict";
import { performance } from "node:perf_hooks";
import { ClientEvent, MatrixEventEvent, RoomEvent, RoomMemberEvent, SyncState, createClient }
    from "matrix-js-sdk";
import { VerificationPhase, VerifierEvent, CryptoEvent }
    from "matrix-js-sdk/lib/crypto-api/index.js";

const ROUNDS = 5;
const PASSWORD = "correct horse battery staple";
// Far above what a step takes: on a loaded machine a slow step must not look like a broken one.
const STEP_TIMEOUT_MS = 60_000;

const [euUrl, eu, usUrl, us, run] = process.argv.slice(2);
const carolId = `@carol-${run}:${eu}`;
const daveId = `@dave-${run}:${us}`;

const tell = (line) => process.stdout.write(`js   e2e ${line}\n`);
for (const level of ["log", "info", "warn", "debug", "trace", "error"]) {
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
        process.stdout.write(`${failure.stack ?? failure}\n`);
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
            RoomEvent.Timeline, RoomEvent.MyMembership, RoomMemberEvent.Membership,
            ClientEvent.Sync, ClientEvent.Room, MatrixEventEvent.Decrypted,
            CryptoEvent.DevicesUpdated, CryptoEvent.UserTrustStatusChanged,
            CryptoEvent.KeyBackupStatus,
        ];
        const stop = () => {
            clearTimeout(timer);
            clearInterval(again);
            sources.forEach((source) => client.off(source, look));
        };
        const timer = setTimeout(() => {
            stop();
            reject(new Error(`not within ${STEP_TIMEOUT_MS / 1000} s: ${what}`));
        }, STEP_TIMEOUT_MS);
        let looking = false;
        const look = async () => {
            if (looking) {
                return;
            }
            looking = true;
            try {
                const found = await check();
                if (found) {
                    stop();
                    resolve(found);
                }
            } catch (failure) {
                stop();
                reject(failure);
            } finally {
                looking = false;
            }
        };
        // The library has no event for everything that is waited for here.
        const again = setInterval(look, 100);
        sources.forEach((source) => client.on(source, look));
        look();
    });
}

const messagesOf = (client, roomId, sender) => client.getRoom(roomId).getLiveTimeline().getEvents()
    .filter((event) => event.getSender() === sender && event.isEncrypted()
        && event.getType() === "m.room.message" && !event.isDecryptionFailure())
    .map((event) => event.getContent().body);

async function account(url, userId) {
    const visitor = createClient({ baseUrl: url, logger: quiet });
    const localpart = userId.slice(1, userId.indexOf(":"));
    await visitor.registerRequest({
        username: localpart, password: PASSWORD, auth: { type: "m.login.dummy" }, inhibit_login: true,
    });
}

/** A new device; what it knows it forgets with this object. */
async function device(url, userId, recovery) {
    const visitor = createClient({ baseUrl: url, logger: quiet });
    const localpart = userId.slice(1, userId.indexOf(":"));
    const credentials = await visitor.loginRequest({
        type: "m.login.password",
        identifier: { type: "m.id.user", user: localpart },
        password: PASSWORD,
    });
    const client = createClient({
        baseUrl: url,
        userId: credentials.user_id,
        deviceId: credentials.device_id,
        accessToken: credentials.access_token,
        logger: quiet,
        cryptoCallbacks: {
            getSecretStorageKey: async ({ keys }) => [Object.keys(keys)[0], recovery.key.privateKey],
            cacheSecretStorageKey: () => {},
        },
    });
    await client.initRustCrypto({ useIndexedDB: false });
    await client.startClient({ initialSyncLimit: 20 });
    await until(client, "the first sync", () => client.getSyncState() === SyncState.Prepared
        || client.getSyncState() === SyncState.Syncing);
    return client;
}

const proof = (userId) => async (upload) => {
    await upload(null).catch(async (refused) => {
        assert.equal(refused.httpStatus, 401, "cross-signing keys are guarded");
        await upload({
            type: "m.login.password",
            identifier: { type: "m.id.user", user: userId },
            password: PASSWORD,
            session: refused.data.session,
        });
    });
};

const say = (client, roomId, body) =>
    client.sendEvent(roomId, "m.room.message", { msgtype: "m.text", body });

let carol;
let dave;
let roomId;
const carolRecovery = {};
const daveRecovery = {};

await step("both register and sign in with encryption", async () => {
    await account(euUrl, carolId);
    await account(usUrl, daveId);
    carol = await device(euUrl, carolId, carolRecovery);
    dave = await device(usUrl, daveId, daveRecovery);
});

await step("carol has no key backup yet", async () => {
    assert.equal(await carol.getCrypto().checkKeyBackupAndEnable(), null);
});

await step("both publish cross-signing keys", async () => {
    for (const client of [carol, dave]) {
        await client.getCrypto().bootstrapCrossSigning(
            { authUploadDeviceSigningKeys: proof(client.getUserId()) });
        assert.ok(await client.getCrypto().isCrossSigningReady(), "cross-signing is ready");
    }
});

await step("carol keeps her secrets on the server, and backs up her keys", async () => {
    const crypto = carol.getCrypto();
    carolRecovery.key = await crypto.createRecoveryKeyFromPassphrase("a passphrase");
    await crypto.bootstrapSecretStorage({
        createSecretStorageKey: async () => carolRecovery.key,
        setupNewSecretStorage: true,
        setupNewKeyBackup: true,
    });
    assert.ok(await crypto.isSecretStorageReady(), "secret storage is ready");
    assert.ok(await crypto.getActiveSessionBackupVersion(), "a backup is in use");
});

await step("carol opens an encrypted room and dave joins it across regions", async () => {
    ({ room_id: roomId } = await carol.createRoom({
        preset: "private_chat",
        name: `Secrets ${run}`,
        invite: [daveId],
        initial_state: [{
            type: "m.room.encryption", state_key: "",
            content: { algorithm: "m.megolm.v1.aes-sha2" },
        }],
    }));
    await until(dave, "the invite",
        () => dave.getRoom(roomId)?.getMyMembership() === "invite");
    await dave.joinRoom(roomId, { viaServers: [eu] });
    await until(dave, "own join", () => dave.getRoom(roomId)?.getMyMembership() === "join");
    await until(carol, "dave's join",
        () => carol.getRoom(roomId)?.getMember(daveId)?.membership === "join");
    await until(carol, "the encryption", async () =>
        carol.getCrypto().isEncryptionEnabledInRoom(roomId));
    await until(dave, "the encryption", async () =>
        dave.getCrypto().isEncryptionEnabledInRoom(roomId));
});

await step(`${ROUNDS} times each says something that only the other can read`, async () => {
    for (let n = 1; n <= ROUNDS; n += 1) {
        const { event_id: eventId } = await say(carol, roomId, `carol ${n}`);
        await until(dave, `carol's message ${n}`,
            () => messagesOf(dave, roomId, carolId).includes(`carol ${n}`));
        const raw = await dave.fetchRoomEvent(roomId, eventId);
        assert.equal(raw.type, "m.room.encrypted", "the server saw no text");
        assert.ok(!JSON.stringify(raw).includes(`carol ${n}`));
        await say(dave, roomId, `dave ${n}`);
        await until(carol, `dave's message ${n}`,
            () => messagesOf(carol, roomId, daveId).includes(`dave ${n}`));
    }
});

let phone;
await step("carol signs in on a second device, which nobody trusts yet", async () => {
    phone = await device(euUrl, carolId, carolRecovery);
    await until(carol, "the new device", async () =>
        (await carol.getCrypto().getUserDeviceInfo([carolId])).get(carolId)
            ?.has(phone.getDeviceId()));
    const status = await carol.getCrypto()
        .getDeviceVerificationStatus(carolId, phone.getDeviceId());
    assert.equal(status.crossSigningVerified, false);
});

/** Goes through a verification by emoji on this side. */
async function verify(client, request) {
    if (request.phase < VerificationPhase.Ready && !request.initiatedByMe) {
        await request.accept();
    }
    await until(client, "the other side is ready",
        () => request.phase >= VerificationPhase.Ready);
    const verifier = request.initiatedByMe
        ? await request.startVerification("m.sas.v1")
        : await until(client, "the verification to start", () => request.verifier);
    const shown = new Promise((resolve) => {
        verifier.on(VerifierEvent.ShowSas, resolve);
        const already = verifier.getShowSasCallbacks();
        if (already) {
            resolve(already);
        }
    });
    const done = verifier.verify();
    const sas = await shown;
    await sas.confirm();
    await done;
    return sas.sas.emoji.map(([emoji]) => emoji).join("");
}

await step("the two devices verify each other by emoji", async () => {
    const asked = new Promise((resolve) =>
        carol.once(CryptoEvent.VerificationRequestReceived, resolve));
    const request = await phone.getCrypto().requestOwnUserVerification();
    const [mine, theirs] = await Promise.all([
        verify(phone, request), asked.then((received) => verify(carol, received)),
    ]);
    assert.equal(mine, theirs, "both show the same emoji");
    await until(carol, "the second device to be verified", async () =>
        (await carol.getCrypto().getDeviceVerificationStatus(carolId, phone.getDeviceId()))
            .crossSigningVerified);
    await until(dave, "dave to see it signed", async () =>
        (await dave.getCrypto().getDeviceVerificationStatus(carolId, phone.getDeviceId()))
            ?.signedByOwner);
});

async function restore(client) {
    const crypto = client.getCrypto();
    await crypto.loadSessionBackupPrivateKeyFromSecretStorage();
    const result = await crypto.restoreKeyBackup();
    assert.ok(result.imported > 0, `keys came from the backup: ${JSON.stringify(result)}`);
}

async function readsEverything(client) {
    const room = client.getRoom(roomId);
    for (let page = 0; page < 20 && room.oldState.paginationToken !== null; page += 1) {
        await client.scrollback(room, 50);
    }
    const all = (who) => Array.from({ length: ROUNDS }, (_, n) => `${who} ${n + 1}`);
    await until(client, "the history in clear", () =>
        all("carol").every((body) => messagesOf(client, roomId, carolId).includes(body))
        && all("dave").every((body) => messagesOf(client, roomId, daveId).includes(body)));
}

await step("the second device reads the history with keys from the backup", async () => {
    // The library uploads in its own time, and remembers what the backup was when it began.
    await until(carol, "the backup to have all keys", async () => {
        const backup = await carol.http.authedRequest("GET", "/room_keys/version");
        return backup.count >= 2;
    });
    await restore(phone);
    await readsEverything(phone);
});

await step("the second device speaks, and both others read it", async () => {
    await say(phone, roomId, "from the phone");
    await until(dave, "the phone's message",
        () => messagesOf(dave, roomId, carolId).includes("from the phone"));
    await until(carol, "the phone's message",
        () => messagesOf(carol, roomId, carolId).includes("from the phone"));
});

await step("after all of carol's devices are gone, a new one reads all by the recovery key", async () => {
    for (const client of [carol, phone]) {
        client.stopClient();
        await client.logout(true);
    }
    carol = await device(euUrl, carolId, carolRecovery);
    assert.ok(await carol.getCrypto().userHasCrossSigningKeys(carolId, true));
    await carol.getCrypto().bootstrapCrossSigning({});
    assert.ok(await carol.getCrypto().isCrossSigningReady(), "it has the cross-signing keys");
    await restore(carol);
    await readsEverything(carol);
});

await step("dave's message reaches the new device", async () => {
    await until(dave, "dave to know the device", async () => {
        const devices = (await dave.getCrypto().getUserDeviceInfo([carolId])).get(carolId);
        return devices?.has(carol.getDeviceId()) && !devices.has(phone.getDeviceId());
    });
    await say(dave, roomId, "welcome back");
    await until(carol, "the message",
        () => messagesOf(carol, roomId, daveId).includes("welcome back"));
});

for (const client of [carol, dave]) {
    client.stopClient();
}
tell(`: ${passed} passed, 0 failed`);
process.exit(0);
