"""Alice, in the eu region, with matrix-nio: opens the room, invites across regions, talks, sees.

The other half of the conversation is jssdk_us.mjs. Neither knows of the other's process: they meet
only in the room, and each waits for what the other says there.

Usage: nio_eu.py CLIENT_URL EU_SERVER_NAME US_SERVER_NAME
"""

import asyncio
import logging
import sys
import time

from nio import (
    AsyncClient,
    AsyncClientConfig,
    InviteMemberEvent,
    JoinedMembersResponse,
    LoginResponse,
    MessageDirection,
    RegisterResponse,
    RoomCreateResponse,
    RoomGetStateResponse,
    RoomInviteResponse,
    RoomMemberEvent,
    RoomMessagesResponse,
    RoomMessageText,
    RoomNameEvent,
    RoomPreset,
    RoomPutStateResponse,
    RoomSendResponse,
    SyncResponse,
)

from steps import STEP_TIMEOUT_S, Steps

BEFORE_JOIN = 30
ROUNDS = 10
PASSWORD = "correct horse battery staple"


class Alice:
    """One signed-in client and everything that its /sync has shown it, in order."""

    def __init__(self, url: str, user_id: str):
        self.client = AsyncClient(
            url, user_id, config=AsyncClientConfig(encryption_enabled=False, max_timeouts=3)
        )
        self.events = []
        self.arrived = asyncio.Event()
        self.left_rooms = set()
        self.client.add_response_callback(self._synced, SyncResponse)
        self.client.add_event_callback(
            self._seen, (RoomMessageText, RoomMemberEvent, RoomNameEvent, InviteMemberEvent)
        )

    async def _seen(self, room, event):
        self.events.append((room.room_id, event))
        self.arrived.set()

    async def _synced(self, response):
        self.left_rooms.update(response.rooms.leave)
        self.arrived.set()

    def messages(self, sender: str = None):
        return [
            event.body
            for _, event in self.events
            if isinstance(event, RoomMessageText) and sender in (None, event.sender)
        ]

    def memberships(self, room_id: str, user_id: str):
        """The memberships of the user that came over /sync, oldest first."""
        return [
            event.membership
            for room, event in self.events
            if room == room_id
            and isinstance(event, RoomMemberEvent)
            and event.state_key == user_id
        ]

    async def until(self, what: str, condition):
        """Waits until what /sync has shown makes `condition` true."""
        deadline = time.monotonic() + STEP_TIMEOUT_S
        while not condition():
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(f"not within {STEP_TIMEOUT_S} s: {what}")
            self.arrived.clear()
            try:
                await asyncio.wait_for(self.arrived.wait(), min(left, 1))
            except asyncio.TimeoutError:
                pass

    async def say(self, room_id: str, body: str):
        answer = await self.client.room_send(
            room_id, "m.room.message", {"msgtype": "m.text", "body": body}
        )
        assert isinstance(answer, RoomSendResponse), answer
        return answer.event_id


async def main(url: str, eu: str, us: str) -> int:
    steps = Steps("nio  eu")
    alice_id, bob_id = f"@alice:{eu}", f"@bob:{us}"

    with steps("registers an account"):
        first = AsyncClient(url, "alice", config=AsyncClientConfig(encryption_enabled=False))
        answer = await first.register("alice", PASSWORD, "nio, first device")
        assert isinstance(answer, RegisterResponse), answer
        assert answer.user_id == alice_id, answer
        await first.close()

    alice = Alice(url, alice_id)
    client = alice.client
    with steps("logs in with the password, as a second device"):
        answer = await client.login(PASSWORD, "nio, second device")
        assert isinstance(answer, LoginResponse), answer
        assert answer.user_id == alice_id and answer.device_id, answer
        assert (await client.whoami()).user_id == alice_id
        await client.set_displayname("Alice of Europe")

    with steps("refuses a wrong password"):
        other = AsyncClient(url, alice_id, config=AsyncClientConfig(encryption_enabled=False))
        answer = await other.login("not the password")
        assert not isinstance(answer, LoginResponse), answer
        assert answer.status_code == "M_FORBIDDEN", answer
        await other.close()

    first_sync = await client.sync(timeout=0, full_state=True)
    assert isinstance(first_sync, SyncResponse), first_sync
    syncing = asyncio.create_task(client.sync_forever(timeout=10_000))
    try:
        return await converse(steps, alice, alice_id, bob_id)
    finally:
        syncing.cancel()
        await client.close()


