"""allreduce: two ranks of MiniLM, one thread each, on the loopback and on a link shaped to 10 Gbit/s.

Bytes are what a rank gives to the sums. A link carries as many each way: with two ranks an all-reduce sends half of the
bytes to be added and half of the result back.
"""
import os
import socket
import statistics
import time

from rank_pair import RankPair, TwoHosts
from stepper import MODEL, milliseconds
from table import row

MODES = ["compute", "overlapped", "one_bucket", "reference", "transfer", "transfer_reference"]
LINK = 10e9  # bits a second


def copied_in_memory(size, turns):
    source, target = bytearray(size), bytearray(size)

    def copy():
        begin = time.perf_counter()
        target[:] = source
        return 1e3 * (time.perf_counter() - begin)
    copy()
    return statistics.median(copy() for _ in range(turns))


def sent_over_loopback(size, turns):
    """Milliseconds from the first byte sent to the answer that all have come, one way, another process reading."""
    listener = socket.create_server(("127.0.0.1", 0))
    if os.fork() == 0:
        try:
            with socket.create_connection(listener.getsockname()) as peer:
                place = bytearray(1 << 20)
                for _ in range(turns + 1):
                    missing = size
                    while missing:
                        missing -= peer.recv_into(place, min(missing, len(place)))
                    peer.sendall(b"1")
        finally:
            os._exit(0)
    took = []
    data = bytes(size)
    with listener, listener.accept()[0] as peer:
        for _ in range(turns + 1):
            begin = time.perf_counter()
            peer.sendall(data)
            peer.recv(1)
            took.append(1e3 * (time.perf_counter() - begin))
    os.wait()
    return statistics.median(took[1:])


def rows_of(where, results, transfer_limit, copy):
    ms = {mode: milliseconds(results[mode]) for mode in MODES}
    ours, theirs = results["overlapped"][-1], results["reference"][-1]
    gradients = ours["gradient_bytes"]
    counted, other = ours["given_bytes"] / ours["steps"], theirs["given_bytes"] / theirs["steps"]
    waits, waits_after = milliseconds(results["overlapped"], "waited"), milliseconds(results["one_bucket"], "waited")
    return [
        row(f"{where}: bytes a step", counted / 1e6, other / 1e6, "gradients of weights and scores", gradients / 1e6, "MB",
            note=f"{100 * (counted / gradients - 1):.4f} % above G (goal at most 1 %)"),
        row(f"{where}: the sums alone", ms["transfer"], ms["transfer_reference"], "gradients of weights and scores",
            transfer_limit, note=f"copy in memory {copy:.1f} ms"),
        row(f"{where}: step", ms["overlapped"], ms["reference"], "the reference's way, after backward", ms["compute"],
            note="limit: a step that sends nothing"),
        row(f"{where}: step", ms["overlapped"], ms["one_bucket"], "one bucket, after backward", ms["compute"],
            note=f"waits {waits:.1f} ms after backward instead of {waits_after:.1f}; alone it takes {ms['transfer']:.1f}: "
                 f"{100 * (1 - waits / ms['transfer']):.0f} % hidden (goal 70 %)"),
    ]


def allreduce(options):
    values = ["batch=8", "length=128", "method=movement"]
    with RankPair(options, MODEL, *values) as pair:
        size = pair.run("transfer", 1)["gradient_bytes"]
        results = pair.in_turns(MODES, 1, options.turns)
    copy = copied_in_memory(size, options.turns)
    rows = rows_of("loopback", results, sent_over_loopback(size, options.turns), copy)
    try:
        hosts = TwoHosts()
    except OSError as error:
        print(f"allreduce: no link of 10 Gbit/s here, network namespaces are not permitted ({error})")
        return rows
    with hosts:
        hosts.shape("10gbit", "2mb")
        with RankPair(options, MODEL, *values, hosts=hosts) as pair:
            results = pair.in_turns(MODES, 1, options.turns)
            before = hosts.sent_bytes(0)
            wire = pair.run("overlapped", 3)
            sent = (hosts.sent_bytes(0) - before) / 3
    rows += rows_of("10 Gbit/s", results, 8e3 * size / LINK, copy)
    rows.append(row("10 Gbit/s: bytes on the wire a step, one way", sent / 1e6, None, "", wire["gradient_bytes"] / 1e6, "MB",
                    note="with the headers of TCP"))
    return rows
