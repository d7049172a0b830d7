"""HTTP/1.1 as bytes, without a socket: heads, bodies, where an answer ends, and what is refused before it is sent."""

from __future__ import annotations

import zlib
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiready.bench.mistakes import WireError
from aiready.bench.transport import Address, address, request_bytes
from aiready.bench.transport.head import HEAD_LIMIT, Head, NotHttp, read_head
from aiready.bench.transport.inflate import inflated
from aiready.bench.transport.interface import LARGEST, UNCOMPRESSED
from aiready.bench.transport.reader import START, Reader
from aiready.bench.transport.request import merged

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


def fed(*reads: bytes) -> tuple[Reader, bool]:
    """A reader after these reads, the stamps 0, 1, ...; and whether the last of them made the answer whole."""
    reader, whole = Reader(), False
    for stamp, read in enumerate(reads):
        whole = reader.feed(read, stamp)
    return reader, whole


def refused(*reads: bytes) -> str:
    """What is wrong with an answer."""
    with pytest.raises(NotHttp) as told:
        fed(*reads)
    return str(told.value)


def body(reader: Reader) -> bytes:
    """All of a body."""
    return b"".join(reader.reads)


HEADS = {
    b"HTTP/1.1 200 OK": Head(200, (), None, chunked=False, lasting=True),
    b"HTTP/1.1 200": Head(200, (), None, chunked=False, lasting=True),
    b"HTTP/1.1 404 Not \xff Found\r\nA:b\r\nC:": Head(404, (("a", "b"), ("c", "")), None, chunked=False, lasting=True),
    b"HTTP/1.1 200 OK\nX-A: 1\nx-b:\t2 ": Head(200, (("x-a", "1"), ("x-b", "2")), None, chunked=False, lasting=True),
    b"HTTP/1.1 200 OK\r\nA: 1\r\n  2\r\n\t3": Head(200, (("a", "1 2 3"),), None, chunked=False, lasting=True),
    b"HTTP/1.1 200 OK\r\nContent-Length: 12": Head(200, (("content-length", "12"),), 12, chunked=False, lasting=True),
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked": Head(
        200, (("transfer-encoding", "Chunked"),), None, chunked=True, lasting=True
    ),
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity": Head(
        200, (("transfer-encoding", "identity"),), None, chunked=False, lasting=True
    ),
    b"HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked": Head(
        204, (("transfer-encoding", "chunked"),), 0, chunked=False, lasting=True
    ),
    b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5": Head(
        304, (("content-length", "5"),), 0, chunked=False, lasting=True
    ),
    b"HTTP/1.1 101 Switching Protocols": Head(101, (), 0, chunked=False, lasting=False),
}


@pytest.mark.parametrize(("data", "head"), HEADS.items(), ids=range(len(HEADS)))
def test_heads(data: bytes, head: Head) -> None:
    assert read_head(data) == head


LASTING = {
    b"HTTP/1.1 200 OK": True,
    b"HTTP/1.1 200 OK\r\nConnection: keep-alive": True,
    b"HTTP/1.1 200 OK\r\nConnection: Close": False,
    b"HTTP/1.1 200 OK\r\nConnection: x\r\nConnection: a, close": False,
    b"HTTP/1.0 200 OK": False,
    b"HTTP/1.0 200 OK\r\nConnection: Keep-Alive": True,
    b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked": False,
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3": False,
}


@pytest.mark.parametrize(("data", "lasting"), LASTING.items())
def test_whether_a_connection_may_be_used_again(data: bytes, lasting: bool) -> None:  # noqa: FBT001
    assert read_head(data).lasting == lasting


