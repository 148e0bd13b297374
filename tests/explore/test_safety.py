"""Who may ask the server, and that nobody else gets anything."""

import json
import re
import socket as sockets

import pytest
from websockets.exceptions import InvalidStatus

from elbowroom.errors import ConfigError
from elbowroom.explore.page_files import page_file, page_with
from elbowroom.explore.server import Address, in_background
from elbowroom.explore.server.safety import Guard, is_loopback, new_token, same_token
from tests.explore.browsing import Page

HOSTS = {
    "127.0.0.1": ("127.0.0.1:8000", "127.0.0.1", "localhost:1", "LOCALHOST", "[::1]:8000"),
    "localhost": ("localhost:8000", "127.0.0.1:9"),
    "::1": ("[::1]:8000", "localhost:8000"),
    "192.168.0.7": ("192.168.0.7:8000", "localhost", "10.0.0.1:8000"),
    "0.0.0.0": ("192.168.0.7:8000", "[2001:db8::1]:80", "localhost"),
    "workstation": ("workstation:8000", "WORKSTATION:8000", "192.168.0.7"),
}
STRANGE_HOSTS = (
    "", "evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost.evil.example",
    "127.0.0.1@evil.example", "user@127.0.0.1", "127.0.0.1/", "127.0.0.1?", "127.0.0.1:x",
    "127.0.0.1:99999999", "[::1", "localhost:8000#x", "127.0.0.1 evil.example", "0x7f.1",
)  # fmt: skip


@pytest.mark.parametrize("own", HOSTS)
def test_names_of_the_server(own):
    guard = Guard("t", own)
    assert [host for host in HOSTS[own] if not guard.knows_host(host)] == []
    assert [host for host in STRANGE_HOSTS if guard.knows_host(host)] == []


def test_a_server_for_this_machine_has_no_other_addresses():
    assert not Guard("t", "127.0.0.1").knows_host("192.168.0.7:8000")
    assert is_loopback("127.0.0.1") and is_loopback("localhost") and is_loopback("::1")
    assert not is_loopback("0.0.0.0") and not is_loopback("example.org")


STRANGE_ORIGINS = (
    "", "null", "http://evil.example", "https://evil.example:8000", "http://127.0.0.1:8001",
    "http://localhost:8000", "http://127.0.0.1:8000.evil.example", "file://127.0.0.1:8000",
    "http://127.0.0.1:8000/path", "http://evil@127.0.0.1:8000", "127.0.0.1:8000", "http://[",
)  # fmt: skip


def test_origins():
    guard = Guard("t")
    assert guard.same_origin("http://127.0.0.1:8000", "127.0.0.1:8000")
    assert guard.same_origin("HTTP://127.0.0.1:8000", "127.0.0.1:8000")
    found = [one for one in STRANGE_ORIGINS if guard.same_origin(one, "127.0.0.1:8000")]
    assert found == []


def test_tokens():
    assert len({new_token() for _ in range(100)}) == 100
    token = new_token()
    assert len(token) >= 40
    assert same_token(token, token)
    wrong = ("", token[:-1], token + "x", token.swapcase(), "\u00e4" * 43, "\ud800")
    assert not any(same_token(one, token) for one in wrong)


@pytest.fixture(scope="module")
def page(session):
    """Of one run alone: there is no second one to ask for."""
    with in_background([session]) as server:
        yield Page(server)


def test_only_this_machine_can_reach_it(page):
    assert page.server.local
    assert page.server.listener.getsockname()[0] == "127.0.0.1"


def test_the_page_is_for_whoever_has_the_link(page):
    status, headers, content = page.ask("GET", f"/?token={page.token}")
    text = content.decode()
    assert status == 200
    assert headers["content-type"].startswith("text/html")
    found = re.search(r'<script type="application/json" id="explorer">(.*?)</script>', text)
    told = json.loads(found[1])
    assert told["transport"] == "socket"
    assert told["runs"][0]["count"] > 0
    assert page.token not in text
    for link in ("/", "/?token=", "/?token=x", f"/?token={page.token[:-1]}", "/?token=%ff"):
        status, _, content = page.ask("GET", link)
        assert status == 403
        assert b"open the one that the terminal shows" in content
        assert b"explorer" not in content.replace(b"explorer:", b"")


def test_every_answer_says_what_a_browser_may_do(page):
    for link in (f"/?token={page.token}", "/", "/explorer.js", "/explorer.css", "/nothing"):
        _, headers, _ = page.ask("GET", link)
        policy = dict(
            part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";")
        )
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == "'self'"
        assert policy["connect-src"].split()[0] == "'self'"
        assert f"ws://{page.host}" in policy["connect-src"]
        assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert headers["x-frame-options"] == "DENY"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "server" not in headers
        assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize("host", [host for host in STRANGE_HOSTS if host.isascii()])
