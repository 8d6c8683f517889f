"""Two hosts on one machine: network namespaces that a pair of virtual interfaces joins. Needs root and iproute2."""
import os
import re
import subprocess


def _run(*command):
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise OSError(f"{' '.join(map(str, command))}: {done.stderr.strip()}")
    return done.stdout


class TwoHosts:
    """Lives until close(); raises OSError, with why, where namespaces are not permitted."""
    ADDRESSES = ("10.81.77.1", "10.81.77.2")  # seen only in the two namespaces

    def __init__(self):
        self.names = [f"sparsweep-{os.getpid()}-{host}" for host in "ab"]
        try:
            for name in self.names:
                _run("ip", "netns", "add", name)
            _run("ip", "link", "add", "veth0", "netns", self.names[0], "type", "veth", "peer", "name", "veth0", "netns", self.names[1])
            for name, address in zip(self.names, self.ADDRESSES):
                _run("ip", "-n", name, "address", "add", f"{address}/24", "dev", "veth0")
                for interface in ("lo", "veth0"):
                    _run("ip", "-n", name, "link", "set", interface, "up")
        except OSError:
            self.close()
            raise

    def close(self):
        for name in self.names:
            subprocess.run(["ip", "netns", "delete", name], capture_output=True)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def inside(self, host):
        """What to put before a command that is to run on host 0 or 1."""
        return ["nsenter", f"--net=/run/netns/{self.names[host]}"]

    def shape(self, rate, burst="256kb"):
        """Either way no faster than `rate`, as "10gbit": a token bucket on both ends."""
        for name in self.names:
            _run("tc", "-n", name, "qdisc", "replace", "dev", "veth0", "root", "tbf", "rate", rate, "burst", burst, "latency", "50ms")

    def sockets(self, host, *options):
        """(local address, peer's address) of the TCP and UDP sockets of a host that `ss` shows with these options."""
        columns = re.compile(r"(\S+):\S+\s+(\S+):\S+\s*$")
        lines = _run(*self.inside(host), "ss", "--no-header", "--tcp", "--udp", "--numeric", *options).splitlines()
        # An IPv6 socket shows an IPv4 address as [::ffff:ADDRESS].
        return {tuple(re.sub(r"^\[::ffff:(.*)\]$", r"\1", address) for address in columns.search(line).groups()) for line in lines}

    def sent_bytes(self, host):
        text = _run(*self.inside(host), "ip", "-s", "-j", "link", "show", "dev", "veth0")
        return int(re.search(r'"tx":\{"bytes":(\d+)', text).group(1))