BAD_HEADS = {
    b"": "expected an HTTP answer, found ''",
    b"SSH-2.0-OpenSSH_9.9": "expected an HTTP answer, found 'SSH-2.0-OpenSSH_9.9'",
    b"HTTP/2 200": "expected an HTTP answer, found 'HTTP/2 200'",
    b"HTTP/1.1 2000 OK": "expected an HTTP answer, found 'HTTP/1.1 2000 OK'",
    b"HTTP/1.1 99 OK": "expected an HTTP answer, found 'HTTP/1.1 99 OK'",
    b"\r\nHTTP/1.1 200 OK": "expected an HTTP answer, found ''",
    b"HTTP/1.1 200 OK\r\nno colon": "the header 'no colon' is none",
    b"HTTP/1.1 200 OK\r\n: none": "the header ': none' is none",
    b"HTTP/1.1 200 OK\r\nA b: c": "the header 'A b: c' is none",
    b"HTTP/1.1 200 OK\r\n folded: onto nothing": "the header ' folded: onto nothing' is none",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked": "the transfer coding 'gzip, chunked' is unknown",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked": (
        "the transfer coding 'chunked, chunked' is unknown"
    ),
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6": "the content-length is no number, or two",
    b"HTTP/1.1 200 OK\r\nContent-Length: 5, 6": "the content-length is no number, or two",
    b"HTTP/1.1 200 OK\r\nContent-Length: -1": "the content-length is no number, or two",
    b"HTTP/1.1 200 OK\r\nContent-Length: +5": "the content-length is no number, or two",
    b"HTTP/1.1 200 OK\r\nContent-Length: 0x5": "the content-length is no number, or two",
    b"HTTP/1.1 200 OK\r\nContent-Length: \xb2": "the content-length is no number, or two",
    b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999": "the content-length is no number, or two",
    b"HTTP/1.1 200 OK\r\nContent-Length:": "the content-length is no number, or two",
    b"HTTP/1.1 200 OK\r\n" + b"a:b\r\n" * 1000 + b"a:b": "more than 1000 headers",
}


@pytest.mark.parametrize(("data", "said"), BAD_HEADS.items(), ids=range(len(BAD_HEADS)))
def test_what_is_no_head(data: bytes, said: str) -> None:
    with pytest.raises(NotHttp) as told:
        read_head(data)
    assert str(told.value) == said


def test_two_lengths_that_agree_are_one() -> None:
    assert read_head(OK + b"Content-Length: 5\r\nContent-Length: 5, 5").length == 5


