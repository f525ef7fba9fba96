"""Alice on Holm, Bob on Synapse: what each does in rooms of both makes.

Only Python's own library: both servers are asked over their client API, as any client would.

Usage: synapse_checks.py SCRATCH HOLM PYTHON HOLM_URL HOLM_NAME SYNAPSE_URL SYNAPSE_NAME
"""

import json
import pathlib
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from steps import Steps

WAIT_S = 40
PASSWORD = "correct horse battery staple"


class Server:
    """A process that can be stopped and started again; its id is in a file beside its log."""

    def __init__(self, folder: pathlib.Path, command: list, url: str, name: str):
        self.folder, self.command, self.url, self.name = folder, command, url, name
        self.process = None

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log)
        (self.folder / "pid").write_text(str(self.process.pid))
        until(lambda: self.answers(), 90)

    def answers(self):
        try:
            urllib.request.urlopen(self.url + "/_matrix/client/versions", timeout=2).read()
            return True
        except OSError:
            return False

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


class User:
    def __init__(self, server: Server, localpart: str):
        self.server = server
        self.token = None
        answer = self.call(
            "POST",
            "/v3/register",
            {"username": localpart, "password": PASSWORD, "auth": {"type": "m.login.dummy"}},
        )
        self.id, self.token = answer["user_id"], answer["access_token"]
        self.transactions = 0

    def call(self, method: str, path: str, body=None):
        status, answer = self.ask(method, path, body)
        assert status == 200, (method, path, status, answer)
        return answer

    def ask(self, method: str, path: str, body=None):
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = "Bearer " + self.token
        request = urllib.request.Request(
            self.server.url + "/_matrix/client" + path,
            data=None if body is None else json.dumps(body).encode(),
            headers=headers,
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=70) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"{}")

    def create(self, **body):
        return self.call("POST", "/v3/createRoom", body)["room_id"]

    def act(self, room: str, action: str, **body):
        return self.call("POST", f"/v3/rooms/{quoted(room)}/{action}", body)

    def join(self, room: str, via: str):
        return self.call("POST", f"/v3/join/{quoted(room)}?server_name={via}&via={via}", {})

    def say(self, room: str, body: str):
        self.transactions += 1
        return self.call(
            "PUT",
            f"/v3/rooms/{quoted(room)}/send/m.room.message/t{self.transactions}",
            {"msgtype": "m.text", "body": body},
        )["event_id"]

    def state(self, room: str, type: str, content: dict, key: str = ""):
        return self.call(
            "PUT", f"/v3/rooms/{quoted(room)}/state/{type}/{quoted(key)}", content
        )["event_id"]

    def read_state(self, room: str, type: str, key: str = ""):
        status, answer = self.ask("GET", f"/v3/rooms/{quoted(room)}/state/{type}/{quoted(key)}")
        return answer if status == 200 else None

    def redact(self, room: str, event: str):
        self.transactions += 1
        return self.call(
            "PUT", f"/v3/rooms/{quoted(room)}/redact/{quoted(event)}/t{self.transactions}", {}
        )["event_id"]

    def history(self, room: str):
        """All events that /messages gives, oldest first."""
        events, start = [], ""
        for _ in range(60):
            status, page = self.ask(
                "GET", f"/v3/rooms/{quoted(room)}/messages?dir=b&limit=50{start}"
            )
            if status != 200:
                return []
            events += page["chunk"]
            if not page.get("end"):
                break
            start = "&from=" + quoted(page["end"])
        return events[::-1]

    def bodies(self, room: str):
        return [
            event["content"]["body"]
            for event in self.history(room)
            if event["type"] == "m.room.message" and "body" in event["content"]
        ]

    def membership(self, room: str, user: str):
        content = self.read_state(room, "m.room.member", user)
        return content and content.get("membership")

    def sync(self):
        return self.call("GET", "/v3/sync?timeout=0")

    def invited(self, room: str):
        return room in self.sync().get("rooms", {}).get("invite", {})


def quoted(text: str):
    return urllib.parse.quote(text, safe="")


def until(condition, seconds=WAIT_S):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.2)


def same(one: User, other: User, room: str, expected: list):
    """Both see these messages; the order of concurrent ones is each server's own."""
    until(lambda: sorted(one.bodies(room)) == sorted(expected))
    until(lambda: sorted(other.bodies(room)) == sorted(expected))