def test_other_names_of_this_machine_get_nothing(page, host):
    status, _, content = page.ask("GET", f"/?token={page.token}", Host=host)
    assert status in (400, 421)
    assert b"application/json" not in content
    status, _ = page.post(0, b"x", Host=host)
    assert status in (400, 421)


def test_a_socket_wants_token_and_origin_and_host(page):
    refused = [
        {"token": ""},
        {"token": "x" * 43},
        {"origin": None},
        {"origin": "null"},
        {"origin": "http://evil.example"},
        {"origin": f"https://{page.host}.evil.example"},
        {"host": "evil.example"},
        {"run": "1"},
        {"run": "00"},
        {"run": "-1"},
        {"run": "9" * 5000},
        {"run": "%2e%2e"},
    ]
    for options in refused:
        with pytest.raises(InvalidStatus) as caught:
            page.socket(**options)
        assert caught.value.response.status_code in (403, 404), options
    with page.open() as asking:
        assert asking.ask("about")[0]["ok"]


def test_an_upload_wants_token_and_origin(page):
    origin = f"http://{page.host}"
    assert page.ask("POST", "/read/0", b"x", Origin=origin)[0] == 403
    assert page.ask("POST", "/read/0?token=x", b"x", Origin=origin)[0] == 403
    assert page.ask("POST", f"/read/0?token={page.token}", b"x")[0] == 403
    assert page.post(0, b"x", Origin="http://evil.example")[0] == 403
    assert page.post("1", b"x")[0] == 404
    assert page.post("9" * 5000, b"x")[0] == 404
    assert page.post(0, b"x")[0] == 422


SECRET = b"secret of the run folder"
PATHS = [
    "/config.toml", "/data.json", "/explorer.json", "/index.html", "/page/index.html", "/static/x",
    "/../config.toml", "/../../../../etc/passwd", "/..%2fconfig.toml", "/%2e%2e/config.toml",
    "/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "//etc/passwd", "/explorer.js/../config.toml",
    "/explorer.js/", "/explorer.js%00.css", "/explorer.css/../../run.py", "/..\\config.toml",
    "/read/../config.toml", "/read/0", "/read/", "/socket/0", "/socket/../config.toml",
    "/.git/HEAD", "/favicon.ico", "/docs", "/openapi.json", "/explorer.js.map",
    "/ort-wasm-simd-threaded.wasm.gz", "file:///etc/passwd", "http://127.0.0.1/../config.toml", "*",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_no_path_leads_to_a_file(page, session_of, path):
    folder = session_of("structure single-level").run.path
    for name in ("config.toml", "data.json", "explorer.json"):
        (folder / name).write_bytes(SECRET)
    try:
        query = f"{path}?token={page.token}"
        for method, link in (("GET", path), ("GET", query), ("HEAD", path), ("PUT", query)):
            status, _, content = page.ask(method, link)
            assert status in (400, 403, 404, 405, 307), (method, link, status)
            assert SECRET not in content and b"root:" not in content
    finally:
        for name in ("config.toml", "data.json", "explorer.json"):
            (folder / name).unlink()


def test_the_two_files_are_those_of_the_package(page):
    for name in ("explorer.js", "explorer.css"):
        status, headers, content = page.ask("GET", f"/{name}")
        assert status == 200
        assert content == page_file(name)
        assert headers["content-type"].startswith("text/")


def test_what_a_run_is_called_is_no_part_of_the_page():
    """Names come from folders and files that others may have made."""
    evil = "</script><script>alert(1)</script>{{script}}"
    text = page_with({"runs": [{"run": evil}]}, title=evil, style="", script="")
    assert "<script>alert" not in text
    found = re.search(r'id="explorer">(.*?)</script>', text, re.DOTALL)
    assert json.loads(found[1])["runs"][0]["run"] == evil


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (Address(port=70_000), "from 0 to 65535"),
        (Address(port=-1), "from 0 to 65535"),
        (Address("no.such.host.invalid"), "cannot listen at no.such.host.invalid"),
        (Address("203.0.113.7"), "cannot listen at 203.0.113.7"),
        (Address("x" * 100), "cannot listen at"),
    ],
)
def test_addresses_that_there_are_none_of(address, words):
    with pytest.raises(ConfigError, match=re.escape(words)):
        address.listen()


def test_a_port_that_is_taken():
    with sockets.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=r"Leave out --port for one that is free"):
            Address(port=port).listen()