WHOLE = {
    "length": (OK + b"Content-Length: 5\r\n\r\nhello", b"hello"),
    "no length to come": (OK + b"Content-Length: 0\r\n\r\n", b""),
    "none": (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
    "not modified": (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\n", b""),
    "bare LF": (b"HTTP/1.1 200 OK\nContent-Length: 2\n\nhi", b"hi"),
    "interim": (
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nA: x\r\n\r\n" + OK + b"Content-Length: 1\r\n\r\n!",
        b"!",
    ),
    "chunks": (CHUNKED + b"3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n", b"abcdefg"),
    "no chunk": (CHUNKED + b"0\r\n\r\n", b""),
    "capitals, zeros and spaces": (CHUNKED + b"00A \t\r\n0123456789\r\n000\r\n\r\n", b"0123456789"),
    "extensions": (CHUNKED + b'3;a=b;c="0"\r\nabc\r\n0;last\r\n\r\n', b"abc"),
    "trailers": (CHUNKED + b"3\r\nabc\r\n0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n", b"abc"),
    "chunk lines with bare LF": (CHUNKED + b"3\nabc\r\n0\n\n", b"abc"),
    "events with CRLF": (CHUNKED + b"b\r\ndata: x\r\n\r\n\r\n0\r\n\r\n", b"data: x\r\n\r\n"),
    "a chunk that looks like the end": (CHUNKED + b"7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n", b"\r\n0\r\n\r\n"),
    "length and chunks": (OK + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", b"a"),
}  # fmt: skip


@pytest.mark.parametrize(("answer", "expected"), WHOLE.values(), ids=WHOLE)
def test_an_answer_ends_with_its_last_byte_wherever_it_is_cut(answer: bytes, expected: bytes) -> None:
    for cut in range(1, len(answer)):
        reader = Reader()
        assert not reader.feed(answer[:cut], 1)
        assert reader.feed(answer[cut:], 2)
        assert (body(reader), reader.whole, reader.over, reader.received) == (expected, True, False, len(answer))
        assert len(reader.reads) == len(reader.stamps)
    reader = Reader()
    ends = [reader.feed(answer[at : at + 1], at) for at in range(len(answer))]
    assert ends == [False] * (len(answer) - 1) + [True]
    assert body(reader) == expected


EXTENSIONS = st.sampled_from([b"", b";x", b" ; a=b", b';q="0"'])
CHUNKS = st.lists(st.tuples(st.binary(min_size=1, max_size=40), EXTENSIONS, st.booleans()), max_size=8)
TRAILERS = st.lists(st.sampled_from([b"a: b\r\n", b"X-Long: 0\r\n", b"c:\n"]), max_size=3)


@given(CHUNKS, TRAILERS, st.lists(st.integers(0, 400), max_size=12))
def test_any_cut_of_any_chunked_answer_gives_the_same_body_and_the_same_end(
    chunks: list[tuple[bytes, bytes, bool]], trailers: list[bytes], cuts: list[int]
) -> None:
    coded = b"".join(
        (b"%X" if capitals else b"%x") % len(data) + extension + b"\r\n" + data + b"\r\n"
        for data, extension, capitals in chunks
    )
    answer = CHUNKED + coded + b"0\r\n" + b"".join(trailers) + b"\r\n"
    at = sorted({0, len(answer), *(cut for cut in cuts if cut < len(answer))})
    pieces = [answer[a:b] for a, b in pairwise(at)]
    reader = Reader()
    assert [reader.feed(piece, 0) for piece in pieces] == [False] * (len(pieces) - 1) + [True]
    assert (body(reader), reader.over) == (b"".join(data for data, _, _ in chunks), False)


@given(st.binary(max_size=200), st.integers(0, 200))
def test_no_bytes_make_a_reader_crash(data: bytes, cut: int) -> None:
    for start in (b"", OK, CHUNKED, CHUNKED + b"5\r\n", CHUNKED + b"0\r\n"):
        try:
            reader, _ = fed(start + data[:cut], data[cut:])
        except NotHttp:
            continue
        assert len(reader.reads) == len(reader.stamps)


def test_a_body_without_length_ends_with_the_connection() -> None:
    reader, whole = fed(OK + b"\r\n", b"some", b"thing")
    assert (whole, reader.whole) == (False, False)
    reader.finish()
    assert (body(reader), reader.whole) == (b"something", True)


@pytest.mark.parametrize("answer", [OK, OK + b"Content-Length: 5\r\n\r\nhell", CHUNKED + b"5\r\nhello\r\n"])
def test_a_cut_answer_is_not_whole(answer: bytes) -> None:
    reader, whole = fed(answer)
    reader.finish()
    assert (whole, reader.whole) == (False, False)


OVER = [
    OK + b"Content-Length: 2\r\n\r\nhi",
    OK + b"Content-Length: 0\r\n\r\n",
    b"HTTP/1.1 204 No Content\r\n\r\n",
    CHUNKED + b"2\r\nhi\r\n0\r\n\r\n",
]


@pytest.mark.parametrize("answer", OVER)
@pytest.mark.parametrize("more", [b"\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b"2\r\nho\r\n"])
def test_bytes_after_the_end_belong_to_nothing(answer: bytes, more: bytes) -> None:
    reader, whole = fed(answer + more)
    assert (whole, reader.whole, reader.over) == (True, True, True)
    assert body(reader) == (b"hi" if b"hi" in answer else b"")


BAD_BODIES = {
    b"zz\r\n": "expected the size of a chunk, found 'zz'",
    b"\r\n": "expected the size of a chunk, found ''",
    b"-1\r\n": "expected the size of a chunk, found '-1'",
    b"-2\r\n": "expected the size of a chunk, found '-2'",
    b"+1\r\na\r\n": "expected the size of a chunk, found '+1'",
    b"1_0\r\n0123456789abcdef\r\n": "expected the size of a chunk, found '1_0'",
    b" 1\r\na\r\n": "expected the size of a chunk, found ' 1'",
    b"1 1\r\na\r\n": "expected the size of a chunk, found '1 1'",
    b"ffffffffffffffff\r\n": "expected the size of a chunk, found 'ffffffffffffffff'",
    b"1\r\nab\r\n": "a chunk of the body is longer than its announced size",
    b"1\r\na\n": "a chunk of the body is longer than its announced size",
    b"1\r\na\rx": "a chunk of the body is longer than its announced size",
    b"a" * (HEAD_LIMIT + 1): "a line between two chunks of the body, or what follows the last, doesn't end",
    b"0\r\n" + b"a: b\r\n" * 12_000: "a line between two chunks of the body, or what follows the last, doesn't end",
}


@pytest.mark.parametrize(("coded", "said"), BAD_BODIES.items(), ids=range(len(BAD_BODIES)))
def test_what_is_no_chunk(coded: bytes, said: str) -> None:
    assert refused(CHUNKED + coded) == said
    assert refused(CHUNKED, coded) == said
    assert refused(CHUNKED, *(coded[at : at + 1000] for at in range(0, len(coded), 1000))) == said


def test_headers_without_end_are_refused() -> None:
    said = "the headers are longer than 64 KiB"
    assert refused(OK, *[b"x-filler: and so on\r\n"] * 4000) == said
    assert refused(*[b"x" * 1000] * 66) == said
    assert refused(b"HTTP/1.1 100 Continue\r\n\r\n" * 4000) == said
    assert refused(*[b"HTTP/1.1 100 Continue\r\n\r\n"] * 4000) == said


def test_of_a_body_without_end_only_the_start_is_kept() -> None:
    for start, read in ((OK + b"\r\n", b"x" * (1 << 20)), (CHUNKED, b"100000\r\n" + b"x" * (1 << 20) + b"\r\n")):
        reader = Reader()
        reader.feed(start, 0)
        with pytest.raises(NotHttp, match=r"^the answer is larger than 64 MiB$"):
            _ = [reader.feed(read, stamp) for stamp in range(LARGEST // len(read) + 1)]
        assert len(body(reader)) == (1 << 20)
        assert len(body(reader)) >= START
        assert len(reader.stamps) == len(reader.reads) == 1


def test_a_body_of_ever_so_many_tiny_reads_is_refused() -> None:
    reader = Reader()
    reader.feed(OK + b"\r\n", 0)
    with pytest.raises(NotHttp, match=r"^the answer is larger than 500,000 reads$"):
        _ = [reader.feed(b"x", stamp) for stamp in range(500_001)]
    assert (len(reader.reads), len(reader.stamps)) == (1000, 1000)


# Requests


def test_a_request_is_one_head_and_its_body() -> None:
    headers = (("host", "h"), ("x-name", "J\xf6rg"), ("x-empty", ""))
    assert request_bytes("POST", "/v1/x?a=b%20c", headers, b"{}") == (
        b"POST /v1/x?a=b%20c HTTP/1.1\r\nhost: h\r\nx-name: J\xf6rg\r\nx-empty: \r\ncontent-length: 2\r\n\r\n{}"
    )
    assert request_bytes("POST", "/", (), b"") == b"POST / HTTP/1.1\r\ncontent-length: 0\r\n\r\n"
    assert request_bytes("GET", "/", (), b"") == b"GET / HTTP/1.1\r\n\r\n"


BAD_REQUESTS: dict[tuple[str, str, tuple[tuple[str, str], ...]], str] = {
    ("GET", "/a b", ()): "the path of a request holds spaces or characters that must be written as %XX",
    ("GET", "/a\r\nX: y", ()): "the path of a request holds spaces or characters that must be written as %XX",
    ("GET", "/\u00e9", ()): "the path of a request holds spaces or characters that must be written as %XX",
    ("GET", "", ()): "the path of a request holds spaces or characters that must be written as %XX",
    ("GE T", "/", ()): "'GE T' is no HTTP method",
    ("", "/", ()): "'' is no HTTP method",
    ("GET", "/", (("a:", "b"),)): "'a:' is no name of a header",
    ("GET", "/", (("", "b"),)): "'' is no name of a header",
    ("GET", "/", (("a\r\nb", "c"),)): "'a\\r\\nb' is no name of a header",
    **{
        ("GET", "/", (("x-key", f"sk-secret{bad}"),)): (
            "the value of the header x-key holds a line break or characters that no header can hold"
        )
        for bad in ("\r\nEvil: yes", "\nEvil: yes", "\r", "\n", "\0", "\x7f", "\u20ac", "\ud800")
    },
}


@pytest.mark.parametrize(("request_", "said"), BAD_REQUESTS.items(), ids=range(len(BAD_REQUESTS)))
def test_what_would_be_two_requests_or_none_is_refused_without_showing_a_value(
    request_: tuple[str, str, tuple[tuple[str, str], ...]], said: str
) -> None:
    with pytest.raises(WireError) as told:
        request_bytes(*request_, b"")
    assert told.value.mistakes == (said,)


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_no_text_gets_a_line_of_its_own(target: str, name: str, value: str) -> None:
    try:
        data = request_bytes("GET", target, ((name, value),), b"")
    except WireError:
        return
    assert data == f"GET {target} HTTP/1.1\r\n{name}: {value}\r\n\r\n".encode("latin-1")
    assert (data.count(b"\r"), data.count(b"\n"), data.split(b"\r\n")[0].count(b" ")) == (3, 3, 2)


def test_what_a_request_gives_wins_but_for_what_frames_it() -> None:
    own = (("host", "h"), ("accept-encoding", "identity"))
    assert merged(own, (("Host", "other"), ("x", "y"))) == [
        ("accept-encoding", "identity"),
        ("Host", "other"),
        ("x", "y"),
    ]
    for name in ("Content-Length", "Transfer-Encoding", "Connection", "Upgrade", "Expect", "TE", "Trailer"):
        with pytest.raises(WireError) as told:
            merged(own, ((name, "x"),))
        assert told.value.mistakes == (f"the header {name.lower()}: can't be given, it is set to fit what is sent",)


# Addresses


ADDRESSES = {
    "http://localhost:8000": Address("localhost", 8000, secure=False),
    " https://API.example.com/v1/ ": Address("api.example.com", 443, secure=True, prefix="/v1"),
    "http://[::1]:80": Address("::1", 80, secure=False),
    "https://b\u00fccher.example": Address("xn--bcher-kva.example", 443, secure=True),
    "http://10.0.0.1/a%20b//": Address("10.0.0.1", 80, secure=False, prefix="/a%20b"),
}


@pytest.mark.parametrize(("url", "expected"), ADDRESSES.items())
def test_addresses(url: str, expected: Address) -> None:
    assert address(url) == expected
    assert address(expected.url) == expected


def test_the_host_header_names_a_port_where_it_is_not_the_usual_one() -> None:
    urls = ("http://h", "http://h:443", "https://h:443", "https://[::1]:8443", "http://[::1]")
    assert [address(url).authority for url in urls] == ["h", "h:443", "h", "[::1]:8443", "[::1]"]


BAD_ADDRESSES = {
    "localhost:8000": "localhost:8000: a URL begins with http:// or https://",
    "ftp://h": "ftp://h: a URL begins with http:// or https://",
    "http://": "http://: names no host, or one that can't be",
    "http://a b/": "http://a b/: names no host, or one that can't be",
    "http://a..b/": "http://a..b/: names no host, or one that can't be",
    f"http://{'a' * 64}.example": f"http://{'a' * 64}.example: names no host, or one that can't be",
    "http://h:0": "http://h:0: nothing can listen on port 0",
    "http://h:99999": "http://h:99999: is no URL: Port out of range 0-65535",
    "http://h:x": "http://h:x: is no URL: Port could not be cast to integer value as 'x'",
    "http://[::1": "http://[::1: is no URL: Invalid IPv6 URL",
    "http://h/?key=sk-1234": "http://h/: a base URL has no ? and no #",
    "http://me:sk-1234@h/": "a URL with a name or a password in it is logged everywhere: use a header or a variable",
    "http://me:sk-1234@h:x/": "http://\u2026@h:x/: is no URL: Port could not be cast to integer value as 'x'",
    "http://h/a b": "http://h/a b: the path holds characters that must be written as %XX",
}


@pytest.mark.parametrize(("url", "said"), BAD_ADDRESSES.items())
def test_what_is_no_address_is_said_without_a_key(url: str, said: str) -> None:
    with pytest.raises(WireError) as told:
        address(url)
    assert told.value.mistakes == (said,)


# Compressed bodies


def squeezed(data: bytes, window: int) -> bytes:
    """Compressed in zlib's, gzip's or no format."""
    engine = zlib.compressobj(wbits=window)
    return engine.compress(data) + engine.flush()


@given(st.binary(max_size=300), st.integers(1, 50), st.sampled_from([("gzip", 31), (" GZIP", 31), ("deflate", 15)]))
def test_compressed_bodies_keep_a_piece_for_each_read(data: bytes, size: int, coding: tuple[str, int]) -> None:
    coded = squeezed(data, coding[1])
    reads = [coded[at : at + size] for at in range(0, len(coded), size)]
    out = inflated(reads, coding[0])
    assert (len(out), b"".join(out)) == (len(reads), data)


def test_a_bomb_is_refused_as_soon_as_it_is_too_large() -> None:
    bomb = squeezed(bytes(UNCOMPRESSED + 1), 31)
    assert b"".join(inflated([squeezed(bytes(UNCOMPRESSED), 31)], "gzip")) == bytes(UNCOMPRESSED)
    for reads in ([bomb], [bomb[at : at + 100] for at in range(0, len(bomb), 100)]):
        with pytest.raises(NotHttp, match=r"^the answer is larger than 8 MiB uncompressed$"):
            inflated(reads, "gzip")


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "compress"])
def test_unknown_codings_are_refused(coding: str) -> None:
    with pytest.raises(NotHttp, match="is unknown, and none was asked for"):
        inflated([b"x"], coding)


def test_what_is_not_compressed_as_announced_is_refused() -> None:
    with pytest.raises(NotHttp, match="the answer is no gzip: "):
        inflated([b"hello"], "gzip")