def rooms_of(steps: Steps, host: User, guest: User, version=None):
    """What is done alike in rooms of either make."""
    what = f"a room of {host.id.split(':')[0]}'s server" + (f", version {version}" if version else "")
    more = {"room_version": version} if version else {}
    with steps(f"{what}: an invite arrives"):
        room = host.create(preset="private_chat", name="Two makes", **more)
        host.say(room, "before the join")
        host.act(room, "invite", user_id=guest.id)
        until(lambda: guest.invited(room))
    with steps(f"{what}: the invited user joins"):
        guest.join(room, host.server.name)
        until(lambda: host.membership(room, guest.id) == "join")
        assert guest.read_state(room, "m.room.name")["name"] == "Two makes"
    with steps(f"{what}: both speak and are heard"):
        expected = ["before the join"]
        for n in range(5):
            host.say(room, f"host {n}")
            guest.say(room, f"guest {n}")
            expected += [f"host {n}", f"guest {n}"]
        same(host, guest, room, expected)
    with steps(f"{what}: a redaction arrives"):
        event = host.say(room, "to be redacted")
        until(lambda: "to be redacted" in guest.bodies(room))
        host.redact(room, event)
        until(lambda: "to be redacted" not in guest.bodies(room))
    with steps(f"{what}: power is given and used"):
        levels = host.read_state(room, "m.room.power_levels")
        levels.setdefault("users", {})[guest.id] = 50
        host.state(room, "m.room.power_levels", levels)
        until(lambda: guest.read_state(room, "m.room.power_levels")["users"].get(guest.id) == 50)
        guest.state(room, "m.room.topic", {"topic": "by the guest"})
        until(lambda: (host.read_state(room, "m.room.topic") or {}).get("topic") == "by the guest")
    with steps(f"{what}: a user leaves, comes back by invite, is kicked"):
        guest.act(room, "leave")
        until(lambda: host.membership(room, guest.id) == "leave")
        host.act(room, "invite", user_id=guest.id)
        until(lambda: guest.invited(room))
        guest.join(room, host.server.name)
        until(lambda: host.membership(room, guest.id) == "join")
        host.act(room, "kick", user_id=guest.id)
        until(lambda: guest.ask("GET", "/v3/joined_rooms")[1]["joined_rooms"].count(room) == 0)
    with steps(f"{what}: an invite is rejected"):
        host.act(room, "invite", user_id=guest.id)
        until(lambda: guest.invited(room))
        guest.act(room, "leave")
        until(lambda: host.membership(room, guest.id) == "leave")
    with steps(f"{what}: a banned user cannot join"):
        host.act(room, "ban", user_id=guest.id)
        status, answer = guest.ask(
            "POST", f"/v3/join/{quoted(room)}?server_name={host.server.name}", {}
        )
        assert status == 403, (status, answer)
    with steps(f"{what}: a public one is joined by alias, with its history"):
        alias = f"public{version or ''}"
        room = host.create(preset="public_chat", room_alias_name=alias, **more)
        before = [f"old {n}" for n in range(40)]
        for body in before:
            host.say(room, body)
        guest.call("POST", f"/v3/join/{quoted('#' + alias + ':' + host.server.name)}", {})
        until(lambda: guest.bodies(room) == before)
    with steps(f"{what}: a knock is answered"):
        room = host.create(
            preset="private_chat",
            initial_state=[
                {"type": "m.room.join_rules", "state_key": "", "content": {"join_rule": "knock"}}
            ],
            **more,
        )
        guest.call("POST", f"/v3/knock/{quoted(room)}?server_name={host.server.name}", {})
        until(lambda: host.membership(room, guest.id) == "knock")
        host.act(room, "invite", user_id=guest.id)
        until(lambda: guest.invited(room))
        guest.join(room, host.server.name)
        until(lambda: host.membership(room, guest.id) == "join")


