"""A stand-in for the console: answers everybody who waits at the socket it has inherited, in one word."""

from __future__ import annotations

import argparse
import socket


def main() -> None:
    """`--listen-fd FD`, and whatever else a service is given."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--listen-fd", type=int, required=True)
    ear = socket.socket(fileno=parser.parse_known_args()[0].listen_fd)
    while True:
        with ear.accept()[0] as browser:
            browser.sendall(b"console")


if __name__ == "__main__":
    main()