async def converse(steps: Steps, alice: Alice, alice_id: str, bob_id: str) -> int:
    client = alice.client
    with steps("creates a private room"):
        answer = await client.room_create(
            name="Two regions", topic="One thread", preset=RoomPreset.private_chat
        )
        assert isinstance(answer, RoomCreateResponse), answer
        room_id = answer.room_id
        await alice.until("the room in /sync", lambda: room_id in client.rooms)

    before = [f"before {n}" for n in range(1, BEFORE_JOIN + 1)]
    with steps(f"sends {BEFORE_JOIN} messages and sees each come back once, in order"):
        for body in before:
            await alice.say(room_id, body)
        await alice.until(
            "own messages in /sync", lambda: alice.messages(alice_id)[-1:] == before[-1:]
        )
        assert alice.messages(alice_id) == before, alice.messages(alice_id)

    with steps("a transaction id sent twice makes one event"):
        twice = [
            await client.room_send(
                room_id, "m.room.message", {"msgtype": "m.text", "body": "once"}, tx_id="same"
            )
            for _ in range(2)
        ]
        assert twice[0].event_id == twice[1].event_id, twice

    with steps("invites bob of the other region"):
        answer = await client.room_invite(room_id, bob_id)
        assert isinstance(answer, RoomInviteResponse), answer
        await alice.until(
            "bob's invite in /sync", lambda: alice.memberships(room_id, bob_id) != []
        )

    with steps("sees bob join"):
        await alice.until(
            "bob's join in /sync", lambda: alice.memberships(room_id, bob_id)[-1:] == ["join"]
        )

    with steps("reads both members with their names"):
        answer = await client.joined_members(room_id)
        assert isinstance(answer, JoinedMembersResponse), answer
        names = {member.user_id: member.display_name for member in answer.members}
        assert names == {alice_id: "Alice of Europe", bob_id: "Bob of America"}, names
        room = client.rooms[room_id]
        assert set(room.users) == {alice_id, bob_id}, room.users
        assert room.name == "Two regions" and room.topic == "One thread", (room.name, room.topic)

    with steps(f"{ROUNDS} times bob speaks and alice answers, live"):
        for n in range(1, ROUNDS + 1):
            await alice.until(
                f"bob's message {n}", lambda: f"bob {n}" in alice.messages(bob_id)
            )
            await alice.say(room_id, f"alice {n}")
        heard = [body for body in alice.messages(bob_id) if body.startswith("bob ")]
        assert heard == [f"bob {n}" for n in range(1, ROUNDS + 1)], heard

    with steps("both talk at once; nothing is lost and nothing doubled"):
        for n in range(1, ROUNDS + 1):
            await alice.say(room_id, f"alice at once {n}")
        expected = [f"bob at once {n}" for n in range(1, ROUNDS + 1)]
        await alice.until(
            "all of bob's messages",
            lambda: len([m for m in alice.messages(bob_id) if "at once" in m]) >= ROUNDS,
        )
        heard = [body for body in alice.messages(bob_id) if "at once" in body]
        assert heard == expected, heard

    with steps("changes the room's name"):
        answer = await client.room_put_state(
            room_id, "m.room.name", {"name": "Two regions, one thread"}
        )
        assert isinstance(answer, RoomPutStateResponse), answer

    with steps("sees bob leave"):
        await alice.until(
            "bob's leave in /sync", lambda: alice.memberships(room_id, bob_id)[-1:] == ["leave"]
        )
        answer = await client.joined_members(room_id)
        assert [member.user_id for member in answer.members] == [alice_id], answer.members

    with steps("reads the whole history backwards, each message once"):
        bodies, start = [], None
        for _ in range(100):
            page = await client.room_messages(
                room_id, start=start, direction=MessageDirection.back, limit=20
            )
            assert isinstance(page, RoomMessagesResponse), page
            bodies += [event.body for event in page.chunk if isinstance(event, RoomMessageText)]
            if not page.end or not page.chunk:
                break
            start = page.end
        bodies.reverse()
        assert bodies[:BEFORE_JOIN] == before, bodies[:BEFORE_JOIN]
        assert len(bodies) == len(set(bodies)) == BEFORE_JOIN + 1 + 4 * ROUNDS, len(bodies)

    with steps("reads the room's state"):
        answer = await client.room_get_state(room_id)
        assert isinstance(answer, RoomGetStateResponse), answer
        state = {(event["type"], event["state_key"]): event["content"] for event in answer.events}
        assert state["m.room.name", ""]["name"] == "Two regions, one thread", state
        assert state["m.room.member", bob_id]["membership"] == "leave", state
        assert state["m.room.create", ""]["room_version"] == "12", state

    with steps("invites bob again and sees him decline"):
        answer = await client.room_invite(room_id, bob_id)
        assert isinstance(answer, RoomInviteResponse), answer
        await alice.until(
            "bob's refusal",
            lambda: alice.memberships(room_id, bob_id)
            == ["invite", "join", "leave", "invite", "leave"],
        )

    with steps("leaves, and /sync says so"):
        await client.room_leave(room_id)
        await alice.until("own leave", lambda: room_id in alice.left_rooms)

    with steps("logs out, and the token is dead"):
        await client.logout()
        answer = await client.whoami()
        assert getattr(answer, "status_code", None) == "M_UNKNOWN_TOKEN", answer

    return steps.finish()


if __name__ == "__main__":
    # It logs each error answer as a fault; here some are expected, and the steps check them.
    logging.getLogger("nio").setLevel(logging.CRITICAL)
    sys.exit(asyncio.run(main(*sys.argv[1:])))