def restricted(steps: Steps, host: User, guest: User):
    """A room that members of another room may join: the host's server has to sign for the guest."""
    with steps(f"a restricted room of {host.id.split(':')[0]}'s server is joined by a member of another"):
        club = host.create(preset="public_chat", room_version="11")
        guest.join(club, host.server.name)
        until(lambda: host.membership(club, guest.id) == "join")
        rule = {
            "join_rule": "restricted",
            "allow": [{"type": "m.room_membership", "room_id": club}],
        }
        room = host.create(
            preset="private_chat",
            room_version="11",
            initial_state=[{"type": "m.room.join_rules", "state_key": "", "content": rule}],
        )
        guest.join(room, host.server.name)
        until(lambda: host.membership(room, guest.id) == "join")
        guest.say(room, "let in")
        until(lambda: host.bodies(room) == ["let in"])
    with steps("and not by anybody else"):
        guest.act(room, "leave")
        guest.act(club, "leave")
        until(lambda: host.membership(club, guest.id) == "leave")
        status, answer = guest.ask(
            "POST", f"/v3/join/{quoted(room)}?server_name={host.server.name}", {}
        )
        assert status == 403, (status, answer)


def ephemeral(steps: Steps, alice: User, bob: User):
    room = alice.create(preset="public_chat")
    bob.join(room, alice.server.name)
    until(lambda: alice.membership(room, bob.id) == "join")

    def shown(user: User, type: str):
        joined = user.sync().get("rooms", {}).get("join", {})
        events = joined.get(room, {}).get("ephemeral", {}).get("events", [])
        return json.dumps([event["content"] for event in events if event["type"] == type])

    for speaker, listener in ((alice, bob), (bob, alice)):
        who = speaker.id.split(":")[0]
        with steps(f"{who} types, and the other sees it"):
            speaker.call(
                "PUT",
                f"/v3/rooms/{quoted(room)}/typing/{quoted(speaker.id)}",
                {"typing": True, "timeout": 30000},
            )
            until(lambda: speaker.id in shown(listener, "m.typing"))
        with steps(f"{who} reads, and the other sees it"):
            event = listener.say(room, f"to be read by {who}")
            until(lambda: f"to be read by {who}" in speaker.bodies(room))
            speaker.call("POST", f"/v3/rooms/{quoted(room)}/receipt/m.read/{quoted(event)}", {})
            until(lambda: speaker.id in shown(listener, "m.receipt"))
        with steps(f"{who}'s profile is read by the other"):
            speaker.call(
                "PUT", f"/v3/profile/{quoted(speaker.id)}/displayname", {"displayname": "It's me"}
            )
            answer = listener.call("GET", f"/v3/profile/{quoted(speaker.id)}")
            assert answer["displayname"] == "It's me", answer


def outages(steps: Steps, alice: User, bob: User):
    room = alice.create(preset="public_chat")
    bob.join(room, alice.server.name)
    expected = []
    for down, speaker in ((bob.server, alice), (alice.server, bob)):
        with steps(f"{down.folder.name} is down while the other speaks, and catches up"):
            down.stop()
            for n in range(70):
                body = f"while {down.folder.name} is down {n}"
                speaker.say(room, body)
                expected.append(body)
            down.start()
            same(alice, bob, room, expected)
    with steps("both speak at once; nothing is lost and nothing doubled"):
        for n in range(20):
            alice.say(room, f"alice at once {n}")
            bob.say(room, f"bob at once {n}")
            expected += [f"alice at once {n}", f"bob at once {n}"]
        same(alice, bob, room, expected)


def main(scratch, holm, python, holm_url, holm_name, synapse_url, synapse_name) -> int:
    steps = Steps("holm and synapse")
    folder = pathlib.Path(scratch)
    ours = Server(
        folder / "holm",
        [holm, "serve", "--config", str(folder / "holm" / "holm.yaml")],
        holm_url,
        holm_name,
    )
    theirs = Server(
        folder / "synapse",
        [python, "-m", "synapse.app.homeserver", "-c", str(folder / "synapse" / "homeserver.yaml")],
        synapse_url,
        synapse_name,
    )
    with steps("both start"):
        ours.start()
        theirs.start()
    with steps("users are registered"):
        alice, bob = User(ours, "alice"), User(theirs, "bob")
    rooms_of(steps, alice, bob)
    rooms_of(steps, bob, alice)
    rooms_of(steps, bob, alice, "12")
    restricted(steps, alice, bob)
    restricted(steps, bob, alice)
    ephemeral(steps, alice, bob)
    outages(steps, alice, bob)
    return steps.finish()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
